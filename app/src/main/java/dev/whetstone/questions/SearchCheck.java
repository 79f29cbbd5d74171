package dev.whetstone.questions;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.pairs.EqualPassages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Searches for written questions with the base model: at what place each finds its passage. A
/// question whose passage neither arm has among its first [#DEPTH] is as a rule about something
/// else, or so vague that it fits anything (round-trip consistency; Alberti et al., ACL 2019).
///
/// The depth is generous on purpose: what the base finds at once teaches it nothing.
final class SearchCheck {
  static final int DEPTH = 50;

  /// Where a question finds its passage, from 1; 0 where it does not.
  record Places(int words, int dense, int hybrid) {
    boolean found() {
      return words > 0 || dense > 0;
    }
  }

  /// Of a question that was not searched for.
  static final Places NOWHERE = new Places(0, 0, 0);

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
              place(found.hybrid(), wanted)));
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
}
