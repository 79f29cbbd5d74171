package dev.whetstone.corpus.pdf;

/// A part of the document in reading order, before [PdfHeadings] separates headings from
/// paragraphs.
sealed interface PdfContent {
  /// The page on which it begins, from 1.
  int page();

  /// A paragraph, a list item or a heading.
  ///
  /// @param x left edge of its first line, with its bullet, in points
  /// @param size of its first line's font, in points
  /// @param marker whether it began with a bullet, which `text` leaves out
  /// @param lines number of lines that it takes on the page
  record Paragraph(
      int page, String text, float x, float size, boolean bold, boolean marker, int lines)
      implements PdfContent {}

  /// The part of a table that stands on one page.
  record Table(int page, PdfTablePart part) implements PdfContent {}
}
