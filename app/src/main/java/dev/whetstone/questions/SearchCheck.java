package dev.whetstone.questions;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.pairs.EqualPassages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Searches for written questions with the base model: at what place each finds its passage, and
/// whether many passages are as near to it.
///
/// A question whose passage neither arm has among its first [#DEPTH] is as a rule about something
/// else, or so vague that it fits anything (round-trip consistency; Alberti et al., ACL 2019). One
/// that finds its passage among [#DEPTH] others of nearly the same cosine asks for nothing in
/// particular.
final class SearchCheck {
  static final int DEPTH = 50;

  /// Passages that are as near as this to the nearest one count as equally near.
  static final double AS_NEAR = .02;

  /// More passages that are equally near make a question generic.
  static final int MANY = 20;

  /// Where a question finds its passage; 0 where it does not.
  ///
  /// @param asNear how many passages have nearly the cosine of the nearest
  record Places(int words, int dense, int hybrid, int asNear) {
    boolean found() {
      return words > 0 || dense > 0;
    }

    boolean generic() {
      return asNear > MANY;
    }
  }

  private final PassageFinder finder;
  private final EqualPassages equal;

  /// @param passages all that the finder searches: equal ones count as one
  SearchCheck(PassageFinder finder, Collection<Passage> passages) {
    this.finder = finder;
    this.equal = new EqualPassages(passages);
  }

  /// @return one for each candidate, in their order
  List<Places> places(List<Candidate> candidates) {
    List<PassageFinder.Found> all =
        finder.find(candidates.stream().map(Candidate::question).toList(), DEPTH);
    var places = new ArrayList<Places>();
    for (int i = 0; i < candidates.size(); i++) {
      String wanted = equal.first(candidates.get(i).passage().id());
      PassageFinder.Found found = all.get(i);
      places.add(
          new Places(
              place(found.words(), wanted),
              place(found.dense(), wanted),
              place(found.hybrid(), wanted),
              asNear(found.dense())));
    }
    return places;
  }

  private int place(Ranking ranking, String wanted) {
    int place = 1;
    for (Hit hit : ranking.hits()) {
      if (equal.first(hit.passageId()).equals(wanted)) {
        return place;
      }
      place++;
    }
    return 0;
  }

  private static int asNear(Ranking dense) {
    if (dense.hits().isEmpty()) {
      return 0;
    }
    double best = dense.hits().getFirst().score();
    return (int) dense.hits().stream().filter(hit -> hit.score() >= best - AS_NEAR).count();
  }
}
