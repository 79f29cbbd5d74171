package dev.whetstone.corpus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads presentations (`.pptx`): a slide is a page, its title a heading; bullets, tables and,
/// last, the speaker's notes. A slide without a title is headed by its first short line.
final class PptxReader {
  private static final int LONGEST_TITLE = 100;

  private PptxReader() {}

  /// @param depth of a bullet from 1, 0 for plain text
  private record Said(String text, int depth) {}

  private static final class Slide {
    @Nullable String title;
    final List<Object> content = new ArrayList<>(); // Said, or List<TableRows.Row>
  }

  static void read(Path file, String id, DocumentBuilder into) throws IOException {
    try (var zip = OfficeZip.open(file, id)) {
      into.title(zip.title());
      String main = zip.mainPart();
      Map<String, OfficeZip.Relation> relations = zip.relations(main);
      int page = 0;
      for (String relation : slides(zip, main)) {
        into.page(++page);
        OfficeZip.Relation target = relations.get(relation);
        if (target != null) {
          slide(zip, target.part(), page, into);
        }
      }
    }
  }

  private static List<String> slides(OfficeZip zip, String main) throws IOException {
    List<String> slides = new ArrayList<>();
    try (Xml xml = zip.need(main)) {
      int root = xml.root();
      while (xml.child(root)) {
        if (xml.name().equals("sldIdLst")) {
          int list = xml.depth();
          while (xml.child(list)) {
            slides.add(relationId(xml));
          }
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

  private static void slide(OfficeZip zip, String part, int page, DocumentBuilder into)
      throws IOException {
    var slide = new Slide();
    try (Xml xml = zip.need(part)) {
      xml.root();
      shapes(xml, slide);
    }
    add(slide, page, into);
    try (Xml xml = zip.related(part, "notesSlide")) {
      if (xml != null) {
        var notes = new Slide();
        xml.root();
        shapes(xml, notes);
        for (Object note : notes.content) {
          if (note instanceof Said said) {
            into.paragraph(said.text());
          }
        }
      }
    }
  }

  private static void add(Slide slide, int page, DocumentBuilder into) {
    List<Object> content = slide.content;
    String title = slide.title;
    if (title == null || title.isBlank()) {
      title = "Slide " + page;
      if (!content.isEmpty()
          && content.getFirst() instanceof Said first
          && first.text().length() <= LONGEST_TITLE) {
        title = first.text();
        content = content.subList(1, content.size());
      }
    }
    if (content.isEmpty() && slide.title == null) {
      return;
    }
    into.heading(1, title);
    for (Object piece : content) {
      if (piece instanceof Said said) {
        String item = said.depth() > 0 ? said.text() : Labels.withoutBullet(said.text());
        if (item != null) {
          into.item(Math.max(1, said.depth()), item);
        } else {
          into.paragraph(said.text());
        }
      } else if (piece instanceof List<?> rows) {
        TableRows.add(rows.stream().map(TableRows.Row.class::cast).toList(), into);
      }
    }
  }

  /// Looks for shapes in the current element, however deep in groups.
  private static void shapes(Xml xml, Slide slide) {
    int depth = xml.depth();
    boolean alternatives = xml.name().equals("AlternateContent");
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "sp" -> shape(xml, slide);
        case "tbl" -> slide.content.add(table(xml));
        case "pic", "timing", "transition" -> {}
        default -> shapes(xml, slide);
      }
      if (alternatives) {
        while (xml.child(depth)) {
          // the same once more, for older programs
        }
        return;
      }
    }
  }

  private static void shape(Xml xml, Slide slide) {
    String kind = ""; // of its placeholder
    List<Said> said = new ArrayList<>();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "nvSpPr" -> kind = placeholder(xml);
        case "txBody" -> said = paragraphs(xml, kind.equals("body") || kind.equals("obj"));
        default -> {}
      }
    }
    switch (kind) {
      case "title", "ctrTitle" ->
          slide.title = String.join(" ", said.stream().map(Said::text).toList());
      case "dt", "ftr", "sldNum", "hdr", "sldImg" -> {}
      default -> {
        if (said.size() == 1 && said.getFirst().depth() == 1) {
          slide.content.add(new Said(said.getFirst().text(), 0));
        } else {
          slide.content.addAll(said);
        }
      }
    }
  }

  /// The kind of placeholder a shape fills, "" for none; `obj` where the file names no kind.
  private static String placeholder(Xml xml) {
    String kind = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals("nvPr")) {
        int properties = xml.depth();
        while (xml.child(properties)) {
          if (xml.name().equals("ph")) {
            kind = xml.attribute("type", "obj");
          }
        }
      }
    }
    return kind;
  }

  private static List<Said> paragraphs(Xml xml, boolean bullets) {
    List<Said> said = new ArrayList<>();
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals("p")) {
        Said paragraph = paragraph(xml, bullets);
        if (!paragraph.text().isBlank()) {
          said.add(paragraph);
        }
      }
    }
    return said;
  }

  private static Said paragraph(Xml xml, boolean bullets) {
    int level = 0;
    boolean bullet = bullets;
    var text = new StringBuilder();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "pPr" -> {
          level = Math.clamp(xml.number("lvl", 0), 0, 8);
          int properties = xml.depth();
          while (xml.child(properties)) {
            switch (xml.name()) {
              case "buNone" -> bullet = false;
              case "buChar", "buAutoNum", "buBlip" -> bullet = true;
              default -> {}
            }
          }
        }
        case "r", "fld" -> {
          int run = xml.depth();
          while (xml.child(run)) {
            if (xml.name().equals("t")) {
              text.append(xml.text());
            }
          }
        }
        case "br" -> text.append('\n');
        default -> {}
      }
    }
    return new Said(Characters.oneLine(text.toString()), bullet ? level + 1 : 0);
  }

  private static List<TableRows.Row> table(Xml xml) {
    List<TableRows.Row> rows = new ArrayList<>();
    boolean header = false;
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "tblPr" -> header = xml.attribute("firstRow", "0").matches("1|true");
        case "tr" -> {
          List<String> cells = new ArrayList<>();
          int row = xml.depth();
          while (xml.child(row)) {
            if (xml.name().equals("tc")) {
              cells.add(cell(xml));
            }
          }
          rows.add(new TableRows.Row(cells, header && rows.isEmpty(), false));
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
        paragraphs(xml, false).forEach(said -> lines.add(said.text()));
      }
    }
    return String.join("\n", lines);
  }
}
