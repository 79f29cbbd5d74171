package dev.whetstone.core;

/// One piece of a document's structure: the characters `[from, to)` of [Document#text()].
///
/// @param level of a heading, from 1; depth of a list item, from 1; 0 otherwise
/// @param page from 1; 0 where the format has no pages (a slide and a worksheet count as a page)
/// @param header for a table row: the position in [Document#blocks()] of its table's header row, or
///   -1 when the table has none; -1 for every other kind. The header row itself is a
///   [Kind#TABLE_HEADER].
public record Block(Kind kind, int from, int to, int level, int page, int header) {
  /// What a block is.
  public enum Kind {
    HEADING,
    PARAGRAPH,
    LIST_ITEM,
    TABLE_HEADER,
    TABLE_ROW,
    CODE
  }

  public Block {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("bad span " + from + ".." + to);
    }
    if (header >= 0 && kind != Kind.TABLE_ROW) {
      throw new IllegalArgumentException("only a table row has a header");
    }
  }
}
