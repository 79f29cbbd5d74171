package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.ListLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Joins lines to paragraphs, also across the end of a page, and recognises list items by their
/// bullet or number.
final class PdfParagraphs {
  private static final int LONG = 40; // characters
  private static final int ROWS = 4; // lines that may be rows of a list instead of a paragraph
  private static final int MANY_ROWS = 8;
  private static final float FULL = 0.8f; // of the longest line: the shortest of prose
  private static final float LARGER = 1.1f; // than the body: a title
  private static final String ENDS = ".!?:;。！？：；";

  private final PdfTextMetrics measure;
  private final Hyphens hyphens;
  private final List<PdfContent> contents = new ArrayList<>();
  private final List<PdfLine> open = new ArrayList<>();

  private PdfParagraphs(PdfTextMetrics measure, Hyphens hyphens) {
    this.measure = measure;
    this.hyphens = hyphens;
  }

  static List<PdfContent> of(List<PdfLine> lines, PdfTextMetrics measure, Hyphens hyphens) {
    var flow = new PdfParagraphs(measure, hyphens);
    for (PdfLine line : lines) {
      flow.add(line);
    }
    flow.close();
    return flow.contents;
  }

  private void add(PdfLine line) {
    PdfTablePart cells = line.cells();
    if (cells != null) {
      close();
      if (contents.isEmpty()
          || !(contents.getLast() instanceof PdfContent.Table table)
          || table.part() != cells) {
        contents.add(new PdfContent.Table(line.page(), cells));
      }
      if (cells instanceof PdfAlignedTable columns) {
        columns.take(line);
      }
      return;
    }
    if (!open.isEmpty() && !continues(open.getLast(), line)) {
      close();
    }
    open.add(line);
  }

  private boolean continues(PdfLine before, PdfLine line) {
    if (Math.abs(before.size() - line.size()) > 0.6f || before.bold() != line.bold()) {
      return false;
    }
    if (ListLabels.withoutAnyBullet(line.text()) != null || hasLeader(before) || hasLeader(line)) {
      return false;
    }
    boolean ended = ENDS.indexOf(before.text().charAt(before.text().length() - 1)) >= 0;
    boolean early =
        measure.endsEarly(before, line)
            && !runsOnLong(before.text(), line.text())
            && !(isSign(before.text()) && isSign(line.text()));
    if (isCounted(line) && (ended || early || isCounted(open.getFirst()))) {
      return false;
    }
    if (before.page() != line.page() || line.y() < before.y() - 2 * line.size()) {
      char first = line.text().charAt(0);
      boolean lower = Character.isLowerCase(first) || Characters.isWide(first);
      boolean prose = !before.bold() && before.text().length() >= LONG;
      return !ended && !early && (lower || prose) && !Character.isDigit(first);
    }
    if (measure.isGap(before, line) || early) {
      return false;
    }
    PdfLine start = open.getFirst();
    boolean item = ListLabels.withoutAnyBullet(start.text()) != null || isCounted(start);
    if (item && line.x0() < start.x0() + 2) {
      return !ended && !Character.isUpperCase(line.text().charAt(0));
    }
    boolean indented = open.size() > 1 && line.x0() > before.x0() + 0.8f * line.size();
    return !(ended && indented);
  }

  /// Whether a line of prose goes on in lower case, though the margin left it room.
  private static boolean runsOnLong(String line, String next) {
    return line.length() >= LONG && Character.isLowerCase(next.charAt(0)) && runsOn(line, next);
  }

  /// Whether a sentence continues from one line to the next.
  static boolean runsOn(String line, String next) {
    if (line.isEmpty() || next.isEmpty() || ENDS.indexOf(line.charAt(line.length() - 1)) >= 0) {
      return false;
    }
    char first = next.charAt(0);
    return Character.isLowerCase(first) || Characters.isWide(first);
  }

  /// Whether the line is one Chinese character, as where they are set from top to bottom.
  private static boolean isSign(String line) {
    return line.length() == 1 && Characters.isWide(line.charAt(0));
  }

  /// Whether the line is a row of a list or form: a leader stands between its ends.
  private static boolean hasLeader(PdfLine line) {
    return line.text().contains("....") || line.text().contains("____");
  }

  private static boolean isCounted(PdfLine line) {
    return ListLabels.withoutCount(line.text()) != null || PdfHeadings.isNumbered(line.text());
  }

  private void close() {
    if (open.isEmpty()) {
      return;
    }
    if (isRows()) {
      open.forEach(line -> add(List.of(line)));
    } else {
      add(open);
    }
    open.clear();
  }

  /// Whether these lines are rows of a list and not a paragraph: no line continues in the next, and
  /// they are many, or begin alike (with times or numbers), or some besides the last are short.
  private boolean isRows() {
    if (open.size() < ROWS
        || open.getFirst().size() > LARGER * measure.bodySize()
        || IntStream.range(1, open.size()).anyMatch(this::goesOn)) {
      return false;
    }
    float longest = 0;
    float shortest = Float.MAX_VALUE;
    for (PdfLine line : open.subList(0, open.size() - 1)) {
      longest = Math.max(longest, line.x1() - line.x0());
      shortest = Math.min(shortest, line.x1() - line.x0());
    }
    return open.size() >= MANY_ROWS
        || shortest < FULL * longest
        || open.stream().map(line -> shape(line.text())).distinct().count() == 1;
  }

  /// The first word, its runs of digits, small and capital letters as one of each.
  private static String shape(String line) {
    String word = line.split("\\s", 2)[0];
    return word.replaceAll("\\d+", "9").replaceAll("\\p{Ll}+", "a").replaceAll("\\p{Lu}+", "A");
  }

  /// Whether the line before continues in this one, as happens in each paragraph of prose.
  private boolean goesOn(int line) {
    String before = open.get(line - 1).text();
    return runsOn(before, open.get(line).text()) || before.endsWith("-");
  }

  private void add(List<PdfLine> lines) {
    PdfLine first = lines.getFirst();
    var text = new StringBuilder();
    lines.forEach(line -> hyphens.join(text, line.text()));
    String all = text.toString();
    String item = ListLabels.withoutAnyBullet(all);
    contents.add(
        new PdfContent.Paragraph(
            first.page(),
            item == null ? all : item,
            first.x0(),
            first.size(),
            first.bold(),
            item != null,
            lines.size()));
  }
}
