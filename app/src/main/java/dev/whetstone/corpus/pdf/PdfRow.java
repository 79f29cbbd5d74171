package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.pdf.PdfPage.Chunk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The chunks on one baseline of a sheet, from left to right.
///
/// @param y of the baseline of its largest chunk
/// @param size of its largest chunk
record PdfRow(List<Chunk> chunks, float y, float size) {
  private static final float SAME_BASELINE = 0.4f; // of the smaller font's size

  /// The rows from top to bottom.
  static List<PdfRow> of(List<Chunk> chunks) {
    List<Chunk> sorted = new ArrayList<>(chunks);
    sorted.sort(Comparator.comparingDouble(Chunk::y));
    List<PdfRow> rows = new ArrayList<>();
    List<Chunk> open = new ArrayList<>();
    for (Chunk chunk : sorted) {
      if (!open.isEmpty() && !onOneBaseline(open.getLast(), chunk)) {
        rows.add(row(open));
        open.clear();
      }
      open.add(chunk);
    }
    if (!open.isEmpty()) {
      rows.add(row(open));
    }
    return rows;
  }

  private static boolean onOneBaseline(Chunk above, Chunk chunk) {
    return chunk.y() - above.y() < SAME_BASELINE * Math.min(above.size(), chunk.size());
  }

  private static PdfRow row(List<Chunk> chunks) {
    List<Chunk> sorted = new ArrayList<>(chunks);
    sorted.sort(Comparator.comparingDouble(Chunk::x0));
    Chunk largest = sorted.getFirst();
    for (Chunk chunk : sorted) {
      largest = chunk.size() > largest.size() ? chunk : largest;
    }
    return new PdfRow(List.copyOf(sorted), largest.y(), largest.size());
  }

  /// Its text, chunks separated by tabs.
  String text() {
    return chunks.stream().map(Chunk::text).collect(Collectors.joining("\t"));
  }

  /// The row with these chunks alone.
  PdfRow only(Predicate<Chunk> which) {
    return new PdfRow(chunks.stream().filter(which).toList(), y, size);
  }

  int letters() {
    return chunks.stream().mapToInt(Chunk::letters).sum();
  }
}
