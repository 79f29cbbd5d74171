package dev.whetstone.corpus.office;

import dev.whetstone.corpus.office.DocxElement.Cell;
import dev.whetstone.corpus.office.DocxElement.Row;
import java.util.ArrayList;
import java.util.List;

/// Reads one table of a Word file: rows and cells, also those in content controls.
final class DocxTableReader {
  private final DocxBody body;
  private final List<Row> rows = new ArrayList<>();

  /// Reads the properties of the current row.
  private static final class RowState {
    final List<Cell> cells = new ArrayList<>();
    boolean header;
    boolean deleted;
    boolean hidden;
  }

  private DocxTableReader(DocxBody body) {
    this.body = body;
  }

  /// @param xml at a `tbl`
  static DocxElement.Grid read(Xml xml, DocxBody body) {
    var table = new DocxTableReader(body);
    table.rows(xml);
    return new DocxElement.Grid(table.rows);
  }

  private void rows(Xml xml) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "tr" -> row(xml);
        case "sdt", "sdtContent", "customXml", "ins", "moveTo" -> rows(xml);
        default -> {}
      }
    }
  }

  private void row(Xml xml) {
    var row = new RowState();
    cells(xml, row, false);
    if (row.deleted) {
      return;
    }
    if (row.hidden && !body.readsHidden()) {
      body.omissions().hiddenRow();
      return;
    }
    rows.add(new Row(row.cells, row.header));
  }

  /// @param placeholder whether the cells hold a control's prompt instead of a value
  private void cells(Xml xml, RowState row, boolean placeholder) {
    int depth = xml.depth();
    boolean prompt = placeholder;
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "trPr" -> properties(xml, row);
        case "sdtPr" -> prompt |= DocxContentControl.read(xml).isPrompt();
        case "tc" -> {
          Cell cell = cell(xml);
          row.cells.add(prompt ? new Cell(List.of(), cell.span(), cell.continued()) : cell);
        }
        case "sdt", "sdtContent", "customXml" -> cells(xml, row, prompt);
        default -> {}
      }
    }
  }

  private static void properties(Xml xml, RowState row) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "tblHeader" -> row.header = xml.on();
        case "hidden" -> row.hidden = xml.on();
        case "gridBefore" -> {
          for (int i = Math.min(64, xml.number("val", 0)); i > 0; i--) {
            row.cells.add(new Cell(List.of(), 1, false));
          }
        }
        case "del" -> row.deleted = true;
        default -> {}
      }
    }
  }

  private Cell cell(Xml xml) {
    int span = 1;
    boolean continued = false;
    List<DocxElement> pieces = new ArrayList<>();
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals("tcPr")) {
        int properties = xml.depth();
        while (xml.child(properties)) {
          switch (xml.name()) {
            case "gridSpan" -> span = Math.clamp(xml.number("val", 1), 1, 64);
            case "vMerge" -> continued = !xml.attribute("val", "continue").equals("restart");
            default -> {}
          }
        }
      } else {
        body.block(xml, pieces);
      }
    }
    return new Cell(pieces, span, continued);
  }
}
