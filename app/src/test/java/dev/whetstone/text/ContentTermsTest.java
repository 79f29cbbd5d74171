package dev.whetstone.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentTermsTest {
  @ParameterizedTest
  @CsvSource({
    "en, How can I configure the pumps?, configur pump",
    "en, connectTimeout, connecttimeout connect timeout",
    "zh, 水泵如何启动, 水泵 泵如 何启 启动",
    "de, Wie wird die Pumpe gestartet?, pump gestartet",
    "fr, Comment arrêter la pompe ?, aret pomp",
    "ja, ポンプを停止しました, ポンプ 停止",
  })
  void functionWordsAreLeftOut(String language, String text, String terms) {
    assertThat(ContentTerms.of(text, language)).containsExactly(terms.split(" "));
  }

  @ParameterizedTest
  @CsvSource({"v3.2.1, 3.2.1", "V3.2, 3.2", "résumé, resume", "Pumps, pump", "e-mail, email"})
  void whatIsWrittenInTwoWaysSharesATerm(String one, String other) {
    assertThat(ContentTerms.set(one, "en")).containsAll(ContentTerms.set(other, "en"));
  }

  @Test
  void aLetterThatIsNoVersionsStays() {
    assertThat(ContentTerms.set("rev3.2 v3", "en")).contains("rev3.2", "v3");
  }

  @Test
  void aNumberWithDotsIsOneWordAndANameWithDotsSeveral() {
    assertThat(ContentWord.of("Does v3.2.1 have com.acme.PumpConfig?", "en"))
        .extracting(word -> word.terms().getFirst())
        .containsExactly("3.2.1", "com", "acm", "pumpconfig");
  }

  @Test
  void theWordsOfAJapaneseQuestionAreThoseOfItsPassages() {
    String question = "Kafkaの接続設定を変更する方法";

    assertThat(ContentWord.of(question, "ja"))
        .extracting(word -> question.substring(word.from(), word.to()))
        .containsExactly("Kafka", "接続", "設定", "変更", "方法");
  }

  @Test
  void languagesThatShareAnAnalysisAreComparable() {
    assertThat(ContentTerms.comparable("en", "zh")).isTrue();
    assertThat(ContentTerms.comparable("en", "de")).isFalse();
    assertThat(ContentTerms.comparable("xx", "yy")).isTrue();
  }

  @Test
  void aWordHasItsTermAndItsGrammar() {
    assertThat(ContentTerms.stem("pumping", "en")).isEqualTo("pump");
    assertThat(ContentTerms.stem("the", "en")).isEqualTo("the");
    assertThat(Set.of("the", "pump"))
        .filteredOn(w -> ContentTerms.isFunctionWord(w, "en"))
        .containsExactly("the");
    assertThat(ContentTerms.isFunctionWord("Die", "de")).isTrue();
  }
}
