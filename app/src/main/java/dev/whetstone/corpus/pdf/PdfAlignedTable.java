package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.TableRows;
import dev.whetstone.corpus.pdf.PdfPage.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A table without ruled lines: rows whose cells stand in columns, separated by strips that are
/// empty from the first row to the last.
final class PdfAlignedTable implements PdfTablePart {
  private static final float SAME_COLUMN = 6f; // points
  private static final float SAME_EDGE = 3f;
  private static final float ALIGNED = 0.8f; // of a column's cells
  private static final float SINGLE_SPACED = 1.35f; // in sizes
  private static final int FEWEST_ROWS = 3;
  private static final int WORDY = 20; // letters in a line of a cell that may go on
  private static final Pattern LABEL =
      Pattern.compile(
          "(?:[^\\p{L}\\p{N}\\s]|o|\\(?(?:\\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|(?:\\d{1,3}\\.){1,5}\\d{0,3})");

  private final List<Float> starts; // of the columns, ascending
  private final List<List<Chunk>> rows = new ArrayList<>();
  private float bottom; // baseline of the last row

  /// @param starts where each column begins, from the left
  PdfAlignedTable(List<Float> starts) {
    this.starts = List.copyOf(starts);
  }

  int column(Chunk chunk) {
    int column = 0;
    while (column + 1 < starts.size() && chunk.x0() >= starts.get(column + 1) - 1) {
      column++;
    }
    return column;
  }

  int count() {
    return starts.size();
  }

  /// The rows of each column.
  List<List<PdfRow>> split(List<PdfRow> region) {
    List<List<PdfRow>> columns = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      int column = i;
      columns.add(
          PdfRow.of(
              region.stream()
                  .flatMap(row -> row.chunks().stream())
                  .filter(chunk -> column(chunk) == column)
                  .toList()));
    }
    return columns;
  }

  /// Whether these rows are a table's: most have cells in several columns, each column but the
  /// first has its cells flush left, flush right or centred, and the first holds more than the
  /// bullets or numbers of a list.
  boolean fits(List<PdfRow> table) {
    long rowsOfCells =
        table.stream()
            .filter(row -> row.chunks().stream().mapToInt(this::column).distinct().count() > 1)
            .count();
    long cells = table.stream().mapToInt(row -> row.chunks().size()).sum();
    long signs =
        table.stream()
            .flatMap(row -> row.chunks().stream())
            .filter(
                chunk -> chunk.text().length() == 1 && Characters.isWide(chunk.text().charAt(0)))
            .count();
    boolean vertical = signs * 2 > cells; // Chinese set from top to bottom
    if (vertical || rowsOfCells < FEWEST_ROWS || rowsOfCells * 2 < table.size()) {
      return false;
    }
    for (int i = 0; i < starts.size(); i++) {
      int column = i;
      List<Chunk> own =
          table.stream()
              .flatMap(row -> row.chunks().stream())
              .filter(chunk -> column(chunk) == column)
              .toList();
      long labels = own.stream().filter(cell -> LABEL.matcher(cell.text()).matches()).count();
      if (i == 0 && starts.size() == 2 && labels * 2 > own.size()) {
        return false;
      }
      float left = aligned(own.stream().map(Chunk::x0).toList());
      float right = aligned(own.stream().map(Chunk::x1).toList());
      float middle = aligned(own.stream().map(cell -> (cell.x0() + cell.x1()) / 2).toList());
      if (i > 0 && Math.max(left, Math.max(right, middle)) < ALIGNED) {
        return false;
      }
    }
    return true;
  }

  private static float aligned(List<Float> edges) {
    long most = 0;
    for (float edge : edges) {
      most = Math.max(most, edges.stream().filter(x -> Math.abs(x - edge) <= SAME_EDGE).count());
    }
    return edges.isEmpty() ? 0 : (float) most / edges.size();
  }

  /// Adds the next row. One close below, which lacks the first cell or in which the sentence of a
  /// cell continues, belongs to the row above.
  void take(PdfLine line) {
    boolean close = !rows.isEmpty() && line.y() - bottom < SINGLE_SPACED * line.size();
    if (close && (column(line.chunks().getFirst()) > 0 || runsOn(rows.getLast(), line.chunks()))) {
      rows.getLast().addAll(line.chunks());
    } else {
      rows.add(new ArrayList<>(line.chunks()));
    }
    bottom = line.y();
  }

  private boolean runsOn(List<Chunk> row, List<Chunk> next) {
    for (Chunk below : next) {
      for (int i = row.size() - 1; i >= 0; i--) {
        Chunk above = row.get(i);
        if (column(above) == column(below)) {
          if (above.letters() >= WORDY && PdfParagraphs.runsOn(above.text(), below.text())) {
            return true;
          }
          break;
        }
      }
    }
    return false;
  }

  /// The first row is a header where it alone is bold, or it alone has no digits in a column of
  /// which most cells have some.
  @Override
  public List<TableRows.Row> rows(Hyphens hyphens) {
    List<TableRows.Row> cells = new ArrayList<>();
    for (List<Chunk> row : rows) {
      List<StringBuilder> texts = new ArrayList<>();
      starts.forEach(_ -> texts.add(new StringBuilder()));
      row.forEach(chunk -> hyphens.join(texts.get(column(chunk)), chunk.text()));
      boolean bold = row.stream().allMatch(Chunk::bold);
      cells.add(
          new TableRows.Row(texts.stream().map(StringBuilder::toString).toList(), false, bold));
    }
    if (cells.size() > 2 && isHeader(cells)) {
      TableRows.Row first = cells.getFirst();
      cells.set(0, new TableRows.Row(first.cells(), true, first.bold()));
    }
    return cells;
  }

  private static boolean isHeader(List<TableRows.Row> rows) {
    TableRows.Row first = rows.getFirst();
    List<TableRows.Row> others = rows.subList(1, rows.size());
    if (first.filled() < 2 || first.cells().stream().anyMatch(PdfAlignedTable::hasDigit)) {
      return false;
    }
    if (first.bold() && others.stream().noneMatch(TableRows.Row::bold)) {
      return true;
    }
    for (int i = 0; i < first.cells().size(); i++) {
      int column = i;
      long digits = others.stream().filter(row -> hasDigit(row.cells().get(column))).count();
      if (digits * 5 > others.size() * 4L) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasDigit(String cell) {
    return cell.chars().anyMatch(Character::isDigit);
  }

  @Override
  public boolean hasColumnsOf(PdfTablePart other) {
    if (!(other instanceof PdfAlignedTable columns) || columns.starts.size() != starts.size()) {
      return false;
    }
    for (int i = 0; i < starts.size(); i++) {
      if (Math.abs(starts.get(i) - columns.starts.get(i)) > SAME_COLUMN) {
        return false;
      }
    }
    return true;
  }
}
