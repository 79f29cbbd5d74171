package dev.whetstone.answer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Picks the sentences of the extractive answer: the best excerpt, then the best of other passages
/// that are nearly as good and say something else. One for each passage: where the first is wrong,
/// a second from the same place mostly is, too.
final class Extractive {
  private static final double NEARLY = .10; // below the best score
  private static final double SAME = .6; // share of terms in common from which two say the same

  private Extractive() {}

  /// From 1 to `most` excerpts, best first; empty when there are none.
  static List<AnswerUnit> pick(List<Evidence.ScoredUnit> excerpts, int most) {
    var picked = new ArrayList<AnswerUnit>();
    var pickedTerms = new ArrayList<Set<String>>();
    for (Evidence.ScoredUnit scored : excerpts) {
      if (picked.size() == most || scored.score() < excerpts.getFirst().score() - NEARLY) {
        break;
      }
      if (picked.stream().anyMatch(other -> other.hit() == scored.excerpt().hit())) {
        continue;
      }
      Set<String> terms = scored.excerpt().terms();
      if (pickedTerms.stream().noneMatch(other -> same(terms, other))) {
        picked.add(scored.excerpt());
        pickedTerms.add(terms);
      }
    }
    return picked;
  }

  private static boolean same(Set<String> a, Set<String> b) {
    var both = new HashSet<>(a);
    both.retainAll(b);
    return both.size() > SAME * Math.min(a.size(), b.size());
  }
}
