package dev.whetstone.corpus.office;

import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The properties of a worksheet that are needed to read its cells: merged cells, hidden columns,
/// and the rows that the workbook itself calls headers.
final class XlsxSheetLayout {
  private final XlsxMergedCells merges = new XlsxMergedCells();
  private final BitSet hiddenColumns = new BitSet();
  private final Set<Integer> headerRows = new HashSet<>();

  private XlsxSheetLayout() {}

  /// @param part of the worksheet
  static XlsxSheetLayout read(OfficeZip zip, String part) throws IOException {
    var layout = new XlsxSheetLayout();
    try (Xml xml = zip.need(part)) {
      int root = xml.root();
      while (xml.child(root)) {
        int list = xml.depth();
        switch (xml.name()) {
          case "cols" -> {
            while (xml.child(list)) {
              layout.columns(xml);
            }
          }
          case "autoFilter" -> layout.header(xml.attribute("ref", ""));
          case "mergeCells" -> {
            while (xml.child(list)) {
              layout.merges.add(xml.attribute("ref", ""));
            }
          }
          default -> {}
        }
      }
    }
    for (OfficeZip.Relation relation : zip.relations(part).values()) {
      if (relation.type().equals("table")) {
        try (Xml xml = zip.xml(relation.part())) {
          layout.table(xml);
        }
      }
    }
    return layout;
  }

  private void columns(Xml xml) {
    boolean narrow = xml.attribute("width", "1").matches("0+(\\.0*)?");
    if (narrow || xml.flag("hidden")) {
      int from = Math.clamp(xml.number("min", 1) - 1, 0, XlsxSheet.MOST_COLUMNS);
      int to = Math.clamp(xml.number("max", 0), from, XlsxSheet.MOST_COLUMNS);
      hiddenColumns.set(from, to);
    }
  }

  private void table(@Nullable Xml xml) {
    if (xml != null) {
      xml.root();
      if (xml.number("headerRowCount", 1) > 0) {
        header(xml.attribute("ref", ""));
      }
    }
  }

  private void header(String ref) {
    int row = XlsxMergedCells.row(ref.substring(0, ref.indexOf(':') < 0 ? 0 : ref.indexOf(':')));
    if (row > 0) {
      headerRows.add(row);
    }
  }

  XlsxMergedCells merges() {
    return merges;
  }

  boolean isHidden(int column) {
    return hiddenColumns.get(column);
  }

  /// Whether a table or a filter of the workbook begins with this row.
  boolean isHeader(int row) {
    return headerRows.contains(row);
  }
}
