package dev.whetstone.answer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Each part of the sentence is negated as often as its witness is, but for pairs: a double
/// negation affirms. Of the witness those clauses count that the part speaks of: "Tickets are sold
/// at the machine; staff do not sell them" says nothing negative of the machine.
record NegationRule() implements CitationRule {
  @Override
  public boolean holds(Claim claim) {
    for (List<Token> part : claim.parts()) {
      List<Reading> witnesses = claim.witnesses(part);
      long negations = negations(part);
      if (!witnesses.isEmpty()
          && witnesses.stream().noneMatch(w -> (negations - negations(w, part)) % 2 == 0)) {
        return false;
      }
    }
    return true;
  }

  private static long negations(List<Token> tokens) {
    return tokens.stream().filter(Token.Negation.class::isInstance).count();
  }

  /// The negations of the fewest clauses that hold what the part shares with the witness.
  private static long negations(Reading witness, List<Token> part) {
    Set<String> open = new HashSet<>(Reading.topics(part));
    var clauses = new ArrayList<>(witness.clauses());
    long negations = 0;
    while (!clauses.isEmpty()) {
      List<Token> best = clauses.getFirst();
      for (List<Token> clause : clauses) {
        if (Claim.shared(open, Reading.topics(clause)) > Claim.shared(open, Reading.topics(best))) {
          best = clause;
        }
      }
      if (Claim.shared(open, Reading.topics(best)) == 0) {
        break;
      }
      negations += negations(best);
      open.removeAll(Reading.topics(best));
      clauses.remove(best);
    }
    return negations;
  }
}
