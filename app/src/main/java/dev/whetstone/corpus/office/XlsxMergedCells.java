package dev.whetstone.corpus.office;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The merged cells of a worksheet. A value merged over several rows (a category beside its
/// entries) is repeated in each, so that a row can be read alone; a value merged over columns is
/// repeated in headers only. Rows must be asked for in order.
final class XlsxMergedCells {
  private static final int LONGEST_REPEATED = 100;
  private static final int MOST_ROWS = 10_000;

  private record MergedArea(int firstRow, int lastRow, int firstColumn, int lastColumn) {}

  private final List<MergedArea> areas = new ArrayList<>();
  private final List<MergedArea> open = new ArrayList<>(); // at the row asked for
  private final Map<MergedArea, String> values = new HashMap<>();
  private int next = -1; // of the areas; -1 until they are sorted

  /// @param ref for example `A1:C2`
  void add(String ref) {
    int colon = ref.indexOf(':');
    if (colon < 0) {
      return;
    }
    String end = ref.substring(colon + 1);
    var area = new MergedArea(row(ref.substring(0, colon)), row(end), column(ref), column(end));
    if (area.firstRow() >= 1
        && area.lastRow() >= area.firstRow()
        && area.lastRow() - area.firstRow() <= MOST_ROWS
        && area.firstColumn() >= 0
        && area.firstColumn() < XlsxSheet.MOST_COLUMNS
        && area.lastColumn() >= area.firstColumn()) {
      areas.add(area);
    }
  }

  private List<MergedArea> at(int row) {
    if (next < 0) {
      areas.sort(Comparator.comparingInt(MergedArea::firstRow));
      next = 0;
    }
    open.removeIf(area -> area.lastRow() < row);
    for (; next < areas.size() && areas.get(next).firstRow() <= row; next++) {
      if (areas.get(next).lastRow() >= row) {
        open.add(areas.get(next));
      }
    }
    return open;
  }

  /// The row's values with those merged down from above.
  ///
  /// @param row from 1
  List<String> fill(int row, List<String> cells) {
    for (MergedArea area : at(row)) {
      int column = area.firstColumn();
      if (row == area.firstRow()) {
        values.put(area, column < cells.size() ? cells.get(column) : "");
        continue;
      }
      String value = values.getOrDefault(area, "");
      if (!cells.isEmpty() && !value.isEmpty() && value.length() <= LONGEST_REPEATED) {
        pad(cells, column);
        if (cells.get(column).isEmpty()) {
          cells.set(column, value);
        }
      }
    }
    return cells;
  }

  /// The row's values, each repeated in all columns that it is merged over.
  List<String> labels(int row, List<String> cells) {
    List<String> labels = new ArrayList<>(cells);
    for (MergedArea area : at(row)) {
      String value = area.firstColumn() < cells.size() ? cells.get(area.firstColumn()) : "";
      for (int column = area.firstColumn() + 1;
          column <= area.lastColumn() && column < XlsxSheet.MOST_COLUMNS && !value.isEmpty();
          column++) {
        pad(labels, column);
        labels.set(column, value);
      }
    }
    return labels;
  }

  /// The last row that a cell beginning in this one is merged down to; the row itself without one.
  int lastRow(int row) {
    return at(row).stream()
        .filter(area -> area.firstRow() == row)
        .mapToInt(MergedArea::lastRow)
        .max()
        .orElse(row);
  }

  private static void pad(List<String> cells, int column) {
    while (cells.size() <= column) {
      cells.add("");
    }
  }

  /// The column of a reference such as `AB12`, from 0; -1 when it names none.
  static int column(String ref) {
    int column = 0;
    for (int i = 0; i < ref.length() && i < 4; i++) {
      char c = ref.charAt(i);
      if (c < 'A' || c > 'Z') {
        break;
      }
      column = 26 * column + c - 'A' + 1;
    }
    return column - 1;
  }

  /// The row of a reference such as `AB12`, from 1; -1 when it names none.
  static int row(String ref) {
    int i = 0;
    while (i < ref.length() && !Character.isDigit(ref.charAt(i))) {
      i++;
    }
    try {
      return Integer.parseInt(ref.substring(i));
    } catch (NumberFormatException _) {
      return -1;
    }
  }
}
