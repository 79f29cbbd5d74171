package dev.whetstone.answer;

/// One thing that a sentence must hold to against the passages that it cites.
sealed interface CitationRule
    permits LinksRule, NumbersRule, NegationRule, OppositesRule, ReplacedWordsRule, CoverageRule {
  /// Whether the sentence holds to it.
  boolean holds(Claim claim);
}
