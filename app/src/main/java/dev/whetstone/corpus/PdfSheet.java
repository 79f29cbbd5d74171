package dev.whetstone.corpus;

import dev.whetstone.corpus.PdfPage.Glyph;
import dev.whetstone.corpus.PdfPage.Rule;
import java.util.List;

/// The part of a page that is written in one direction, as a page of its own: points from the upper
/// left corner of the page when it is held so that this text is upright.
///
/// @param page its number from 1
/// @param turn degrees from 0 to 359, counter-clockwise, by which the text is turned against how
///   the page is shown; 0 for upright text
/// @param glyphs in the order they are drawn
record PdfSheet(
    int page, int turn, float width, float height, List<Glyph> glyphs, List<Rule> rules) {
  PdfSheet {
    glyphs = List.copyOf(glyphs);
    rules = List.copyOf(rules);
  }

  /// Whether the text runs along an edge of the page.
  boolean isStraight() {
    return turn % 90 == 0;
  }
}
