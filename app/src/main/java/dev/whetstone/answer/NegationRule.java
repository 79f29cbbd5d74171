package dev.whetstone.answer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Each part of the sentence is negated as often as its witness is. In other words than the
/// witness's, pairs do not count: a double negation affirms. Of the witness those clauses count
/// that the part speaks of: "Tickets are sold at the machine; staff do not sell them" says nothing
/// negative of the machine.
record NegationRule() implements CitationRule {
  private static final double COPIED = .9; // of the topics of both

  @Override
  public boolean holds(Claim claim) {
    for (List<Token> part : claim.parts()) {
      List<AnalysedSentence> witnesses = claim.witnesses(part);
      if (!witnesses.isEmpty() && witnesses.stream().noneMatch(w -> agrees(part, w))) {
        return false;
      }
    }
    return true;
  }

  /// Words with an opposite that negate where the other sentence has neither: "excluded from" is
  /// "not covered by". Where both have one, [OppositesRule] compares them.
  private static final Set<String> NEGATIVE = Set.of("content", "outcome");

  private static long negations(List<Token> tokens, List<Token> others) {
    return tokens.stream()
        .filter(
            token ->
                switch (token) {
                  case Token.Negation _ -> true;
                  case Token.Pole pole ->
                      !pole.high() && NEGATIVE.contains(pole.axis()) && !has(others, pole.axis());
                  case Token.Word _, Token.Quantity _ -> false;
                })
        .count();
  }

  private static boolean has(List<Token> tokens, String axis) {
    return tokens.stream().anyMatch(t -> t instanceof Token.Pole pole && pole.axis().equals(axis));
  }

  private static boolean copies(List<Token> part, List<Token> spoken) {
    Set<String> claimTopics = AnalysedSentence.topics(part);
    Set<String> witnessTopics = AnalysedSentence.topics(spoken);
    return Claim.shared(claimTopics, witnessTopics)
        >= COPIED * Math.max(claimTopics.size(), witnessTopics.size());
  }

  private static boolean agrees(List<Token> part, AnalysedSentence witness) {
    List<Token> spoken = spoken(witness, part);
    long more = negations(part, spoken) - negations(spoken, part);
    return copies(part, spoken) ? more == 0 : more % 2 == 0;
  }

  /// The fewest clauses of the witness that hold what the part shares with it.
  private static List<Token> spoken(AnalysedSentence witness, List<Token> part) {
    Set<String> open = new HashSet<>(AnalysedSentence.topics(part));
    var clauses = new ArrayList<>(witness.clauses());
    var spoken = new ArrayList<Token>();
    while (!clauses.isEmpty()) {
      List<Token> best = clauses.getFirst();
      for (List<Token> clause : clauses) {
        if (Claim.shared(open, AnalysedSentence.topics(clause))
            > Claim.shared(open, AnalysedSentence.topics(best))) {
          best = clause;
        }
      }
      if (Claim.shared(open, AnalysedSentence.topics(best)) == 0) {
        break;
      }
      spoken.addAll(best);
      open.removeAll(AnalysedSentence.topics(best));
      clauses.remove(best);
    }
    return spoken;
  }
}
