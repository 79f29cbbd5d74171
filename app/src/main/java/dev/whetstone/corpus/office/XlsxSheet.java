package dev.whetstone.corpus.office;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads the cells of one worksheet, row by row, as Excel shows them. Content that Excel does not
/// show (hidden rows and columns, cells whose format is empty) or that has no value (errors,
/// formulas without a stored result) is counted for the document's notes.
final class XlsxSheet {
  static final int MOST_COLUMNS = 1_000;

  private final String name;
  private final XlsxStyles formats;
  private final List<String> shared;
  private final XlsxSheetLayout layout;
  private final DocumentBuilder into;
  private final BitSet columnsLeftOut = new BitSet();
  private int rowsLeftOut;
  private int cellsLeftOut;
  private int farCells;
  private int errors;
  private int valueless;
  private int cells;

  /// A row as it is read.
  private static final class Row {
    final List<String> cells = new ArrayList<>();
    final Set<Integer> styles = new HashSet<>();
    boolean bold = true;

    void set(int column, String value) {
      while (cells.size() <= column) {
        cells.add("");
      }
      cells.set(column, value);
    }
  }

  /// @param shared the workbook's texts, which cells name by number
  XlsxSheet(
      String name,
      XlsxStyles formats,
      List<String> shared,
      XlsxSheetLayout layout,
      DocumentBuilder into) {
    this.name = name;
    this.formats = formats;
    this.shared = shared;
    this.layout = layout;
    this.into = into;
  }

  /// Adds the sheet's tables to the document; returns how many cells it holds.
  ///
  /// @param most cells that are read
  /// @throws Failure.BadInput if there are more
  int read(OfficeZip zip, String part, int most) throws IOException {
    var tables = new XlsxTables(into);
    try (Xml xml = zip.need(part)) {
      int root = xml.root();
      while (xml.child(root)) {
        if (xml.name().equals("sheetData")) {
          rows(xml, tables, most);
        }
      }
    }
    tables.finish();
    note();
    return cells;
  }

  private void rows(Xml xml, XlsxTables tables, int most) {
    int data = xml.depth();
    int number = 0;
    int last = 0; // row that is not empty
    while (xml.child(data)) {
      number = Math.max(number + 1, xml.number("r", number + 1));
      boolean flat = xml.attribute("ht", "1").equals("0");
      boolean hidden = flat || xml.flag("hidden");
      Row row = row(xml);
      if (cells > most) {
        throw new Failure.BadInput(
            "the workbook holds more than %,d cells; split it into smaller files".formatted(most));
      }
      List<String> filled = layout.merges().fill(number, row.cells);
      if (filled.stream().allMatch(String::isEmpty)) {
        continue;
      }
      boolean afterGap = number > last + 1;
      last = number;
      if (hidden && !into.readsHidden()) {
        rowsLeftOut++;
        continue;
      }
      List<String> shown = visible(filled);
      if (shown.stream().allMatch(String::isEmpty)) {
        continue;
      }
      tables.add(
          new XlsxRow(
              number,
              afterGap,
              shown,
              visible(layout.merges().labels(number, filled)),
              layout.merges().lastRow(number),
              new XlsxRow.Look(row.styles, row.bold),
              layout.isHeader(number)));
    }
  }

  /// Without the cells of hidden columns.
  private List<String> visible(List<String> cells) {
    if (into.readsHidden()) {
      return List.copyOf(cells);
    }
    List<String> visible = new ArrayList<>();
    for (int column = 0; column < cells.size(); column++) {
      if (!layout.isHidden(column)) {
        visible.add(cells.get(column));
      } else if (!cells.get(column).isEmpty()) {
        columnsLeftOut.set(column);
      }
    }
    return visible;
  }

  private Row row(Xml xml) {
    var row = new Row();
    int next = 0;
    int depth = xml.depth();
    while (xml.child(depth)) {
      int column = XlsxMergedCells.column(xml.attribute("r", ""));
      column = column < 0 ? next : column;
      next = column + 1;
      int style = xml.number("s", 0);
      String value = cell(xml, style);
      if (value.isEmpty()) {
        continue;
      }
      cells++;
      if (column >= MOST_COLUMNS) {
        farCells++;
      } else {
        row.set(column, value);
        row.styles.add(style);
        row.bold &= formats.isBold(style);
      }
    }
    return row;
  }

  private String cell(Xml xml, int style) {
    String type = xml.attribute("t", "n");
    String value = "";
    boolean formula = false;
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "f" -> formula = true;
        case "v" -> value = xml.text();
        case "is" -> value = XlsxReader.richText(xml);
        default -> {}
      }
    }
    if (formula && value.isEmpty() && !type.equals("str")) {
      valueless++;
    }
    String rawValue =
        switch (type) {
          case "s" -> text(value);
          case "b" -> value.equals("1") ? "TRUE" : value.isEmpty() ? "" : "FALSE";
          case "e" -> "";
          case "n" -> value.strip();
          default -> Characters.oneLine(value);
        };
    errors += type.equals("e") ? 1 : 0;
    String shown =
        switch (type) {
          case "n" -> formats.show(rawValue, style);
          case "b", "e" -> rawValue;
          default -> formats.showText(rawValue, style);
        };
    if (shown.isEmpty()
        && rawValue.matches("(?s).*[^-+.0].*")) { // formats hide zeros, which is no loss
      if (into.readsHidden()) {
        return type.equals("n") ? formats.show(rawValue, "General", false) : rawValue;
      }
      cellsLeftOut++;
    }
    return shown;
  }

  private String text(String index) {
    try {
      int at = Integer.parseInt(index.strip());
      return at >= 0 && at < shared.size() ? shared.get(at) : "";
    } catch (NumberFormatException _) {
      return "";
    }
  }

  private void note() {
    String where = "sheet \"" + name + "\": ";
    if (rowsLeftOut > 0) {
      into.note(where + ParseNotes.hidden(rowsLeftOut, "row", List.of()));
    }
    if (!columnsLeftOut.isEmpty()) {
      into.note(where + ParseNotes.hidden(columnsLeftOut.cardinality(), "column", List.of()));
    }
    if (cellsLeftOut > 0) {
      into.note(where + ParseNotes.hidden(cellsLeftOut, "cell", List.of()));
    }
    if (valueless > 0) {
      into.note(
          where
              + ParseNotes.counted(valueless, "formula")
              + " without stored value; open the workbook in its program and save it");
    }
    if (errors > 0) {
      into.note(where + ParseNotes.counted(errors, "cell") + " left out: an error stands in it");
    }
    if (farCells > 0) {
      into.note(
          where
              + ParseNotes.counted(farCells, "cell")
              + " left out: beyond the first %,d columns".formatted(MOST_COLUMNS));
    }
  }
}
