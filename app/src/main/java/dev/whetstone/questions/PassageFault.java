package dev.whetstone.questions;

/// Why nothing is asked about a passage.
public enum PassageFault {
  /// It has too few words to answer a question.
  SHORT("too short"),
  /// Numbers, symbols or table cells without sentences around them.
  NUMBERS("tables of numbers"),
  /// A list of names, headings, references or links: contents, an index, a menu.
  LIST("lists without sentences"),
  /// Most of it stands in other documents too.
  BOILERPLATE("text that many documents share"),
  /// It is equal or nearly equal to another passage.
  COPY("copies of other passages"),
  /// It is in a language that the prompts cannot name.
  LANGUAGE("in an unknown language");

  private final String words;

  PassageFault(String words) {
    this.words = words;
  }

  /// As a report names such passages: `tables of numbers`.
  public String words() {
    return words;
  }
}
