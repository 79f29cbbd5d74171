package dev.whetstone.corpus.office;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.TableHeaders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Finds the tables in the rows of a worksheet and their headers.
///
/// The first header is the first row that fills at least half of the columns in use; the rows above
/// it become paragraphs. Empty rows separate blocks. A later block is a table of its own where the
/// workbook declares it or its first row differs from the rows below as labels do: bold letters or
/// the style of the header before, words over figures, or columns that the table before did not
/// have. Otherwise it continues the table before, as groups of rows do. A row of labels merged over
/// columns is one header with the row that divides them.
final class XlsxTables {
  private static final int ROWS_BEFORE_HEADER = 25;
  private static final int ROWS_AT_ONCE = 2_000;
  private static final int DEEPEST_HEADER = 4; // rows

  private final DocumentBuilder into;
  private final List<XlsxRow> block = new ArrayList<>(); // all rows, until the first header
  private final List<XlsxRow> rows = new ArrayList<>(); // of the table, under its header
  private @Nullable List<String> header;
  private Set<Integer> headerStyles = Set.of();
  private Columns columns = Columns.NONE; // of the table
  private boolean headerSearched;
  private boolean continuesTable; // whether the block is a part of the table whatever it looks like
  private boolean headerPending; // whether the header stands above no row yet

  /// The columns in use, both inclusive.
  private record Columns(int first, int last) {
    static final Columns NONE = new Columns(Integer.MAX_VALUE, -1);

    static Columns of(List<XlsxRow> lines) {
      Columns columns = NONE;
      for (XlsxRow line : lines) {
        for (int column = 0; column < line.labels().size(); column++) {
          if (!line.labels().get(column).isEmpty()) {
            columns = columns.with(new Columns(column, column));
          }
        }
      }
      return columns;
    }

    Columns with(Columns other) {
      return new Columns(Math.min(first, other.first), Math.max(last, other.last));
    }

    boolean covers(Columns other) {
      return with(other).equals(this);
    }
  }

  XlsxTables(DocumentBuilder into) {
    this.into = into;
  }

  /// Adds a row that is not empty; rows come in order.
  void add(XlsxRow line) {
    if (headerSearched) {
      next(line);
      return;
    }
    block.add(line);
    if (block.size() >= ROWS_BEFORE_HEADER) {
      begin();
    }
  }

  void finish() {
    if (!headerSearched) {
      begin();
    }
    endBlock();
    flush();
  }

  private void next(XlsxRow line) {
    if (line.afterGap() || line.header()) {
      endBlock();
      continuesTable = false;
    }
    block.add(line);
    if (block.size() >= ROWS_AT_ONCE) {
      endBlock();
      continuesTable = true;
    }
  }

  /// Finds the first header among the first rows.
  private void begin() {
    headerSearched = true;
    List<XlsxRow> lines = List.copyOf(block);
    block.clear();
    continuesTable = true;
    int at = firstHeader(lines);
    int depth = 0;
    if (at >= 0) {
      lines.subList(0, at).forEach(line -> into.paragraph(line.text()));
      List<XlsxRow> rest = lines.subList(at, lines.size());
      XlsxRow first = rest.getFirst();
      boolean labels = first.header() || isBolder(rest) || isWords(rest);
      depth = rest.size() > 1 && labels ? depth(rest) : 0;
      head(rest.subList(0, depth));
    }
    lines.subList(Math.max(0, at) + depth, lines.size()).forEach(this::next);
  }

  /// -1 for a single column, or nothing like a table.
  private static int firstHeader(List<XlsxRow> lines) {
    long widest = lines.stream().mapToLong(XlsxRow::width).max().orElse(0);
    for (int at = 0; at < lines.size(); at++) {
      XlsxRow line = lines.get(at);
      int end = at + 1;
      while (end < lines.size() && !lines.get(end).afterGap()) {
        end++;
      }
      boolean wide = 2 * line.width() >= widest;
      boolean begins = at == 0 || line.afterGap();
      for (int below = at + 1; below < end; below++) {
        if (lines.get(below).header()) { // what stands right above it is no table
          return below;
        }
      }
      if (line.header()
          || (line.filled() >= 2 && (wide || (begins && isBolder(lines.subList(at, end)))))) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isBolder(List<XlsxRow> lines) {
    return lines.size() > 1
        && lines.getFirst().look().bold()
        && lines.stream().skip(1).limit(ROWS_BEFORE_HEADER).noneMatch(row -> row.look().bold());
  }

  /// Whether the first row has no figures, save years that the next row divides.
  private static boolean isWords(List<XlsxRow> lines) {
    XlsxRow first = lines.getFirst();
    return first.hasWordsOnly() || (lines.size() > 2 && lines.get(1).divides(first));
  }

  /// Whether the first row has words where each row below has a figure. Two rows of two cells may
  /// be names with their values, too.
  private static boolean headsFigures(List<XlsxRow> lines) {
    XlsxRow first = lines.getFirst();
    List<XlsxRow> below = lines.subList(1, Math.min(lines.size(), ROWS_BEFORE_HEADER));
    if (below.isEmpty() || (below.size() == 1 && first.width() < 3) || !first.hasWordsOnly()) {
      return false;
    }
    return IntStream.range(0, first.cells().size())
        .anyMatch(
            column ->
                first.hasLabel(column) && below.stream().allMatch(line -> line.hasDigit(column)));
  }

  /// How many rows the header has that `lines` begin with: as far down as its cells are merged, and
  /// the row that divides labels merged over columns.
  private static int depth(List<XlsxRow> lines) {
    int depth = 1;
    while (depth < DEEPEST_HEADER && lines.size() > depth + 1) {
      XlsxRow line = lines.get(depth - 1);
      XlsxRow below = lines.get(depth);
      boolean merged =
          IntStream.range(0, depth).anyMatch(i -> lines.get(i).lastRow() >= below.number());
      if (below.afterGap() || !(merged || below.divides(line))) {
        break;
      }
      depth++;
    }
    return depth;
  }

  /// Begins a table with these rows as its header, none for a table without one.
  private void head(List<XlsxRow> lines) {
    flush();
    header =
        switch (lines.size()) {
          case 0 -> null;
          case 1 -> lines.getFirst().cells();
          default -> TableHeaders.merge(lines.stream().map(XlsxRow::labels).toList());
        };
    headerStyles = lines.isEmpty() ? Set.of() : lines.getFirst().look().styles();
    columns = Columns.of(lines);
    headerPending = header != null;
  }

  private void endBlock() {
    if (block.isEmpty()) {
      return;
    }
    List<XlsxRow> lines = List.copyOf(block);
    block.clear();
    int above = 0; // lines of one cell, which name the table
    while (above < lines.size() - 1 && lines.get(above).filled() == 1) {
      above++;
    }
    List<XlsxRow> table = lines.subList(above, lines.size());
    if (continuesTable) {
      addRows(lines);
    } else if (hasOwnHeader(table, above > 0)) {
      flush();
      lines.subList(0, above).forEach(line -> into.paragraph(line.text()));
      int depth = depth(table);
      head(table.subList(0, depth));
      addRows(table.subList(depth, table.size()));
    } else if (header != null && lines.size() == 1 && lines.getFirst().filled() == 1) {
      flush();
      into.paragraph(lines.getFirst().text()); // a remark
    } else {
      if (header != null && !columns.covers(Columns.of(lines))) {
        head(List.of());
      }
      addRows(lines);
    }
  }

  /// @param named whether a line of one cell stands above
  private boolean hasOwnHeader(List<XlsxRow> lines, boolean named) {
    XlsxRow first = lines.getFirst();
    if (first.header()) {
      return true;
    }
    if (lines.size() < 2 || first.filled() < 2 || !isLabels(lines)) {
      return false;
    }
    Columns own = Columns.of(lines);
    boolean styled =
        first.look().styles().equals(headerStyles)
            && lines.stream().skip(1).allMatch(line -> line.looksUnlike(first));
    return styled
        || isBolder(lines)
        || headsFigures(lines)
        || first.cells().equals(header)
        || !columns.covers(own)
        || (named && !own.equals(columns));
  }

  /// Whether the first row fills the block's columns with short words, none twice.
  private static boolean isLabels(List<XlsxRow> lines) {
    XlsxRow first = lines.getFirst();
    List<String> cells = first.cells().stream().filter(cell -> !cell.isEmpty()).toList();
    return cells.stream().allMatch(XlsxRow::isShort)
        && new HashSet<>(cells).size() == cells.size()
        && lines.stream().allMatch(line -> line.width() <= first.width())
        && (first.look().bold() || isWords(lines));
  }

  private void addRows(List<XlsxRow> lines) {
    rows.addAll(lines);
    columns = columns.with(Columns.of(lines));
    if (rows.size() >= ROWS_AT_ONCE) {
      flush();
    }
  }

  private void flush() {
    if (!rows.isEmpty() || headerPending) {
      into.table(
          header == null ? null : shown(header),
          rows.stream().map(line -> shown(line.cells())).toList());
    }
    rows.clear();
    headerPending = false;
  }

  /// Without the empty columns before the table.
  private List<String> shown(List<String> cells) {
    return cells.subList(Math.min(columns.first(), cells.size()), cells.size());
  }
}
