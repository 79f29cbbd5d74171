package dev.whetstone.corpus;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Adds rows of cells to a document as a table: merged rows above it become its caption, and the
/// first row becomes its header unless it looks like data.
public final class TableRows {
  private static final int LONGEST_HEADER_CELL = 120;

  private TableRows() {}

  /// One row of a table; a cell that covers several columns is followed by empty ones.
  ///
  /// @param labels as the cells, but repeated in each column that a cell covers
  /// @param header whether the file marks this as a header row
  /// @param bold whether all of its text is bold
  public record Row(List<String> cells, List<String> labels, boolean header, boolean bold) {
    public Row {
      cells = List.copyOf(cells);
      labels = List.copyOf(labels);
    }

    public Row(List<String> cells, boolean header, boolean bold) {
      this(cells, cells, header, bold);
    }

    public long filled() {
      return cells.stream().filter(cell -> !cell.isBlank()).count();
    }

    private boolean isShort() {
      return cells.stream().allMatch(cell -> cell.length() <= LONGEST_HEADER_CELL);
    }
  }

  /// Adds a table, or the paragraphs that a table was used to frame; returns its header, null for
  /// none.
  public static @Nullable List<String> add(List<Row> table, DocumentBuilder into) {
    List<Row> rows = new ArrayList<>(table.stream().filter(row -> row.filled() > 0).toList());
    long columns = rows.stream().mapToLong(row -> row.cells().size()).max().orElse(0);
    if (columns <= 1) {
      rows.forEach(row -> into.paragraph(row.cells().getFirst()));
      return null;
    }
    while (!rows.isEmpty() && isCaption(rows)) {
      String caption = String.join(" ", rows.removeFirst().cells()).strip();
      into.paragraph(caption);
    }
    if (rows.isEmpty()) {
      return null;
    }
    int headers = headerRows(rows);
    List<String> header =
        switch (headers) {
          case 0 -> null;
          case 1 -> rows.getFirst().cells();
          default -> TableHeaders.merge(rows.stream().limit(headers).map(Row::labels).toList());
        };
    into.table(header, rows.stream().skip(headers).map(Row::cells).toList());
    return header;
  }

  /// One cell over a table of several columns.
  private static boolean isCaption(List<Row> rows) {
    return rows.size() > 1
        && rows.getFirst().filled() == 1
        && !rows.getFirst().cells().getFirst().isBlank()
        && rows.stream().skip(1).anyMatch(row -> row.filled() > 1);
  }

  private static int headerRows(List<Row> rows) {
    if (rows.size() < 2) {
      return 0;
    }
    int marked = 0;
    while (marked < rows.size() && rows.get(marked).header()) {
      marked++;
    }
    if (marked > 1) {
      return marked <= 3 && marked < rows.size() ? marked : 1;
    }
    return marked == 0 && !isHeader(rows) ? 0 : isDivided(rows) ? 2 : 1;
  }

  /// Whether the first row is a header that nothing marks.
  private static boolean isHeader(List<Row> rows) {
    Row first = rows.getFirst();
    if (!first.isShort() || first.filled() < 2) {
      return false;
    }
    if (first.bold()) {
      return true;
    }
    boolean someBold = rows.stream().anyMatch(Row::bold);
    boolean numbers = first.cells().stream().skip(1).anyMatch(TableRows::isNumber);
    boolean pairs = first.cells().size() == 2 && first.cells().getLast().length() > 40;
    return !someBold && !numbers && !pairs;
  }

  /// Whether the second row divides labels of the first that cover several columns.
  private static boolean isDivided(List<Row> rows) {
    Row first = rows.getFirst();
    Row second = rows.get(1);
    if (rows.size() < 3 || first.cells().equals(first.labels()) || !second.isShort()) {
      return false;
    }
    for (int i = 0; i < second.cells().size(); i++) {
      boolean covered =
          i < first.labels().size() && !first.cells().get(i).equals(first.labels().get(i));
      String below = second.cells().get(i);
      if (isNumber(below) || (covered && below.isBlank())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(String cell) {
    return cell.matches("[\\s$€¥£%+-]*\\d[\\d.,:/%\\s-]*");
  }
}
