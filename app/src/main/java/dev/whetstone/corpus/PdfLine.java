package dev.whetstone.corpus;

import dev.whetstone.corpus.PdfPage.Chunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A line of running text, or the place of a ruled table (then `grid` is there and the text empty).
///
/// @param y of the baseline, from the page's top
/// @param chunks of which it consists, left to right
record PdfLine(
    int page,
    String text,
    float x0,
    float x1,
    float y,
    float size,
    boolean bold,
    List<Chunk> chunks,
    @Nullable PdfGrid grid) {

  /// The page's lines in the order they are drawn. What stands in a ruled table goes there.
  static List<PdfLine> of(PdfPage page) {
    List<PdfGrid> grids = new ArrayList<>(PdfGrid.find(page));
    List<PdfGrid> placed = new ArrayList<>();
    List<PdfLine> lines = new ArrayList<>();
    List<Chunk> row = new ArrayList<>();
    for (Chunk chunk : PdfChunks.of(page.glyphs())) {
      PdfGrid in = null;
      for (PdfGrid grid : grids) {
        if (grid.take(chunk)) {
          in = grid;
          break;
        }
      }
      if (in != null) {
        flush(page, row, lines);
        if (!placed.contains(in)) {
          placed.add(in);
          lines.add(new PdfLine(page.number(), "", 0, 0, chunk.y(), 0, false, List.of(), in));
        }
        continue;
      }
      if (!row.isEmpty() && !sameLine(row.getLast(), chunk)) {
        flush(page, row, lines);
      }
      row.add(chunk);
    }
    flush(page, row, lines);
    return lines;
  }

  /// A line of these chunks.
  static PdfLine of(int page, List<Chunk> chunks) {
    var text = new StringBuilder();
    float size = 0;
    boolean bold = true;
    for (Chunk chunk : chunks) {
      text.append(text.isEmpty() ? "" : " ").append(chunk.text());
      size = Math.max(size, chunk.size());
      bold &= chunk.bold() || chunk.letters() < 2;
    }
    Chunk first = chunks.getFirst();
    return new PdfLine(
        page,
        text.toString(),
        first.x0(),
        chunks.getLast().x1(),
        first.y(),
        size,
        bold,
        List.copyOf(chunks),
        null);
  }

  private static boolean sameLine(Chunk before, Chunk chunk) {
    float size = Math.max(before.size(), chunk.size());
    return Math.abs(before.y() - chunk.y()) < 0.35f * size
        && chunk.x0() > before.x1() - 0.5f * size;
  }

  private static void flush(PdfPage page, List<Chunk> row, List<PdfLine> lines) {
    if (!row.isEmpty()) {
      lines.add(of(page.number(), row));
      row.clear();
    }
  }
}
