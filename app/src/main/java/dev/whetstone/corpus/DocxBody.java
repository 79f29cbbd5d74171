package dev.whetstone.corpus;

import dev.whetstone.corpus.DocxPiece.Cell;
import dev.whetstone.corpus.DocxPiece.Line;
import dev.whetstone.corpus.DocxPiece.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `w:body` into pieces, in reading order: what is deleted, hidden, a table of contents or a
/// field's instruction is left out; a text box and a footnote follow the paragraph they hang on.
final class DocxBody {
  private final DocxStyles styles;
  private final DocxNumbering numbering;
  private final Map<String, List<DocxPiece>> notes;
  private final Deque<Field> fields = new ArrayDeque<>();

  private static final class Field {
    final StringBuilder instruction = new StringBuilder();
    boolean dropped;
  }

  /// What is collected while a paragraph is read.
  private static final class Words {
    final StringBuilder text = new StringBuilder();
    final List<DocxPiece> after = new ArrayList<>();
    int letters;
    int boldLetters;
    int halfPoints;
    boolean styleBold;
    int styleHalfPoints;
  }

  /// @param notes footnotes and endnotes by kind and id, as [#notes] gives them
  DocxBody(DocxStyles styles, DocxNumbering numbering, Map<String, List<DocxPiece>> notes) {
    this.styles = styles;
    this.numbering = numbering;
    this.notes = notes;
  }

  /// The notes of `footnotes.xml` (kind `footnote`) or `endnotes.xml` (kind `endnote`), by kind and
  /// id.
  Map<String, List<DocxPiece>> notes(@Nullable Xml xml, String kind) {
    Map<String, List<DocxPiece>> found = new HashMap<>();
    if (xml == null) {
      return found;
    }
    int root = xml.root();
    while (xml.child(root)) {
      if (xml.name().equals(kind) && xml.attribute("type") == null) {
        found.put(kind + xml.attribute("id", ""), blocks(xml));
      }
    }
    return found;
  }

  /// The pieces of the current element: a body, a cell, a text box, a note.
  List<DocxPiece> blocks(Xml xml) {
    List<DocxPiece> pieces = new ArrayList<>();
    blocks(xml, pieces);
    return pieces;
  }

  private void blocks(Xml xml, List<DocxPiece> into) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "p" -> paragraph(xml, into);
        case "tbl" -> into.add(table(xml));
        case "sdt" -> control(xml, into);
        case "sdtContent", "customXml", "ins", "moveTo" -> blocks(xml, into);
        case "AlternateContent" -> alternatives(xml, () -> blocks(xml, into));
        default -> {}
      }
    }
  }

  private void control(Xml xml, List<DocxPiece> into) {
    int depth = xml.depth();
    boolean contents = false;
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "sdtPr" -> contents = isContents(xml);
        case "sdtContent" -> {
          List<DocxPiece> inner = blocks(xml); // read in any case: its fields must be closed
          if (!contents) {
            into.addAll(inner);
          }
        }
        default -> {}
      }
    }
  }

  private static boolean isContents(Xml xml) {
    int depth = xml.depth();
    boolean contents = false;
    while (xml.child(depth)) {
      if (xml.name().equals("docPartObj")) {
        int part = xml.depth();
        while (xml.child(part)) {
          contents |=
              xml.name().equals("docPartGallery")
                  && xml.attribute("val", "").toLowerCase(Locale.ROOT).contains("of contents");
        }
      }
    }
    return contents;
  }

  /// Of several ways to draw the same thing, only the first is read.
  private void alternatives(Xml xml, Runnable choice) {
    int depth = xml.depth();
    boolean done = false;
    while (xml.child(depth)) {
      if (!done) {
        choice.run();
        done = true;
      }
    }
  }

  private void paragraph(Xml xml, List<DocxPiece> into) {
    String style = null;
    int list = -1;
    int listLevel = -1;
    int outline = -1;
    var words = new Words();
    int depth = xml.depth();
    boolean styled = false;
    while (xml.child(depth)) {
      if (xml.name().equals("pPr")) {
        int properties = xml.depth();
        while (xml.child(properties)) {
          switch (xml.name()) {
            case "pStyle" -> style = xml.attribute("val");
            case "outlineLvl" -> outline = xml.number("val", -1);
            case "numPr" -> {
              int number = xml.depth();
              while (xml.child(number)) {
                switch (xml.name()) {
                  case "numId" -> list = xml.number("val", -1);
                  case "ilvl" -> listLevel = xml.number("val", -1);
                  default -> {}
                }
              }
            }
            default -> {}
          }
        }
      } else {
        if (!styled) {
          words.styleBold = styles.bold(style);
          words.styleHalfPoints = styles.halfPoints(style);
          styled = true;
        }
        inline(xml, words);
      }
    }
    if (list < 0) {
      list = styles.list(style);
    }
    if (listLevel < 0) {
      listLevel = styles.listLevel(style);
      listLevel = listLevel < 0 ? numbering.levelOfStyle(list, style) : listLevel;
    }
    int level = outline >= 0 && outline < 9 ? outline + 1 : styles.headingLevel(style);
    String text = Characters.oneLine(words.text.toString());
    if (!text.isEmpty() && !styles.isContents(style)) {
      boolean listed = numbering.has(list);
      into.add(
          new Line(
              text,
              level,
              listed ? listLevel + 1 : 0,
              listed ? numbering.next(list, listLevel) : "",
              words.letters > 0 && words.boldLetters * 10 >= words.letters * 9,
              words.halfPoints,
              styles.isTitle(style)));
    }
    into.addAll(words.after);
  }

  /// Reads the current element of a paragraph.
  private void inline(Xml xml, Words words) {
    switch (xml.name()) {
      case "r" -> run(xml, words);
      case "del", "moveFrom", "rt", "sdtPr", "sdtEndPr", "rPr", "pPr" -> {}
      case "fldSimple" -> {
        if (!instructsContents(xml.attribute("instr", ""))) {
          inlineChildren(xml, words);
        }
      }
      case "AlternateContent" -> alternatives(xml, () -> inlineChildren(xml, words));
      case "t" -> text(xml.text(), words, false, 0); // of a formula
      default -> inlineChildren(xml, words); // links, insertions, content controls, ...
    }
  }

  private void inlineChildren(Xml xml, Words words) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      inline(xml, words);
    }
  }

  private void run(Xml xml, Words words) {
    boolean bold = words.styleBold;
    boolean hidden = false;
    int halfPoints = words.styleHalfPoints;
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "rPr" -> {
          int properties = xml.depth();
          while (xml.child(properties)) {
            switch (xml.name()) {
              case "b" -> bold = xml.on();
              case "vanish" -> hidden = xml.on();
              case "sz" -> halfPoints = xml.number("val", halfPoints);
              default -> {}
            }
          }
        }
        case "fldChar" -> field(xml.attribute("fldCharType", ""));
        case "instrText" -> {
          if (!fields.isEmpty()) {
            fields.peek().instruction.append(xml.text());
          }
        }
        case "t" -> text(hidden ? "" : xml.text(), words, bold, halfPoints);
        case "tab", "ptab" -> text(" ", words, bold, halfPoints);
        case "br", "cr" -> text("\n", words, bold, halfPoints);
        case "noBreakHyphen" -> text("-", words, bold, halfPoints);
        case "footnoteReference" -> note("footnote", xml, words);
        case "endnoteReference" -> note("endnote", xml, words);
        case "AlternateContent" -> alternatives(xml, () -> boxes(xml, words));
        case "drawing", "pict", "object" -> boxes(xml, words);
        case "ruby" -> inlineChildren(xml, words);
        default -> {}
      }
    }
  }

  private void text(String text, Words words, boolean bold, int halfPoints) {
    if (fields.stream().anyMatch(field -> field.dropped)) {
      return;
    }
    words.text.append(text);
    int letters = (int) text.chars().filter(c -> c > ' ').count();
    words.letters += letters;
    words.boldLetters += bold ? letters : 0;
    words.halfPoints = letters == 0 ? words.halfPoints : Math.max(words.halfPoints, halfPoints);
  }

  private void note(String kind, Xml xml, Words words) {
    words.after.addAll(notes.getOrDefault(kind + xml.attribute("id", ""), List.of()));
  }

  private void boxes(Xml xml, Words words) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "txbxContent" -> words.after.addAll(blocks(xml));
        case "AlternateContent" -> alternatives(xml, () -> boxes(xml, words));
        default -> boxes(xml, words);
      }
    }
  }

  private void field(String type) {
    switch (type) {
      case "begin" -> fields.push(new Field());
      case "separate" -> {
        if (!fields.isEmpty()) {
          fields.peek().dropped = instructsContents(fields.peek().instruction.toString());
        }
      }
      case "end" -> fields.poll();
      default -> {}
    }
  }

  private static boolean instructsContents(String instruction) {
    return instruction.strip().matches("(?is)TO[CA]\\b.*");
  }

  private DocxPiece.Grid table(Xml xml) {
    List<Row> rows = new ArrayList<>();
    rows(xml, rows);
    return new DocxPiece.Grid(rows);
  }

  private void rows(Xml xml, List<Row> rows) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "tr" -> row(xml, rows);
        case "sdt", "sdtContent", "customXml", "ins", "moveTo" -> rows(xml, rows);
        default -> {}
      }
    }
  }

  private void row(Xml xml, List<Row> rows) {
    List<Cell> cells = new ArrayList<>();
    boolean[] headerDeleted = new boolean[2];
    cells(xml, cells, headerDeleted);
    if (!headerDeleted[1]) {
      rows.add(new Row(cells, headerDeleted[0]));
    }
  }

  private void cells(Xml xml, List<Cell> cells, boolean[] headerDeleted) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "trPr" -> {
          int properties = xml.depth();
          while (xml.child(properties)) {
            switch (xml.name()) {
              case "tblHeader" -> headerDeleted[0] = xml.on();
              case "gridBefore" -> {
                for (int i = Math.min(64, xml.number("val", 0)); i > 0; i--) {
                  cells.add(new Cell(List.of(), 1, false));
                }
              }
              case "del" -> headerDeleted[1] = true;
              default -> {}
            }
          }
        }
        case "tc" -> cells.add(cell(xml));
        case "sdt", "sdtContent", "customXml" -> cells(xml, cells, headerDeleted);
        default -> {}
      }
    }
  }

  private Cell cell(Xml xml) {
    int span = 1;
    boolean continued = false;
    List<DocxPiece> pieces = new ArrayList<>();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "tcPr" -> {
          int properties = xml.depth();
          while (xml.child(properties)) {
            switch (xml.name()) {
              case "gridSpan" -> span = Math.clamp(xml.number("val", 1), 1, 64);
              case "vMerge" -> continued = !xml.attribute("val", "continue").equals("restart");
              default -> {}
            }
          }
        }
        case "p" -> paragraph(xml, pieces);
        case "tbl" -> pieces.add(table(xml));
        case "sdt" -> control(xml, pieces);
        case "customXml", "ins", "moveTo" -> blocks(xml, pieces);
        default -> {}
      }
    }
    return new Cell(pieces, span, continued);
  }
}
