package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.pdf.PdfPage.Chunk;
import dev.whetstone.corpus.pdf.PdfPage.Rule;
import java.util.List;

/// The part of a page that is written in one direction, as a page of its own: points from the upper
/// left corner of the page when it is held so that this text is upright.
///
/// @param page its number from 1
/// @param turn degrees from 0 to 359, counter-clockwise, by which the text is turned against how
///   the page is shown; 0 for upright text
/// @param chunks of its text, in the order they are drawn
record PdfSheet(
    int page, int turn, float width, float height, List<Chunk> chunks, List<Rule> rules) {
  private static final float MIDDLE = 0.3f; // of a letter, above the baseline, in sizes

  PdfSheet {
    chunks = List.copyOf(chunks);
    rules = List.copyOf(rules);
  }

  /// Text of this sheet as a point of the upright one: the middle of where it stands.
  ///
  /// @param chunk of a sheet turned by a right angle
  Chunk upright(Chunk chunk) {
    float x = (chunk.x0() + chunk.x1()) / 2;
    float y = chunk.y() - MIDDLE * chunk.size();
    float left = turn == 90 ? y : turn == 270 ? height - y : width - x;
    float down = turn == 90 ? width - x : turn == 270 ? x : height - y;
    return new Chunk(
        chunk.text(),
        left,
        left,
        down + MIDDLE * chunk.size(),
        chunk.size(),
        chunk.bold(),
        chunk.pagination());
  }

  /// Whether the text runs along an edge of the page.
  boolean isStraight() {
    return turn % 90 == 0;
  }
}
