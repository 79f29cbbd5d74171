package dev.whetstone.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnalyzersTest {
  @ParameterizedTest
  @CsvSource({
    "en, The owls' hunting-grounds, owl hunt ground",
    "en, Müller’s ＡＰＩ v2.1, müller api v2.1",
    "zh, 个体工商户, 个体 体工 工商 商户",
    "zh, 我 们, 我 们",
    "zh, 使用Docker容器部署services, 使用 docker 容器 器部 部署 servic",
    "en, 使用Docker容器部署services, 使用 docker 容器 器部 部署 servic",
    "ja, カタカナ, カタ タカ カナ",
    "de, Die alten Häuser, alt haus",
    "fr, L'économie des régions, économ région",
    "ru, Старые дома, стар дом",
    "pt-BR, As casas velhas, cas velh",
    "xx, The owls, the owls"
  })
  void aTextBecomesItsLanguagesTerms(String language, String text, String terms) {
    assertThat(Analyzers.terms(text, language)).containsExactly(terms.split(" "));
  }

  @Test
  void textWithoutWordsHasNoTerms() {
    assertThat(Analyzers.terms(" \t!? ... \uD83E\uDD9C", "en")).doesNotContain("");
    assertThat(Analyzers.terms("", "zh")).isEmpty();
    assertThat(Analyzers.terms("\uD800 a lone surrogate \u0000", "en")).contains("lone", "surrog");
  }

  @Test
  void aQuestionCountsItsTermsOnceForEachChainThatGivesThem() {
    assertThat(Analyzers.questionTerms("owl owls 工商户", List.of("zh", "en")))
        .isEqualTo(Map.of("owl", 2, "工商", 1, "商户", 1));
    assertThat(Analyzers.questionTerms("singing", List.of("de", "en")))
        .isEqualTo(Map.of("sing", 1, "singing", 1));
    assertThat(Analyzers.questionTerms("owls", List.of())).isEqualTo(Map.of("owl", 1));
  }
}
