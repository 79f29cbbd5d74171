package dev.whetstone.answer;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Each number, date, weekday and name with digits of the sentence stands in the cited passages,
/// with the same unit where both name one; and where a clause of the passages speaks of the same
/// with another number of that unit, the sentence has not taken its number from elsewhere.
record NumbersRule() implements CitationRule {
  /// Share of a clause's topics that makes another clause speak of the same.
  private static final double SAME = .75;

  @Override
  public boolean holds(Claim claim) {
    List<Token.Quantity> sourceNumbers =
        claim.sources().stream()
            .flatMap(source -> numbers(source.whole().tokens()).stream())
            .toList();
    return numbers(claim.sentence().tokens()).stream()
            .allMatch(number -> sourceNumbers.stream().anyMatch(other -> same(number, other)))
        && claim.sentence().clauses().stream().noneMatch(clause -> borrows(claim, clause));
  }

  /// Whether the clauses that speak of the same have other numbers, all of them.
  private static boolean borrows(Claim claim, List<Token> clause) {
    List<Token.Quantity> clauseNumbers = numbers(clause);
    Set<String> topics = words(clause);
    if (clauseNumbers.isEmpty() || topics.size() < 2) {
      return false;
    }
    List<List<Token>> same =
        claim.sentences().stream()
            .flatMap(sentence -> sentence.clauses().stream())
            .filter(other -> Claim.shared(topics, words(other)) >= SAME * topics.size())
            .toList();
    return !same.isEmpty()
        && same.stream()
            .allMatch(
                other -> clauseNumbers.stream().anyMatch(n -> differs(n, clauseNumbers, other)));
  }

  /// Whether a clause has, in this number's place, one that the sentence does not have.
  private static boolean differs(
      Token.Quantity number, List<Token.Quantity> clauseNumbers, List<Token> other) {
    List<Token.Quantity> sourceNumbers = numbers(other);
    return sourceNumbers.stream().noneMatch(each -> same(number, each))
        && sourceNumbers.stream()
            .anyMatch(
                each ->
                    each.unit().equals(number.unit())
                        && clauseNumbers.stream().noneMatch(n -> same(n, each)));
  }

  private static Set<String> words(List<Token> clause) {
    var words = new HashSet<>(AnalysedSentence.topics(clause));
    numbers(clause).forEach(number -> words.remove(number.key()));
    return words;
  }

  private static boolean same(Token.Quantity a, Token.Quantity b) {
    return a.text().equals(b.text())
        && (a.unit().equals(b.unit()) || a.unit().isEmpty() || b.unit().isEmpty());
  }

  private static List<Token.Quantity> numbers(List<Token> tokens) {
    return tokens.stream()
        .filter(Token.Quantity.class::isInstance)
        .map(Token.Quantity.class::cast)
        .toList();
  }
}
