package dev.whetstone.answer;

import java.util.List;

/// Each number, date, weekday and name with digits of the sentence stands in the cited passages,
/// with the same unit where both name one.
record NumbersRule() implements CitationRule {
  @Override
  public boolean holds(Claim claim) {
    List<Token.Quantity> given =
        claim.sources().stream().flatMap(source -> numbers(source.whole()).stream()).toList();
    return numbers(claim.reading()).stream()
        .allMatch(number -> given.stream().anyMatch(other -> same(number, other)));
  }

  private static boolean same(Token.Quantity a, Token.Quantity b) {
    return a.text().equals(b.text())
        && (a.unit().equals(b.unit()) || a.unit().isEmpty() || b.unit().isEmpty());
  }

  private static List<Token.Quantity> numbers(Reading reading) {
    return reading.tokens().stream()
        .filter(Token.Quantity.class::isInstance)
        .map(Token.Quantity.class::cast)
        .toList();
  }
}
