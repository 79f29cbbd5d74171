package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.pdf.PdfPage.Chunk;
import java.util.ArrayList;
import java.util.List;

/// Puts the marks of footnotes that are drawn apart from their text, small and raised, into the
/// line that they stand in.
final class PdfFootnoteMarks {
  private static final float SMALL = 0.8f; // of the size of the text
  private static final float RAISED = 0.7f; // in sizes of the text, at most

  private PdfFootnoteMarks() {}

  /// The lines with each such mark in the line before or after it; a mark near neither stays a
  /// line.
  static List<PdfLine> join(List<PdfLine> lines) {
    List<PdfLine> joined = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      PdfLine line = lines.get(i);
      PdfLine before = joined.isEmpty() ? null : joined.getLast();
      if (before != null && belongs(line, before)) {
        joined.set(joined.size() - 1, with(before, line));
      } else if (i + 1 < lines.size() && belongs(line, lines.get(i + 1))) {
        joined.add(with(lines.get(++i), line));
      } else {
        joined.add(line);
      }
    }
    return joined;
  }

  private static boolean belongs(PdfLine mark, PdfLine text) {
    float up = text.y() - mark.y();
    return mark.text().matches("\\d{1,2}")
        && text.cells() == null
        && mark.size() < SMALL * text.size()
        && up > 0
        && up < RAISED * text.size();
  }

  /// The line with the mark written before it, behind it, or in it behind the word that is nearest.
  private static PdfLine with(PdfLine line, PdfLine mark) {
    List<Chunk> chunks = new ArrayList<>(line.chunks());
    int at = 0;
    while (at + 1 < chunks.size() && chunks.get(at + 1).x0() <= mark.x0()) {
      at++;
    }
    Chunk chunk = chunks.get(at);
    String raised = PdfSuperscript.render("", mark.text(), ' ');
    String text;
    if (mark.x1() <= chunk.x0() + 1) {
      text = raised + " " + chunk.text();
    } else if (mark.x0() >= chunk.x1() - 1) {
      text = chunk.text() + raised;
    } else {
      int end = wordEnd(chunk.text(), (mark.x0() - chunk.x0()) / (chunk.x1() - chunk.x0()));
      text = chunk.text().substring(0, end) + raised + chunk.text().substring(end);
    }
    chunks.set(
        at,
        new Chunk(
            text,
            Math.min(mark.x0(), chunk.x0()),
            Math.max(mark.x1(), chunk.x1()),
            chunk.y(),
            chunk.size(),
            chunk.bold(),
            chunk.pagination()));
    return PdfLine.of(line.sheet(), chunks, null);
  }

  /// The end of a word that is nearest to this share of the text.
  private static int wordEnd(String text, float share) {
    int middle = Math.round(share * text.length());
    int before = text.lastIndexOf(' ', middle);
    int after = text.indexOf(' ', middle);
    int end = after < 0 ? text.length() : after;
    return before > 0 && middle - before < end - middle ? before : end;
  }
}
