package dev.whetstone.pairs;

import static dev.whetstone.pairs.PassageMaker.passage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedWordsTest {
  private static final String TEXT = "A passport is renewed at the town hall.";

  /// In which `passport`, `renew`, `town` and `hall` are rare, and `the` is not.
  private static final List<Passage> PASSAGES = new ArrayList<>();

  static {
    PASSAGES.add(passage("0", "town.md", "", TEXT));
    for (int i = 1; i < 20; i++) {
      PASSAGES.add(passage("" + i, "town.md", "", "Bins of the street " + i + " are emptied."));
    }
  }

  private static String without(String question, String text, String id, String language) {
    return new SharedWords(new TermFrequencies(PASSAGES), 1).without(question, text, id, language);
  }

  @Test
  void someOfTheSharedWordsAreTakenOutWhateverTheirEnding() {
    int passports = 0;
    int renewed = 0;
    for (int i = 0; i < 500; i++) {
      String left = without("How to renew the passport?", TEXT, "id" + i, "en");
      passports += left.contains("passport") ? 0 : 1;
      renewed += left.contains("renewed") ? 0 : 1;
      assertThat(left).startsWith("A ").endsWith("at the town hall.").doesNotContain("  ");
    }
    assertThat(passports).isBetween(250, 350);
    assertThat(renewed).isBetween(250, 350);
  }

  @Test
  void whereNothingIsSharedNothingIsTakenOut() {
    assertThat(without("When are the bins emptied?", TEXT, "x", "en")).isEqualTo(TEXT);
  }

  @Test
  void aWordIsTakenOutEverywhereOrNowhere() {
    String twice = "The passport office makes the passport.";
    var seen = new HashSet<String>();
    for (int i = 0; i < 50; i++) {
      seen.add(without("passport", twice, "id" + i, "en"));
    }
    assertThat(seen).containsExactlyInAnyOrder(twice, "The office makes the .");
  }

  @Test
  void theSeedAndThePassageSettleWhichWords() {
    var terms = new TermFrequencies(PASSAGES);
    String question = "renew a passport at the town hall";
    var bySeed = new HashSet<String>();
    for (int seed = 0; seed < 20; seed++) {
      String left = new SharedWords(terms, seed).without(question, TEXT, "0", "en");
      assertThat(new SharedWords(terms, seed).without(question, TEXT, "0", "en")).isEqualTo(left);
      bySeed.add(left);
    }
    assertThat(bySeed).hasSizeGreaterThan(5);
  }

  @Test
  void chineseLosesPairsOfCharacters() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 50; i++) {
      seen.add(without("护照", "办理护照。", "id" + i, "zh"));
    }
    assertThat(seen).containsExactlyInAnyOrder("办理护照。", "办理。");
  }

  @Test
  void pairsOfDocumentsLoseSharedWords() {
    var passages = new ArrayList<Passage>();
    for (int i = 0; i < 12; i++) {
      String text =
          "The gamma%d valve is opened by hand before the tank is filled. ".formatted(i)
              + "Close the gamma%d valve once the gauge of tank %d shows green.".formatted(i, i);
      passages.add(passage("v" + i, "valves.md", "Valves > Number " + i, text));
    }

    List<Pair> pairs =
        new PairRecipes(List.of(PairRecipes.Recipe.FIRST), 0, 3).fromDocuments(passages, 12);

    assertThat(pairs).hasSize(12);
    long named = pairs.stream().filter(p -> p.passageText().contains("gamma")).count();
    assertThat(named).isBetween(1L, 9L);
  }

  @Test
  void aPassageThatWouldHaveTooFewWordsLeftKeepsThem() {
    var passages = new ArrayList<Passage>();
    for (int i = 0; i < 40; i++) {
      int pair = i / 2; // a keyword stands in two passages
      String text =
          IntStream.range(0, 13)
              .mapToObj(word -> "word" + pair + "x" + word)
              .collect(Collectors.joining(" "));
      passages.add(passage("w" + i, "words.txt", "", text));
    }

    List<Pair> pairs =
        new PairRecipes(List.of(PairRecipes.Recipe.KEYWORDS), 0, 1).fromDocuments(passages, 40);

    assertThat(pairs).isNotEmpty();
    assertThat(pairs).allMatch(pair -> pair.passageText().split(" ", -1).length >= 12);
    assertThat(pairs).anyMatch(pair -> pair.passageText().split(" ", -1).length == 12);
  }
}
