package dev.whetstone.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageDetectorTest {
  /// @param language ISO 639-1
  private record Paragraph(String language, String text) {}

  /// Prose, a technical text and a rule of employment in each language, written for this test.
  private static List<Paragraph> paragraphs() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(LanguageDetectorTest.class.getResourceAsStream("paragraphs.tsv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t", 2))
          .map(cells -> new Paragraph(cells[0], cells[1]))
          .toList();
    }
  }

  @Test
  void eachParagraphIsRecognised() throws IOException {
    for (Paragraph paragraph : paragraphs()) {
      assertThat(LanguageDetector.of(paragraph.text()))
          .as(paragraph.text())
          .isEqualTo(paragraph.language());
    }
  }

  @Test
  void theTwelveLanguagesHaveThreeParagraphsEach() throws IOException {
    List<Paragraph> paragraphs = paragraphs();

    for (String language :
        List.of("en", "zh", "de", "fr", "es", "it", "pt", "nl", "ru", "ja", "ko", "ar")) {
      assertThat(paragraphs.stream().filter(p -> p.language().equals(language)))
          .as(language)
          .hasSizeGreaterThanOrEqualTo(3);
    }
  }

  /// Prints how many single sentences are recognised: they are harder than passages.
  @Test
  void mostSingleSentencesAreRecognised() throws IOException {
    int right = 0;
    int all = 0;
    for (Paragraph paragraph : paragraphs()) {
      for (String sentence : Sentences.of(paragraph.text(), paragraph.language())) {
        all++;
        boolean recognised = LanguageDetector.of(sentence).equals(paragraph.language());
        right += recognised ? 1 : 0;
        if (!recognised) {
          System.out.println(LanguageDetector.of(sentence) + " for " + sentence);
        }
      }
    }
    System.out.printf("%d of %d sentences are recognised%n", right, all);
    assertThat(right / (double) all).isGreaterThanOrEqualTo(.9);
  }

  @ParameterizedTest
  @CsvSource({
    "'', en",
    "'int x = 5; System.out.println(x);', en",
    "'| name | type | default |', en",
    "'4711 / 0815 / 12-3', en",
    "'Müller, Meier, Schulze', en",
  })
  void whereNothingTellsTheAnswerIsEnglish(String text, String language) {
    assertThat(LanguageDetector.of(text)).isEqualTo(language);
  }

  @Test
  void aCharacterOfAScriptWithoutSpacesWeighsAsMuchAsTwoLetters() {
    assertThat(LanguageDetector.of("Kafka 消息队列")).isEqualTo("zh");
    assertThat(LanguageDetector.of("the Kafka broker 消息")).isEqualTo("en");
  }

  @ParameterizedTest
  @CsvSource({
    "How do I configure the connection pool of the component?, en",
    "在 Camel 里怎么配置 Kafka component 的 connectionTimeout?, zh",
    "Kafka の connectionTimeout はどう設定しますか, ja",
    "Kafka connectionTimeout 설정 방법은?, ko",
    "Wie lange ist die Garantie für den Motor?, de",
    "Combien de jours de congés par an ?, fr",
  })
  void aQuestionIsInTheLanguageOfItsGrammar(String question, String language) {
    assertThat(LanguageDetector.ofQuestion(question)).isEqualTo(language);
  }

  @Test
  void aLongTextIsReadInPart() {
    String english = "the pump stops when the tank is empty ".repeat(6_000);

    assertThat(LanguageDetector.of(english + "水".repeat(english.length()))).isEqualTo("en");
  }
}
