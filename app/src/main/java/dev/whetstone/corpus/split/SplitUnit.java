package dev.whetstone.corpus.split;

/// The smallest part of a section that [PassagePacker] moves: a block, or a piece of a block that
/// is too long for one passage. It stands in exactly one passage.
///
/// @param from first character in the document's text; a table's first row begins with the table's
///   header
/// @param to one past its last character
/// @param tokens of `text`
/// @param page of its block, 0 for none
/// @param table the table whose row it is, [Table#NONE] for other text
/// @param group number of the group; units of one group are kept in one passage where they fit
record SplitUnit(int from, int to, String text, int tokens, int page, Table table, int group) {
  /// What the rows of a table share.
  ///
  /// @param number identifies the table within its section; -1 for text that is no table row
  /// @param header the header row, repeated in each passage that holds rows; empty for none
  /// @param headerTokens of `header`
  record Table(int number, String header, int headerTokens) {
    static final Table NONE = new Table(-1, "", 0);

    /// Whether a passage that reaches this unit after one of the table `before` writes the header.
    boolean writesHeaderAfter(Table before) {
      return number >= 0 && number != before.number && !header.isEmpty();
    }
  }
}
