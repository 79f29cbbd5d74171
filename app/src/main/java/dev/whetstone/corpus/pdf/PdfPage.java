package dev.whetstone.corpus.pdf;

import java.util.List;

/// The text and ruled lines of a page, by the direction in which the text is written.
///
/// @param number from 1
/// @param sheets the upright one first; none where the page shows no text
/// @param pictures the share of the page that pictures cover, at most 1
/// @param lost glyphs beyond the most that are read of one page
record PdfPage(
    int number, List<PdfSheet> sheets, PdfTextQuality quality, double pictures, int lost) {
  PdfPage {
    sheets = List.copyOf(sheets);
  }

  /// This page without its content.
  PdfPage blank() {
    return new PdfPage(number, List.of(), PdfTextQuality.NONE, 0, 0);
  }

  /// A glyph, or a value that is inserted as one.
  ///
  /// @param y of the baseline
  /// @param pagination whether the file marks it as an artifact of pagination
  record Glyph(String text, float x0, float x1, float y, GlyphFont font, boolean pagination) {
    float size() {
      return font.size();
    }
  }

  /// How a glyph is set.
  ///
  /// @param size in points
  /// @param space width of the font's space in points, 0 where it is not known
  record GlyphFont(float size, boolean bold, float space) {}

  /// A straight line along an axis, or a thin rectangle.
  ///
  /// @param at its x when it is vertical, its y when it is horizontal
  record Rule(boolean vertical, float at, float from, float to) {}

  /// Text on one baseline without a gap wider than about an em.
  ///
  /// @param y of the baseline
  record Chunk(
      String text, float x0, float x1, float y, float size, boolean bold, boolean pagination) {
    int letters() {
      return (int) text.chars().filter(c -> c > ' ').count();
    }
  }
}
