package dev.whetstone.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CopiesTest {
  /// Documents of random words, edited copies of them, copies of the copies, and such as share a
  /// part of their text.
  private static Map<String, String> documents(Random random) {
    var texts = new TreeMap<String, String>();
    String shared = words(random, 60);
    for (int i = 0; i < 150; i++) {
      List<String> known = List.copyOf(texts.values());
      String text =
          switch (known.isEmpty() ? 3 : random.nextInt(4)) {
            case 0 -> edited(known.get(random.nextInt(known.size())), random.nextInt(6), random);
            case 1 -> known.get(random.nextInt(known.size()));
            case 2 -> shared + " " + words(random, 20 + random.nextInt(60));
            default -> words(random, random.nextInt(150));
          };
      texts.put("d%03d".formatted(i), text);
    }
    return texts;
  }

  private static String words(Random random, int count) {
    return IntStream.range(0, count)
        .mapToObj(_ -> "w" + random.nextInt(500))
        .collect(Collectors.joining(" "));
  }

  private static String edited(String text, int edits, Random random) {
    String[] words = text.split(" ", -1);
    for (int i = 0; i < edits; i++) {
      words[random.nextInt(words.length)] = "edit" + random.nextInt(500);
    }
    return String.join(" ", words);
  }

  /// The groups by their first document, found by comparing every pair by its definition.
  private static Map<String, String> oracle(Map<String, String> texts) {
    var groups = new HashMap<String, Set<String>>();
    texts.keySet().forEach(id -> groups.put(id, new HashSet<>(Set.of(id))));
    for (String a : texts.keySet()) {
      for (String b : texts.keySet()) {
        if (a.compareTo(b) < 0 && similarity(texts.get(a), texts.get(b)) >= .9) {
          var both = new HashSet<>(groups.getOrDefault(a, Set.of()));
          both.addAll(groups.getOrDefault(b, Set.of()));
          both.forEach(each -> groups.put(each, both));
        }
      }
    }
    var firsts = new TreeMap<String, String>();
    groups.forEach((id, group) -> firsts.put(id, group.stream().sorted().findFirst().orElse(id)));
    return firsts;
  }

  private static double similarity(String a, String b) {
    Set<String> one = grams(a);
    Set<String> other = grams(b);
    var both = new HashSet<>(one);
    both.retainAll(other);
    int all = one.size() + other.size() - both.size();
    return all == 0 ? 0 : (double) both.size() / all;
  }

  private static Set<String> grams(String text) {
    List<String> words =
        text.isBlank() ? List.of() : new ArrayList<>(List.of(text.strip().split(" ", -1)));
    var grams = new HashSet<String>();
    for (int i = 0; i == 0 || i + 5 <= words.size(); i++) {
      if (!words.isEmpty()) {
        grams.add(String.join(" ", words.subList(i, Math.min(words.size(), i + 5))));
      }
    }
    return grams;
  }

  @Test
  void theGroupsAreThoseOfComparingEveryPair() {
    int copies = 0;
    for (long seed = 1; seed <= 5; seed++) {
      Map<String, String> texts = documents(new Random(seed));

      Copies found = Copies.among(texts);

      for (Map.Entry<String, String> each : oracle(texts).entrySet()) {
        assertThat(found.original(each.getKey()))
            .as("seed %d, %s", seed, each.getKey())
            .isEqualTo(each.getValue());
      }
      copies += found.originals().size();
    }
    assertThat(copies).isBetween(100, 600);
  }

  @Test
  void aThousandCopiesAreOneGroupAndFormsWithOtherWordsAreNone() {
    var random = new Random(3);
    String text = words(random, 300);
    var texts = new HashMap<String, String>();
    for (int i = 0; i < 1000; i++) {
      texts.put("copy%04d".formatted(i), edited(text, 2, random));
      texts.put("form%04d".formatted(i), edited(text, 40, random));
    }

    Copies found = Copies.among(texts);

    assertThat(found.originals()).hasSize(999);
    assertThat(Set.copyOf(found.originals().values())).containsExactly("copy0000");
  }

  @Test
  void chineseIsComparedByItsCharacters() {
    String text = "关机之后请检查进口阀门，并通知值班长。电机过载时立即切断电源，十分钟后再启动。";
    var texts =
        Map.of(
            "a", text,
            "b", text.replace("，", "、").replace("。", "\n"),
            "c", text.replace("进口", "出口").replace("十", "五"));

    assertThat(Copies.among(texts).originals()).isEqualTo(Map.of("b", "a"));
  }

  @Test
  void caseLayoutAndMarksAreNoDifferenceAndAnEmptyTextHasNoCopies() {
    var texts =
        Map.of(
            "a", "Open the red valve, then wait for ten minutes.",
            "b", "open the RED valve -\n then wait\tfor ten minutes",
            "c", "",
            "d", " - ",
            "e", "ten minutes",
            "f", "Ten minutes.");

    Copies copies = Copies.among(texts);
    assertThat(copies.originals()).isEqualTo(Map.of("b", "a", "f", "e"));
    assertThat(copies.with(List.of("f", "c"))).containsExactly("c", "e", "f");
    assertThat(copies.with(List.of("a"))).containsExactly("a", "b");
  }
}
