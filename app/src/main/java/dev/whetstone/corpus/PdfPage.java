package dev.whetstone.corpus;

import java.util.List;

/// What stands on a page: glyphs in the order they are drawn, and straight lines. Points, from the
/// page's upper left corner as it is read.
///
/// @param number from 1
record PdfPage(
    int number, float width, float height, List<Glyph> glyphs, List<Rule> rules, PdfSense sense) {

  /// The page with nothing on it.
  PdfPage blank() {
    return new PdfPage(number, width, height, List.of(), List.of(), PdfSense.NONE);
  }

  /// @param y of the baseline
  /// @param size of the font
  /// @param mark its marked-content id, -1 for none
  record Glyph(
      String text, float x0, float x1, float y, float size, boolean bold, float space, int mark) {}

  /// A straight line along an axis, or a thin rectangle.
  ///
  /// @param at its x when it is vertical, its y when it is horizontal
  record Rule(boolean vertical, float at, float from, float to) {}

  /// Text on one baseline without a gap wider than about an em.
  ///
  /// @param y of the baseline
  record Chunk(String text, float x0, float x1, float y, float size, boolean bold) {
    int letters() {
      return (int) text.chars().filter(c -> c > ' ').count();
    }
  }
}
