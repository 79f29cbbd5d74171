package dev.whetstone.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnalyzersTest {
  @ParameterizedTest
  @CsvSource({
    "en, The owls' hunting-grounds, owl hunt ground huntingground",
    "en, Müller’s ＡＰＩ v2.1, muller mueller api v2.1 2.1",
    "en, H₂O and Fe₂O₃ at 10⁶ m³ see note³, h2o fe2o3 fe 10 m see note",
    "zh, 个体工商户, 个体 体工 工商 商户",
    "zh, 我 们, 我 们",
    "zh, 电压220，5号；6号，ｖ３．２, 电压 220 5 号 6 号 v3.2 3.2",
    "zh, 使用Docker容器部署services, 使用 docker 容器 器部 部署 servic",
    "en, 使用Docker容器部署services, 使用 docker 容器 器部 部署 servic",
    "ja, サーバーの設定を変更しました, サーバ 設定 変更",
    "ja, Kafka v3.2.1の接続タイムアウト, kafka v3.2.1 3.2.1 3.2 接続 タイム アウト",
    "ko, 펌프를 연결, 펌프 연결",
    "ko, Kafka의 connectionTimeout 설정, kafka 의 connectiontimeout connect timeout 설정",
    "de, Die alten Häuser, alt haus",
    "fr, L'économie des régions, econom region",
    "ru, Старые дома, стар дом",
    "pt-BR, As casas velhas, casa velh",
    "xx, The owls, the owls"
  })
  void aTextBecomesItsLanguagesTerms(String language, String text, String terms) {
    assertThat(Analyzers.terms(text, language)).containsExactly(terms.split(" "));
  }

  /// Wholes and parts, as the table of [WordForms] has them.
  @ParameterizedTest
  @CsvSource({
    "TideGaugeReader, tidegaugeread tide gaug reader",
    "getUserProfileById, getuserprofilebyid get user profil id",
    "HTTPServer parseJSON, httpserver http server parsejson pars json",
    "siRNAs McDonald iPad, sirna si rna mcdonald mc donald ipad pad",
    "atomic_write_json, atomicwritejson atom write json",
    "com.acme.PumpConfig, com.acme.pumpconfig com acm pumpconfig pump config",
    "direct:start, direct:start direct start",
    "v3.2.1, v3.2.1 3.2.1 3.2",
    "3.2.1, 3.2.1 3.2",
    "v3.12.1, v3.12.1 3.12.1 3.12",
    "4711.08.15.2-B, 4711.08.15.2 4711.08.15 4711.08 b 4711.08.15.2b",
    "3.5 and 1.000.000, 3.5 1.000.000 1.000",
    "16GB, 16gb 16 gb",
    "5mm, 5mm 5 mm",
    "RS485, rs485 rs 485",
    "E204, e204 204",
    "E-204, e 204 e204",
    "E‑204, e 204 e204",
    "Ｅ－２０４, e 204 e204",
    "ORA-00942, ora 00942 ora00942",
    "12-3, 12 3 12-3",
    "e-mail, e mail email",
    "on-board, board onboard",
    "R&D, r d r&d",
    "C++, c c++",
    "C# and C, c c# c",
    "O'Neill, oneil neill",
    "#12345, 12345",
    "well-known- and, well known wellknown",
    "550e8400a1b2c3d4, 550e8400a1b2c3d4",
  })
  void aWordHasTheFormsUnderWhichItIsAskedFor(String text, String terms) {
    assertThat(Analyzers.terms(text, "en")).containsExactlyInAnyOrder(terms.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "en, résumé naïve crêpes, resume naive crepes",
    "fr, Français mangé, Francais mange",
    "de, Müller Straße Häuser, Mueller Strasse Haeuser",
    "de, Müller, Muller",
    "pt, informação, informacao",
    "nl, coördinatie, coordinatie"
  })
  void whereTheLanguageLeavesAccentsOutTheyMakeNoDifference(
      String language, String accented, String plain) {
    List<String> terms = Analyzers.terms(plain, language);

    assertThat(Analyzers.terms(accented, language)).containsAll(terms);
  }

  @Test
  void whereAnAccentMakesAnotherLetterBothFormsAreThereAndTheExactOneCountsMore() {
    List<String> year = Analyzers.terms("año", "es");
    Map<String, Float> asked = Analyzers.questionTerms(Analyzers.VERSION, "año", List.of("es"));

    assertThat(year).contains("ano").hasSize(2);
    assertThat(asked).hasSize(2);
    assertThat(asked.values()).containsOnly(.5f); // together as much as a word without accents
    assertThat(Analyzers.terms("ano", "es")).containsExactly("ano");
    assertThat(Analyzers.terms("zażółć", "pl")).containsExactly("zażółć", "zazolc");
    assertThat(Analyzers.terms("й", "ru")).containsExactly("й");
  }

  @ParameterizedTest
  @CsvSource({"en, café", "de, Häuser", "xx, źdźbło", "zh, が门", "vi, tiếng Việt"})
  void composedAndDecomposedCharactersAreTheSame(String language, String text) {
    String apart = Normalizer.normalize(text, Normalizer.Form.NFD);

    assertThat(apart).isNotEqualTo(text);
    assertThat(Analyzers.terms(apart, language)).isEqualTo(Analyzers.terms(text, language));
  }

  @Test
  void whatIsInAWordAndNotSeenMakesNoOtherWord() {
    assertThat(Analyzers.terms("data­base⁠s ﻿port", "en"))
        .isEqualTo(Analyzers.terms("databases port", "en"));
    assertThat(Analyzers.terms("＄ＨＯＭＥ ＼ ﾊﾞﾙﾌﾞ", "en"))
        .isEqualTo(Analyzers.terms("$HOME \\ バルブ", "en"));
  }

  @Test
  void partsWeighTogetherAsMuchAsTheirWhole() {
    assertThat(Analyzers.questionTerms(Analyzers.VERSION, "atomic_write_json", List.of("en")))
        .isEqualTo(Map.of("atomicwritejson", 1f, "atom", 1 / 3f, "write", 1 / 3f, "json", 1 / 3f));
    assertThat(Analyzers.questionTerms(Analyzers.VERSION, "E-204", List.of("en")))
        .isEqualTo(Map.of("e", 1f, "204", 1f, "e204", 1f));
  }

  @Test
  void textWithoutWordsHasNoTerms() {
    assertThat(Analyzers.terms(" \t!? ... \uD83E\uDD9C", "en")).doesNotContain("");
    assertThat(Analyzers.terms("", "zh")).isEmpty();
    assertThat(Analyzers.terms("\uD800 a lone surrogate \u0000", "en")).contains("lone", "surrog");
  }

  @Test
  void aQuestionCountsItsTermsOnceForEachChainThatGivesThem() {
    assertThat(Analyzers.questionTerms(Analyzers.VERSION, "owl owls 工商户", List.of("zh", "en")))
        .isEqualTo(Map.of("owl", 2f, "工商", 1f, "商户", 1f));
    assertThat(Analyzers.questionTerms(Analyzers.VERSION, "singing", List.of("de", "en")))
        .isEqualTo(Map.of("sing", 1f, "singing", 1f));
    assertThat(Analyzers.questionTerms(Analyzers.VERSION, "owls", List.of()))
        .isEqualTo(Map.of("owl", 1f));
  }
}
