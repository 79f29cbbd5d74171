package dev.whetstone.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.WrittenPairs.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WrittenPairsTest {
  private final List<Passage> passages =
      IntStream.range(0, 200).mapToObj(WrittenPairsTest::passage).toList();

  /// Four passages a document; the words of each are its own.
  private static Passage passage(int i) {
    var random = new Random(i);
    String text =
        random.ints(40, 0, 5000).mapToObj(n -> "word" + n).collect(Collectors.joining(" "));
    return new Passage("p" + i, "d" + i / 4, List.of(), text, 0, 1, 0, 0, Map.of());
  }

  private static List<Written> questions(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Written("q" + i, "what of number " + i, "p" + i % 200))
        .toList();
  }

  @Test
  void noDocumentIsInBothParts() {
    WrittenPairs split = WrittenPairs.of(questions(400), passages, 1);

    var trained = split.train().stream().map(Pair::document).collect(Collectors.toSet());
    split
        .devGains()
        .values()
        .forEach(
            judged ->
                judged
                    .keySet()
                    .forEach(
                        id ->
                            assertThat(trained)
                                .doesNotContain("d" + Integer.parseInt(id.substring(1)) / 4)));
    assertThat(split.devTexts()).hasSizeBetween(50, 70);
    assertThat(split.train()).hasSize(400 - split.devTexts().size());
    assertThat(split.train()).allMatch(pair -> pair.origin().equals(Pair.WRITTEN) && pair.asked());
  }

  @Test
  void aCopyOfADocumentIsInItsPart() {
    var withCopies = new ArrayList<>(passages);
    for (Passage one : passages) {
      withCopies.add(
          new Passage(
              "copy-" + one.id(),
              "copy-" + one.document(),
              List.of(),
              one.text(),
              0,
              1,
              0,
              0,
              Map.of()));
    }
    var asked = new ArrayList<>(questions(200));
    for (int i = 0; i < 200; i++) {
      asked.add(new Written("c" + i, "and what of number " + i, "copy-p" + i));
    }

    WrittenPairs split = WrittenPairs.of(asked, withCopies, 1);

    var trained = split.train().stream().map(Pair::document).collect(Collectors.toSet());
    for (Map<String, Integer> judged : split.devGains().values()) {
      for (String id : judged.keySet()) {
        String document = "d" + Integer.parseInt(id.replaceAll("\\D", "")) / 4;
        assertThat(trained).doesNotContain(document, "copy-" + document);
      }
    }
  }

  @Test
  void questionsOfPassagesThatAreGoneAreLeftOut() {
    var asked = new ArrayList<>(questions(20));
    asked.add(new Written("gone", "what of the lost one", "p999"));

    WrittenPairs split = WrittenPairs.of(asked, passages, 1);

    assertThat(split.train().size() + split.devTexts().size()).isEqualTo(20);
    assertThat(WrittenPairs.of(List.of(), passages, 1).train()).isEmpty();
  }

  @Test
  void theSameSeedGivesTheSameSplit() {
    assertThat(WrittenPairs.of(questions(300), passages, 5))
        .isEqualTo(WrittenPairs.of(questions(300), passages, 5));
  }
}
