package dev.whetstone.corpus;

import dev.whetstone.corpus.PdfPage.Chunk;
import java.util.ArrayList;
import java.util.Comparator;
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

  /// The page's lines in the order they are drawn, tables or not.
  static List<PdfLine> of(PdfPage page) {
    List<PdfLine> lines = new ArrayList<>();
    List<Chunk> row = new ArrayList<>();
    for (Chunk chunk : PdfChunks.of(page.glyphs())) {
      if (!row.isEmpty() && !sameLine(row.getLast(), chunk)) {
        flush(page.number(), row, lines);
      }
      row.add(chunk);
    }
    flush(page.number(), row, lines);
    return inReadingOrder(lines);
  }

  /// Programs draw text in reading order, columns one after the other. Where a page often goes back
  /// up within a column it was drawn in no order: then from top to bottom.
  private static List<PdfLine> inReadingOrder(List<PdfLine> lines) {
    int back = 0;
    for (int i = 1; i < lines.size(); i++) {
      PdfLine before = lines.get(i - 1);
      PdfLine line = lines.get(i);
      boolean overlap = line.x0() < before.x1() && before.x0() < line.x1();
      back += overlap && line.y() < before.y() - before.size() ? 1 : 0;
    }
    if (back <= 2 || back * 4 <= lines.size()) {
      return lines;
    }
    return lines.stream()
        .sorted(
            Comparator.<PdfLine>comparingInt(line -> Math.round(line.y() / 3))
                .thenComparingDouble(PdfLine::x0))
        .toList();
  }

  /// Of these lines of one page, those that stand in none of its ruled tables; in place of the
  /// others their tables, which take what they say.
  static List<PdfLine> outside(List<PdfGrid> grids, List<PdfLine> lines) {
    List<PdfGrid> placed = new ArrayList<>();
    List<PdfLine> left = new ArrayList<>();
    for (PdfLine line : lines) {
      List<Chunk> row = new ArrayList<>();
      for (Chunk chunk : line.chunks()) {
        PdfGrid in = null;
        for (PdfGrid grid : grids) {
          if (grid.take(chunk)) {
            in = grid;
            break;
          }
        }
        if (in == null) {
          row.add(chunk);
          continue;
        }
        flush(line.page(), row, left);
        if (!placed.contains(in)) {
          placed.add(in);
          left.add(new PdfLine(line.page(), "", 0, 0, line.y(), 0, false, List.of(), in));
        }
      }
      flush(line.page(), row, left);
    }
    return left;
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

  private static void flush(int page, List<Chunk> row, List<PdfLine> lines) {
    if (!row.isEmpty()) {
      lines.add(of(page, row));
      row.clear();
    }
  }
}
