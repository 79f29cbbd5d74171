package dev.whetstone.corpus.office;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.office.DocxElement.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads Word files (`.docx`) into blocks, by way of [WordBlocks].
public final class DocxReader {
  private final OfficeZip zip;
  private final Map<String, OfficeZip.Relation> relations;
  private final DocumentBuilder into;

  private DocxReader(
      OfficeZip zip, Map<String, OfficeZip.Relation> relations, DocumentBuilder into) {
    this.zip = zip;
    this.relations = relations;
    this.into = into;
  }

  public static void read(Path file, String id, DocumentBuilder into) throws IOException {
    try (var zip = OfficeZip.open(file, id)) {
      into.title(zip.title());
      String main = zip.mainPart();
      DocxStyles styles;
      try (Xml xml = zip.related(main, "styles")) {
        styles = DocxStyles.read(xml);
      }
      DocxNumbering numbering;
      try (Xml xml = zip.related(main, "numbering")) {
        numbering = DocxNumbering.read(xml);
      }
      boolean hidden = into.readsHidden();
      var omissions = new DocxOmissions();
      Map<String, List<DocxElement>> notes = new HashMap<>();
      for (String kind : List.of("footnote", "endnote")) {
        try (Xml xml = zip.related(main, kind + "s")) {
          notes.putAll(
              new DocxBody(styles, numbering, Map.of(), hidden, omissions).notes(xml, kind));
        }
      }
      List<DocxElement> pieces = new ArrayList<>();
      try (Xml xml = zip.need(main)) {
        int root = xml.root();
        if (!xml.name().equals("document")) {
          throw new Failure.BadInput(id + ": is no Word document; give it its right extension");
        }
        while (xml.child(root)) {
          if (xml.name().equals("body")) {
            pieces.addAll(new DocxBody(styles, numbering, notes, hidden, omissions).blocks(xml));
          }
        }
      }
      if (zip.title() == null) {
        into.title(WordBlocks.title(pieces));
      }
      var reader = new DocxReader(zip, zip.relations(main), into);
      new WordBlocks(into, reader::add).add(pieces);
      omissions.note(into);
      OfficeComments.note(OfficeComments.count(zip, main), into);
    }
  }

  private void add(Figure figure) throws IOException {
    OfficeZip.Relation target = relations.get(figure.relation());
    if (figure.chart()) {
      DrawingChart.add(zip, target == null ? "" : target.part(), "a figure", into);
    } else {
      DrawingDiagram.add(zip, target == null ? "" : target.part(), "a figure", into);
    }
  }
}
