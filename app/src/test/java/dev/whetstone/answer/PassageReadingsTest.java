package dev.whetstone.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.text.ContentTerms;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PassageReadingsTest {
  private static final String TEXT =
      "The pump stops when the tank is empty. It starts again by hand.";

  private static Passage passage(String id, String text) {
    return new Passage(id, "pumps", List.of("Manual"), text, 0, text.length(), 0, 12, Map.of());
  }

  @Test
  void aReadingHoldsTheSentencesThatWereEmbeddedAndTheirTerms() {
    Passage passage = passage("p", TEXT);

    PassageReading reading = new PassageReadings().of(passage);

    assertThat(reading.excerpts())
        .extracting(each -> PassageSentences.embedded(passage, each.text()))
        .isEqualTo(PassageSentences.of(passage));
    assertThat(reading.excerpts())
        .allSatisfy(
            each -> assertThat(each.terms()).isEqualTo(ContentTerms.set(each.text(), "en")));
    assertThat(reading.terms()).isEqualTo(ContentTerms.set(passage));
  }

  @Test
  void anEqualPassageIsReadOnceAndOtherTextUnderItsIdAnew() {
    var readings = new PassageReadings();

    PassageReading first = readings.of(passage("p", TEXT));
    PassageReading again = readings.of(passage("p", TEXT));
    PassageReading other = readings.of(passage("p", "The valve of the pump opens at four bar."));

    assertThat(again).isSameAs(first);
    assertThat(readings.source(passage("p", TEXT))).isSameAs(readings.source(passage("p", TEXT)));
    assertThat(other.excerpts())
        .extracting(PassageReading.Excerpt::text)
        .containsExactly("The valve of the pump opens at four bar.");
  }

  @Test
  void readingsTakeNoMoreMemoryThanTheyMayAndStayRight() {
    long most = 40_000;
    var readings = new PassageReadings(most);
    List<Passage> passages =
        IntStream.range(0, 200).mapToObj(i -> passage("p" + i, TEXT + " It is no. " + i)).toList();

    for (int round = 0; round < 2; round++) {
      for (Passage passage : passages) {
        assertThat(readings.of(passage)).isEqualTo(PassageReading.of(passage));
        assertThat(readings.source(passage).whole().tokens())
            .isEqualTo(AnalysedSentence.of(passage.embedded(), "en").tokens());
        assertThat(readings.bytes()).isBetween(1L, most);
      }
    }
  }

  @Test
  void theValueUsedLongestAgoGoesFirstAndOneThatIsTooLargeIsNotKept() {
    var cache = new ByteBoundedCache<String, String>(10);
    cache.put("a", "a", 4);
    cache.put("b", "b", 4);
    assertThat(cache.get("a")).isEqualTo("a");

    cache.put("c", "c", 4);
    cache.put("d", "d", 11);
    cache.put("c", "C", 5);

    assertThat(cache.get("b")).isNull();
    assertThat(cache.get("a")).isEqualTo("a");
    assertThat(cache.get("c")).isEqualTo("C");
    assertThat(cache.get("d")).isNull();
    assertThat(cache.bytes()).isEqualTo(9);
  }
}
