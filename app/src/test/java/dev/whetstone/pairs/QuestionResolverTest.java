package dev.whetstone.pairs;

import static dev.whetstone.pairs.PassageMaker.passage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.whetstone.core.Passage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionResolverTest {
  private final QuestionResolver resolver =
      new QuestionResolver(
          List.of(
              passage("p2", "guide/a.md", "Keys", "within six hours. Then call.", 60, 2),
              passage("p1", "guide/a.md", "Keys", "A list must be  issued\nsoon and", 0, 1),
              passage("p3", "guide/b.md", "Keys", "The user’s key is lost.", 0, 0),
              passage("p4", "other/b.md", "Keys", "Nothing here.", 0, 0)));

  private QuestionResolver.Resolved resolve(String document, @Nullable String phrase, int page) {
    return resolver.resolve(
        List.of(new Question("q", "why?", List.of(new Place(document, phrase, page)))));
  }

  @Test
  void aPhraseIsFoundWhateverItsWhiteSpace() {
    assertThat(resolve("guide/a.md", "must be issued soon", 0).gains())
        .isEqualTo(Map.of("q", Map.of("p1", 1)));
  }

  @Test
  void aPhraseAcrossTwoNeighboursGivesBothAGain() {
    assertThat(resolve("a.md", "issued soon and within six hours", 0).gains())
        .isEqualTo(Map.of("q", Map.of("p1", 1, "p2", 1)));
  }

  @Test
  void caseAndTypographyMatterOnlyWhereTheExactPhraseIsFound() {
    assertThat(resolve("guide/b.md", "the USER's key", 0).gains())
        .isEqualTo(Map.of("q", Map.of("p3", 1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A lost\u200B badge is reported",
        "A \uFEFFlost badge is re\u00ADported",
        "a LOST badge IS reported",
        "Badges A lost badge",
        "Badges. A lost badge",
        "pumpctl --start",
        "pumpctl \u2013start",
        "pumpctl \u2014start",
        "Punt\t9 EUR",
        "Punt | 9 EUR",
        "within one day \u2212 the first boat",
        "within one day -- the first boat",
        "the co\u2011operative"
      })
  void aPhraseIsFoundAsOtherProgramsWriteIt(String phrase) {
    String text =
        "A lost badge is reported within one day \u2013 the \uFB01rst boat. Use pumpctl --start. |"
            + " Punt | 9 EUR | the co-operative";
    var resolver = new QuestionResolver(List.of(passage("p", "badge.md", "Badges", text)));

    var question = new Question("q", "why?", at("badge.md", phrase));

    assertThat(resolver.resolve(List.of(question)).gains()).containsKey("q");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tides.md",
        "TIDES.MD",
        "docs\\tides.md",
        "./tides.md",
        "tides",
        "Docs/Tides",
        "https://intranet.example.org/site/docs/tides.md",
        "https://x.example/tides.md?raw=1#top",
        "file:///home/me/docs/tides.md",
        "C:\\docs\\tides.md"
      })
  void aDocumentIsNamedAsOtherSystemsNameIt(String name) {
    var passages = List.of(passage("p", "docs/tides.md", "", "High water"));

    var question = new Question("q", "when?", at(name, "High water"));

    assertThat(new QuestionResolver(passages).resolve(List.of(question)).gains()).containsKey("q");
  }

  @Test
  void aNameInItsOwnCaseGoesBeforeOneInAnother() {
    var resolver =
        new QuestionResolver(
            List.of(passage("a", "a.md", "", "word"), passage("A", "A.md", "", "word")));
    var questions =
        Stream.of("a.md", "A.md", "a", "A.MD").map(n -> new Question(n, "q?", at(n, "word")));

    var resolved = resolver.resolve(questions.toList());

    assertThat(resolved.gains())
        .isEqualTo(Map.of("a.md", Map.of("a", 1), "A.md", Map.of("A", 1), "a", Map.of("a", 1)));
    assertThat(resolved.unresolved().getFirst().reason()).contains("can mean");
  }

  @Test
  void workThatIsToldToStopStopsAtThePlaceWhereItIs() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> resolve("guide/a.md", "key", 0))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aPageGivesAllItsPassages() {
    assertThat(resolve("a.md", null, 2).gains()).isEqualTo(Map.of("q", Map.of("p2", 1)));
    assertThat(resolve("a.md", null, 0).gains()).isEqualTo(Map.of("q", Map.of("p1", 1, "p2", 1)));
  }

  @Test
  void aPhraseThatRunsOntoItsPageFromTheOneBeforeIsStillFound() {
    assertThat(resolve("a.md", "A list must be issued", 2).gains())
        .isEqualTo(Map.of("q", Map.of("p1", 1)));
  }

  @Test
  void aDocumentIsNamedByAnyUniqueEndOfItsPath() {
    assertThat(resolve("raw/guide/b.md", "key", 0).gains()).containsKey("q");
    assertThat(resolve("guide/b", "key", 0).gains()).containsKey("q");
    assertThat(resolve("b.md", "key", 0).unresolved())
        .extracting(QuestionResolver.Unresolved::reason)
        .containsExactly("\"b.md\" can mean guide/b.md or other/b.md: give more of its path");
  }

  @Test
  void aDocumentIsNamedInEachFormThatUnicodeHasOfItsName() {
    String composed = "hilfe/\u00DCbersicht.md";
    String decomposed = "hilfe/U\u0308bersicht.md";
    for (String staged : List.of(composed, decomposed)) {
      var resolver = new QuestionResolver(List.of(passage("p", staged, "Keys", "key", 0, 0)));
      for (String called : List.of(composed, decomposed)) {
        for (String name :
            List.of(called, called.substring(6), "raw/" + called, called.replace(".md", ""))) {
          var question = new Question("q", "why?", List.of(new Place(name, "key", 0)));
          assertThat(resolver.resolve(List.of(question)).gains())
              .as("%s staged, %s asked for", staged, name)
              .isEqualTo(Map.of("q", Map.of("p", 1)));
        }
      }
    }
  }

  @Test
  void whatIsNotFoundIsReportedWithItsReason() {
    assertThat(resolve("c.md", "key", 0).unresolved().getFirst().reason())
        .isEqualTo("there is no document \"c.md\"");
    assertThat(resolve("guide/b.md", "no such words", 0).unresolved().getFirst().reason())
        .isEqualTo("the phrase \"no such words\" does not stand in guide/b.md");
    assertThat(resolve("guide/a.md", null, 9).unresolved().getFirst().reason())
        .isEqualTo("no passage lies on guide/a.md, page 9");
    assertThat(resolve("guide/b.md", "no such words", 0).gains()).isEmpty();
  }

  @Test
  void manyQuestionsToOneLongDocumentTakeSeconds() {
    String words = "The pump’s seal is checked with the long tool before each start. ".repeat(15);
    List<Passage> passages =
        IntStream.range(0, 600)
            .mapToObj(i -> passage("p" + i, "manual.pdf", "Keys", words + "Mark " + i + ".", i, 0))
            .toList();
    List<Question> questions =
        IntStream.range(0, 400)
            .mapToObj(i -> new Question("q" + i, "where?", at("manual.pdf", "MARK " + i + ".")))
            .toList();

    QuestionResolver.Resolved resolved =
        assertTimeout(
            Duration.ofSeconds(8), () -> new QuestionResolver(passages).resolve(questions));

    assertThat(resolved.gains()).hasSize(400).containsEntry("q7", Map.of("p7", 1));
  }

  private static List<Place> at(String document, String phrase) {
    return List.of(new Place(document, phrase, 0));
  }
}
