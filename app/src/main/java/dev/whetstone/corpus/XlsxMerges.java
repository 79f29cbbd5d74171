package dev.whetstone.corpus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The merged cells of a worksheet. A value merged over several rows (a category beside its
/// entries) is said again in each of them, so that a row can be read alone; one merged over columns
/// is not.
final class XlsxMerges {
  private static final int LONGEST_REPEATED = 100;
  private static final int MOST_ROWS = 10_000;

  private record Area(int firstRow, int lastRow, int column) {}

  private final Map<Integer, List<Area>> byRow = new HashMap<>();
  private final Map<Area, String> values = new HashMap<>();

  static XlsxMerges read(Xml xml) {
    var merges = new XlsxMerges();
    int root = xml.root();
    while (xml.child(root)) {
      if (xml.name().equals("mergeCells")) {
        int list = xml.depth();
        while (xml.child(list)) {
          merges.add(xml.attribute("ref", ""));
        }
      }
    }
    return merges;
  }

  private void add(String ref) {
    int colon = ref.indexOf(':');
    if (colon < 0) {
      return;
    }
    int first = row(ref.substring(0, colon));
    int last = row(ref.substring(colon + 1));
    int column = column(ref);
    if (first < 1 || last <= first || last - first > MOST_ROWS || column < 0) {
      return;
    }
    var area = new Area(first, last, column);
    for (int row = first; row <= last; row++) {
      byRow.computeIfAbsent(row, _ -> new ArrayList<>()).add(area);
    }
  }

  /// The row's values with those merged down from above. Rows must come in order.
  ///
  /// @param row from 1
  List<String> fill(int row, List<String> cells) {
    List<Area> areas = byRow.get(row);
    if (areas == null || cells.isEmpty()) {
      return cells;
    }
    for (Area area : areas) {
      int column = area.column();
      if (row == area.firstRow()) {
        values.put(area, column < cells.size() ? cells.get(column) : "");
        continue;
      }
      String value = values.getOrDefault(area, "");
      if (!value.isEmpty() && value.length() <= LONGEST_REPEATED) {
        while (cells.size() <= column) {
          cells.add("");
        }
        if (cells.get(column).isEmpty()) {
          cells.set(column, value);
        }
      }
    }
    return cells;
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

  private static int row(String ref) {
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
