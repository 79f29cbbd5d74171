package dev.whetstone.answer;

import java.util.ArrayList;
import java.util.List;

/// No word of the sentence stands where its witness has the opposite: before and after, increase
/// and reduce, at least and at most, from and to.
///
/// Which word of the witness to compare with is decided by the neighbours: each content word near
/// the sentence's word is looked for in the witness, and the word of the same axis nearest to it
/// votes for its own end, by the inverse of both distances. Numbers count three times. "From" and
/// "to" belong to the word behind them alone.
record OppositesRule() implements CitationRule {
  private static final int NEAR = 4;
  static final String WAY = "way";

  /// A token with its place.
  private record Placed(Token token, int clause, int at) {}

  @Override
  public boolean holds(Claim claim) {
    for (List<Token> clause : claim.sentence().clauses()) {
      List<AnalysedSentence> witnesses = claim.witnesses(clause);
      if (!witnesses.isEmpty() && witnesses.stream().noneMatch(w -> agrees(clause, w))) {
        return false;
      }
    }
    return true;
  }

  private static boolean agrees(List<Token> part, AnalysedSentence witness) {
    List<Placed> witnessTokens = placed(witness);
    for (int i = 0; i < part.size(); i++) {
      if (part.get(i) instanceof Token.Pole pole && vote(part, i, pole, witnessTokens) < 0) {
        return false;
      }
    }
    return true;
  }

  private static double vote(
      List<Token> part, int at, Token.Pole pole, List<Placed> witnessTokens) {
    boolean way = pole.axis().equals(WAY);
    double vote = 0;
    for (int i = Math.max(0, way ? at + 1 : at - NEAR);
        i < Math.min(part.size(), at + NEAR + 1);
        i++) {
      if (i == at || !part.get(i).content()) {
        continue;
      }
      for (int k = 0; k < witnessTokens.size(); k++) {
        if (same(part, i, witnessTokens, k)) {
          vote +=
              (part.get(i) instanceof Token.Quantity ? 3.0 : 1.0)
                  / (1 + Math.abs(i - at))
                  * vote(pole, witnessTokens, k, way);
        }
      }
      if (way) {
        break;
      }
    }
    return vote;
  }

  /// What the pole nearest to a token of the witness says: above 0 for the same end.
  private static double vote(Token.Pole pole, List<Placed> witnessTokens, int near, boolean way) {
    double nearest = 0;
    for (Placed placed : witnessTokens) {
      if (!(placed.token() instanceof Token.Pole other) || !other.axis().equals(pole.axis())) {
        continue;
      }
      int steps = placed.at() - witnessTokens.get(near).at();
      boolean elsewhere = placed.clause() != witnessTokens.get(near).clause();
      if (elsewhere || (way && (steps > 0 || steps < -2))) {
        continue;
      }
      double says = (other.high() == pole.high() ? 1.0 : -1.0) / (1 + Math.abs(steps));
      if (Math.abs(says) > Math.abs(nearest)
          || (Math.abs(says) == Math.abs(nearest) && says > nearest)) {
        nearest = says;
      }
    }
    return nearest;
  }

  /// The same word; of Chinese the same character with the same neighbour.
  private static boolean same(List<Token> part, int i, List<Placed> witnessTokens, int k) {
    if (!part.get(i).key().equals(witnessTokens.get(k).token().key())) {
      return false;
    }
    if (!AnalysedSentence.isHan(part.get(i))) {
      return true;
    }
    boolean before =
        i > 0 && k > 0 && part.get(i - 1).text().equals(witnessTokens.get(k - 1).token().text());
    boolean after =
        i + 1 < part.size()
            && k + 1 < witnessTokens.size()
            && part.get(i + 1).text().equals(witnessTokens.get(k + 1).token().text());
    return before || after;
  }

  private static List<Placed> placed(AnalysedSentence sentence) {
    var placed = new ArrayList<Placed>();
    for (int clause = 0; clause < sentence.clauses().size(); clause++) {
      for (Token token : sentence.clauses().get(clause)) {
        placed.add(new Placed(token, clause, placed.size()));
      }
    }
    return placed;
  }
}
