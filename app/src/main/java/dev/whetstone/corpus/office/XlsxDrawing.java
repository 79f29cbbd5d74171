package dev.whetstone.corpus.office;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The words of the drawings on a worksheet: text boxes, diagrams, and the titles of charts, whose
/// values stand in the cells.
final class XlsxDrawing {
  private final OfficeZip zip;
  private final Map<String, OfficeZip.Relation> relations;
  private final String where;
  private final DocumentBuilder into;
  private int hidden;

  private XlsxDrawing(
      OfficeZip zip,
      Map<String, OfficeZip.Relation> relations,
      String where,
      DocumentBuilder into) {
    this.zip = zip;
    this.relations = relations;
    this.where = where;
    this.into = into;
  }

  /// Adds the drawings of the sheet in `part` to the document.
  ///
  /// @param where for example `sheet "Prices"`
  static void add(OfficeZip zip, String part, String where, DocumentBuilder into)
      throws IOException {
    for (OfficeZip.Relation relation : zip.relations(part).values()) {
      if (!relation.type().equals("drawing")) {
        continue;
      }
      var drawing = new XlsxDrawing(zip, zip.relations(relation.part()), where, into);
      try (Xml xml = zip.xml(relation.part())) {
        if (xml != null) {
          xml.root();
          drawing.shapes(xml);
        }
      } catch (Failure.BadInput damaged) {
        into.note(where + ": its drawings were not read (" + damaged.getMessage() + ")");
      }
      if (drawing.hidden > 0) {
        into.note(where + ": " + ParseNotes.hidden(drawing.hidden, "shape", List.of()));
      }
    }
  }

  private void shapes(Xml xml) throws IOException {
    int depth = xml.depth();
    boolean alternatives = xml.name().equals("AlternateContent");
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "sp", "graphicFrame", "grpSp" -> shape(xml);
        case "pic", "from", "to", "clientData" -> {}
        default -> shapes(xml);
      }
      if (alternatives) {
        while (xml.child(depth)) {
          // the same once more, for older programs
        }
        return;
      }
    }
  }

  private void shape(Xml xml) throws IOException {
    boolean shown = true;
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "nvSpPr", "nvGraphicFramePr", "nvGrpSpPr" -> {
          int properties = xml.depth();
          while (xml.child(properties)) {
            if (xml.flag("hidden") && !into.readsHidden()) {
              shown = false;
              hidden++;
            }
          }
        }
        case "txBody" -> {
          if (shown) {
            DrawingText.paragraphs(xml, false).forEach(line -> line.add(into));
          }
        }
        case "sp", "graphicFrame", "grpSp" -> {
          if (shown) {
            shape(xml);
          }
        }
        case "graphic" -> {
          if (shown) {
            graphic(xml);
          }
        }
        default -> {}
      }
    }
  }

  private void graphic(Xml xml) throws IOException {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "chart" -> {
          OfficeZip.Relation target = relations.get(xml.attribute("id", ""));
          DrawingChart.addTitles(zip, target == null ? "" : target.part(), where, into);
        }
        case "relIds" -> {
          OfficeZip.Relation target = relations.get(xml.attribute("dm", ""));
          DrawingDiagram.add(zip, target == null ? "" : target.part(), where, into);
        }
        default -> graphic(xml);
      }
    }
  }
}
