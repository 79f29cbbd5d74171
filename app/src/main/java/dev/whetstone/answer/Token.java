package dev.whetstone.answer;

/// One token of a sentence as the checks of citations see it.
sealed interface Token {
  /// As it stands in the sentence after [NumberWords].
  String text();

  /// A word, or one Chinese character.
  ///
  /// @param stem what words of one root have in common
  /// @param function whether it carries grammar rather than content
  record Word(String text, String stem, boolean function) implements Token {}

  /// A number, a date's month, a weekday, or a name with digits in it: what is right to the letter
  /// or wrong.
  ///
  /// @param unit in one form for each unit; empty when none is known
  record Quantity(String text, String unit) implements Token {}

  /// A word that negates its clause, such as not, without, forbidden, 不, 禁止.
  record Negation(String text) implements Token {}

  /// A word that has an opposite.
  ///
  /// @param axis both share, such as `time` of before and after
  /// @param high which end
  record Pole(String text, String axis, boolean high) implements Token {}

  /// Whether it says what the sentence is about.
  default boolean content() {
    return switch (this) {
      case Word word -> !word.function();
      case Quantity _ -> true;
      case Negation _, Pole _ -> false;
    };
  }

  /// What is equal in two sentences that use the same word.
  default String key() {
    return switch (this) {
      case Word word -> word.stem();
      case Quantity number -> number.text();
      case Negation _ -> "¬";
      case Pole pole -> pole.axis() + (pole.high() ? '+' : '-');
    };
  }
}
