package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.pdf.PdfPage.Chunk;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A line of running text, a row of a table without rules, or the place of a ruled table (then the
/// text is empty).
///
/// @param chunks of which it consists, left to right
/// @param y of the baseline, from the sheet's top
/// @param cells the table that it is a row or the place of; null for running text
record PdfLine(
    PdfSheet sheet,
    List<Chunk> chunks,
    String text,
    float y,
    float size,
    boolean bold,
    @Nullable PdfTablePart cells) {

  /// A line of these chunks, in whatever order they were drawn.
  ///
  /// @param table whose row it is
  static PdfLine of(PdfSheet sheet, List<Chunk> drawn, @Nullable PdfAlignedTable table) {
    List<Chunk> chunks = drawn.stream().sorted(Comparator.comparingDouble(Chunk::x0)).toList();
    var text = new StringBuilder();
    float size = 0;
    boolean bold = true;
    for (Chunk chunk : chunks) {
      text.append(text.isEmpty() ? "" : " ").append(chunk.text());
      size = Math.max(size, chunk.size());
      bold &= chunk.bold() || chunk.letters() < 2;
    }
    float y = chunks.getFirst().y();
    return new PdfLine(sheet, chunks, text.toString(), y, size, bold, table);
  }

  /// The place of a ruled table.
  static PdfLine of(PdfSheet sheet, PdfRuledTable table) {
    return new PdfLine(sheet, List.of(), "", table.top(), 0, false, table);
  }

  int page() {
    return sheet.page();
  }

  float x0() {
    return chunks.isEmpty() ? 0 : chunks.getFirst().x0();
  }

  float x1() {
    return chunks.isEmpty() ? 0 : chunks.getLast().x1();
  }

  /// Whether lines, as drawn, often go back up within a column. Programs draw text in reading
  /// order; where they did not, lines are to be read from top to bottom.
  static boolean areOutOfOrder(List<PdfLine> lines) {
    int back = 0;
    int steps = 0;
    for (int i = 1; i < lines.size(); i++) {
      PdfLine before = lines.get(i - 1);
      PdfLine line = lines.get(i);
      boolean overlap = line.x0() < before.x1() && before.x0() < line.x1();
      steps += overlap ? 1 : 0;
      back += overlap && line.y() < before.y() - 0.8f * before.size() ? 1 : 0;
    }
    return back * 4 > steps;
  }
}
