package dev.whetstone.corpus.office;

import dev.whetstone.corpus.TableRows;
import java.util.ArrayList;
import java.util.List;

/// The rows of a slide's table. The text of a cell merged over rows is repeated in each.
final class PptxTable {
  private static final int LONGEST_REPEATED = 100;

  private PptxTable() {}

  static List<TableRows.Row> rows(Xml xml) {
    List<TableRows.Row> rows = new ArrayList<>();
    List<String> above = List.of();
    boolean header = false;
    int headers = 1; // rows that the first row's cells cover
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "tblPr" -> header = xml.flag("firstRow");
        case "tr" -> {
          List<String> cells = new ArrayList<>();
          List<String> labels = new ArrayList<>();
          int row = xml.depth();
          while (xml.child(row)) {
            if (xml.name().equals("tc")) {
              boolean below = xml.flag("vMerge");
              boolean beside = xml.flag("hMerge");
              if (rows.isEmpty()) {
                headers = Math.max(headers, xml.number("rowSpan", 1));
              }
              String text = cell(xml);
              if (below && text.isEmpty() && cells.size() < above.size()) {
                String merged = above.get(cells.size());
                text = merged.length() <= LONGEST_REPEATED ? merged : "";
              }
              cells.add(text);
              labels.add(beside && !labels.isEmpty() ? labels.getLast() : text);
            }
          }
          above = cells;
          rows.add(
              new TableRows.Row(
                  cells, labels, header && rows.size() < Math.min(3, headers), false));
        }
        default -> {}
      }
    }
    return rows;
  }

  private static String cell(Xml xml) {
    List<String> lines = new ArrayList<>();
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals("txBody")) {
        DrawingText.paragraphs(xml, false).forEach(line -> lines.add(line.text()));
      }
    }
    return String.join("\n", lines);
  }
}
