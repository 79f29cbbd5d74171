package dev.whetstone.index;

import dev.whetstone.core.Passage;
import java.util.List;
import java.util.Map;

/// For each language: a passage, one about something else, and questions.
///
/// @param inflected finds the passage alone, though each of its words is inflected otherwise there
/// @param stopWords finds neither of the passages; empty where the language has no stop words
record LanguageFacts(
    String language, String passage, String other, String inflected, String stopWords) {
  static final List<LanguageFacts> ALL =
      List.of(
          new LanguageFacts(
              "en",
              "The pumps were stopped because the valves leaked",
              "A red owl sits in the tree",
              "pumping valve",
              "the a of is"),
          new LanguageFacts("zh", "水泵停止运行，因为阀门泄漏", "红色的猫头鹰坐在树上", "阀门泄漏怎么办", ""),
          new LanguageFacts(
              "de",
              "Die Pumpen wurden angehalten, weil die Häuser überflutet waren",
              "Eine rote Eule sitzt auf dem Baum",
              "Pumpe Haus",
              "die der und ist"),
          new LanguageFacts(
              "fr",
              "Les pompes ont été arrêtées à cause de l'inondation des maisons",
              "Un hibou rouge est assis sur un arbre",
              "pompe maison",
              "les des du une"),
          new LanguageFacts(
              "es",
              "Las bombas se detuvieron porque las casas estaban inundadas",
              "Un búho rojo está sentado en el árbol",
              "bomba casa",
              "la el de que"),
          new LanguageFacts(
              "it",
              "Le pompe sono state fermate perché l'acqua ha allagato le stanze",
              "Un gufo rosso siede su un albero",
              "pompa acque stanza",
              "il la di che"),
          new LanguageFacts(
              "pt",
              "As bombas foram paradas porque as casas estavam alagadas",
              "Uma coruja vermelha está na árvore",
              "bomba casa",
              "o a de que"),
          new LanguageFacts(
              "nl",
              "De pompen zijn gestopt omdat de huizen onder water stonden",
              "Een rode uil zit in de boom",
              "pomp huizen",
              "de het een van"),
          new LanguageFacts(
              "ru",
              "Насосы остановили, потому что дома были затоплены",
              "Красная сова сидит на дереве",
              "насос дом",
              "и в на что"),
          new LanguageFacts(
              "ja", "ポンプを停止しました。バルブから水が漏れていました", "赤いふくろうが木にとまっている", "水が漏れる", "の は を です"),
          new LanguageFacts(
              "ko", "펌프를 정지했습니다. 밸브에서 물이 새고 있었습니다", "빨간 올빼미가 나무에 앉아 있다", "정지하다", "는 를 에서"),
          new LanguageFacts(
              "ar",
              "توقفت المضخات بسبب تسرب الماء من الصمامات",
              "بومة حمراء تجلس على الشجرة",
              "مضخات صمامات",
              "من على في"));

  Passage relevant() {
    return Corpora.passage(language, "d", passage, Map.of("language", language));
  }

  Passage irrelevant() {
    return Corpora.passage(language + "-other", "d", other, Map.of("language", language));
  }
}
