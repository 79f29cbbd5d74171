package dev.whetstone.answer;

import dev.whetstone.text.ContentTerms;
import dev.whetstone.text.LanguageDetector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Picks the sentences of the extractive answer: the best excerpts of all passages, at most
/// [#PER_PASSAGE] of one, as long as they are nearly as good as the best and say something that
/// another passage's does not.
///
/// **Why several of a passage.** Where the right passage is found, its best sentence by cosine is
/// the one that answers in only two of five questions: the vectors tell passages apart better than
/// their sentences. The sentence that answers is mostly among the passage's best three.
///
/// **Measured** on the demo's log (its training and dev questions; 155 of them have a right passage
/// among the five), the share whose quotes hold the log's words: one sentence of a passage and at
/// most three in all .46 (322 characters), at most three of a passage and four in all .68 (568),
/// **five in all .71 (704)**, six .73 (849), two of a passage and five in all .68. Weighing a
/// sentence's neighbours in, or the fused score in place of the rank, gave nothing.
final class Extractive {
  private static final double NEARLY = .25; // below the best score
  private static final double SAME = .6; // share of terms in common from which two say the same

  /// Sentences of one passage: with more, one long passage would fill the answer.
  private static final int PER_PASSAGE = 3;

  private Extractive() {}

  /// From 1 to `most` excerpts; empty when there are none. Those of a passage stand together in
  /// their order there, and the passage with the best one first.
  static List<AnswerUnit> pick(List<Evidence.ScoredUnit> excerpts, int most) {
    var picked = new ArrayList<AnswerUnit>();
    Map<Integer, Integer> places = new HashMap<>(); // of the passages, by their best excerpt
    Map<Integer, Integer> counts = new HashMap<>();
    for (Evidence.ScoredUnit scored : excerpts) {
      if (picked.size() == most || scored.score() < excerpts.getFirst().score() - NEARLY) {
        break;
      }
      AnswerUnit unit = scored.excerpt();
      if (counts.getOrDefault(unit.hit(), 0) < PER_PASSAGE
          && picked.stream().noneMatch(other -> repeats(unit, other))) {
        picked.add(unit);
        counts.merge(unit.hit(), 1, Integer::sum);
        places.putIfAbsent(unit.hit(), places.size());
      }
    }
    picked.sort(
        Comparator.comparingInt((AnswerUnit unit) -> places.getOrDefault(unit.hit(), 0))
            .thenComparingInt(AnswerUnit::order));
    return picked;
  }

  /// Those of the excerpts that say something else than each of the sentences.
  static List<AnswerUnit> others(List<AnswerUnit> excerpts, List<String> sentences) {
    List<Set<String>> told =
        sentences.stream()
            .map(sentence -> ContentTerms.set(sentence, LanguageDetector.of(sentence)))
            .toList();
    return excerpts.stream()
        .filter(unit -> told.stream().noneMatch(terms -> same(unit.terms(), terms)))
        .toList();
  }

  /// Whether another passage's excerpt says the same.
  private static boolean repeats(AnswerUnit unit, AnswerUnit other) {
    return unit.hit() != other.hit() && same(unit.terms(), other.terms());
  }

  private static boolean same(Set<String> a, Set<String> b) {
    var both = new HashSet<>(a);
    both.retainAll(b);
    return both.size() > SAME * Math.min(a.size(), b.size());
  }
}
