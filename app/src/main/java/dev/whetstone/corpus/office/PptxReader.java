package dev.whetstone.corpus.office;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads presentations (`.pptx`): a slide is a page, its title a heading; bullets, tables, charts,
/// diagrams and, last, the speaker's notes. Hidden slides are left out and counted as pages.
public final class PptxReader {
  private static final int USUAL_HEIGHT = 6_858_000; // of a slide, in English Metric Units

  private final OfficeZip zip;
  private final DocumentBuilder into;
  private final List<Integer> hidden = new ArrayList<>();
  private int height = USUAL_HEIGHT;
  private int comments;

  private PptxReader(OfficeZip zip, DocumentBuilder into) {
    this.zip = zip;
    this.into = into;
  }

  public static void read(Path file, String id, DocumentBuilder into) throws IOException {
    try (var zip = OfficeZip.open(file, id)) {
      into.title(zip.title());
      var reader = new PptxReader(zip, into);
      String main = zip.mainPart();
      Map<String, OfficeZip.Relation> relations = zip.relations(main);
      int page = 0;
      for (String relation : reader.slides(main)) {
        into.page(++page);
        OfficeZip.Relation target = relations.get(relation);
        if (target != null) {
          reader.slide(target.part(), page);
        }
      }
      OfficeComments.note(reader.comments, into);
      if (!reader.hidden.isEmpty()) {
        List<String> numbers = reader.hidden.stream().map(String::valueOf).toList();
        into.note(ParseNotes.hidden(numbers.size(), "slide", numbers));
      }
    }
  }

  private List<String> slides(String main) throws IOException {
    List<String> slides = new ArrayList<>();
    try (Xml xml = zip.need(main)) {
      int root = xml.root();
      while (xml.child(root)) {
        switch (xml.name()) {
          case "sldSz" -> height = Math.max(1, xml.number("cy", USUAL_HEIGHT));
          case "sldIdLst" -> {
            int list = xml.depth();
            while (xml.child(list)) {
              slides.add(relationId(xml));
            }
          }
          default -> {}
        }
      }
    }
    return slides;
  }

  /// `r:id` beside `id`: the one that does not begin with a digit.
  private static String relationId(Xml xml) {
    return xml.attributes("id").stream()
        .filter(id -> !id.isEmpty() && !Character.isDigit(id.charAt(0)))
        .findFirst()
        .orElse("");
  }

  private void slide(String part, int page) throws IOException {
    var slide = new PptxSlide(into.readsHidden());
    try (Xml xml = zip.need(part)) {
      xml.root();
      if (xml.attribute("show", "1").matches("0|false") && !into.readsHidden()) {
        hidden.add(page);
        return;
      }
      slide.shapes(xml);
    }
    slide.add(zip, part, page, height, into);
    comments += OfficeComments.count(zip, part);
    try (Xml xml = zip.related(part, "notesSlide")) {
      if (xml != null) {
        var notes = new PptxSlide(into.readsHidden());
        xml.root();
        notes.shapes(xml);
        notes.texts().forEach(into::paragraph);
      }
    }
  }
}
