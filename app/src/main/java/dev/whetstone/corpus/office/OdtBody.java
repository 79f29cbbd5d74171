package dev.whetstone.corpus.office;

import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.office.DocxElement.Cell;
import dev.whetstone.corpus.office.DocxElement.Grid;
import dev.whetstone.corpus.office.DocxElement.Line;
import dev.whetstone.corpus.office.DocxElement.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the text of an OpenDocument file into pieces, in reading order. Notes, text boxes and
/// tables in frames follow the paragraph that they hang on.
final class OdtBody {
  private static final int MOST_SPACES = 1_000;
  private static final int MOST_COPIES = 64; // of a repeated cell
  private static final int MOST_LISTS = 10_000;

  /// The paragraph that is being read.
  private static final class ParagraphText {
    final StringBuilder text = new StringBuilder();
    final List<DocxElement> after = new ArrayList<>();
    int letters;
    int boldLetters;
    int halfPoints;
  }

  /// The list items around a paragraph.
  ///
  /// @param depth from 1, 0 outside of lists
  /// @param label of the item, for its first paragraph
  private record ListPlace(int depth, String label) {
    static final ListPlace NONE = new ListPlace(0, "");
  }

  private final OdtStyles styles;
  private final boolean readsHidden;
  private final DocxOmissions omissions;
  private final OdtNumbers headings;
  private final Map<String, OdtNumbers> lists = new HashMap<>(); // by style, for those that go on
  private int comments;

  OdtBody(OdtStyles styles, boolean readsHidden, DocxOmissions omissions) {
    this.styles = styles;
    this.readsHidden = readsHidden;
    this.omissions = omissions;
    this.headings = new OdtNumbers(styles.outline());
  }

  int comments() {
    return comments;
  }

  /// Reads the children of the current element: a body, a section, a cell, a text box, a note.
  void blocks(Xml xml, List<DocxElement> into) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      block(xml, ListPlace.NONE, into);
    }
  }

  private void block(Xml xml, ListPlace place, List<DocxElement> into) {
    switch (xml.name()) {
      case "p" -> paragraph(xml, 0, place, into);
      case "h" -> paragraph(xml, Math.clamp(xml.number("outline-level", 1), 1, 9), place, into);
      case "list" -> list(xml, xml.attribute("style-name"), 0, null, into);
      case "table" -> into.add(table(xml));
      case "section" -> section(xml, into);
      case "numbered-paragraph", "index-title" -> blocks(xml, into);
      case "frame", "g", "a" -> {
        var around = new ParagraphText();
        drawn(xml, around);
        into.addAll(around.after);
      }
      // tables of contents repeat headings; tracked changes hold what was deleted
      default -> {}
    }
  }

  private void section(Xml xml, List<DocxElement> into) {
    boolean hidden =
        xml.attribute("display", "").equals("none")
            || styles.isHiddenSection(xml.attribute("style-name", ""));
    List<DocxElement> own = new ArrayList<>();
    blocks(xml, own);
    if (hidden && !readsHidden) {
      own.forEach(
          piece -> omissions.hiddenText(piece instanceof Line line ? line.text() : "table"));
    } else {
      into.addAll(own);
    }
  }

  /// @param outer the numbers of the list around, null for the outermost
  private void list(
      Xml xml,
      @Nullable String style,
      int level,
      @Nullable OdtNumbers outer,
      List<DocxElement> into) {
    String own = xml.attribute("style-name", style == null ? "" : style);
    boolean goesOn =
        xml.attribute("continue-numbering", "").equals("true")
            || xml.attribute("continue-list") != null;
    OdtNumbers numbers = outer;
    if (numbers == null) {
      OdtStyles.Level[] levels = styles.list(own);
      numbers = goesOn ? lists.get(own) : null;
      numbers =
          numbers == null
              ? new OdtNumbers(levels == null ? new OdtStyles.Level[0] : levels)
              : numbers;
      if (lists.size() < MOST_LISTS) {
        lists.put(own, numbers);
      }
    }
    int depth = xml.depth();
    while (xml.child(depth)) {
      boolean item = xml.name().equals("list-item");
      if (item || xml.name().equals("list-header")) {
        item(xml, own, level, item ? numbers : null, numbers, into);
      }
    }
  }

  private void item(
      Xml xml,
      String style,
      int level,
      @Nullable OdtNumbers counted,
      OdtNumbers numbers,
      List<DocxElement> into) {
    int depth = xml.depth();
    boolean first = true;
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "list" -> list(xml, style, level + 1, numbers, into);
        case "h" -> block(xml, ListPlace.NONE, into); // a numbered heading
        default -> {
          String label = first && counted != null ? counted.next(level) : "";
          block(xml, new ListPlace(level + 1, label), into);
        }
      }
      first = false;
    }
  }

  private void paragraph(Xml xml, int level, ListPlace place, List<DocxElement> into) {
    var paragraph = new ParagraphText();
    String style = xml.attribute("style-name", "");
    boolean listHeader = xml.attribute("is-list-header", "").equals("true");
    OdtStyles.Letters letters = styles.paragraph(style);
    inline(xml, letters, paragraph);
    String text = Characters.oneLine(paragraph.text.toString());
    if (!text.isEmpty()) {
      String number = level > 0 && !listHeader ? headings.next(level - 1) : place.label();
      into.add(
          new Line(
              text,
              level,
              place.depth(),
              number,
              paragraph.letters > 0 && paragraph.boldLetters * 10 >= paragraph.letters * 9,
              paragraph.halfPoints,
              styles.isKindOf(style, "Title")));
    }
    into.addAll(paragraph.after);
  }

  /// Reads texts and elements within the current element.
  private void inline(Xml xml, OdtStyles.Letters letters, ParagraphText paragraph) {
    int depth = xml.depth();
    while (true) {
      switch (xml.node(depth)) {
        case END -> {
          return;
        }
        case TEXT -> text(xml.nodeText(), letters, paragraph);
        case ELEMENT -> element(xml, letters, paragraph);
      }
    }
  }

  private void element(Xml xml, OdtStyles.Letters letters, ParagraphText paragraph) {
    switch (xml.name()) {
      case "span" -> {
        OdtStyles.Letters own = styles.span(xml.attribute("style-name", "")).over(letters);
        inline(xml, own, paragraph);
      }
      case "s" ->
          text(" ".repeat(Math.clamp(xml.number("c", 1), 1, MOST_SPACES)), letters, paragraph);
      case "tab" -> text(" ", letters, paragraph);
      case "line-break" -> text("\n", letters, paragraph);
      case "note" -> note(xml, paragraph);
      case "annotation" -> comments++;
      case "hidden-text" -> {
        String hidden = xml.text();
        if (readsHidden) {
          text(hidden, letters, paragraph);
        } else {
          omissions.hiddenText(hidden);
        }
      }
      case "ruby" -> {
        int depth = xml.depth();
        while (xml.child(depth)) {
          if (xml.name().equals("ruby-base")) {
            inline(xml, letters, paragraph);
          }
        }
      }
      case "frame", "g", "custom-shape", "rect", "ellipse", "line", "control" ->
          drawn(xml, paragraph);
      case "bookmark",
          "change",
          "change-start",
          "change-end",
          "annotation-end",
          "tracked-changes" -> {}
      default -> inline(xml, letters, paragraph); // links, fields, ...
    }
  }

  private void text(String text, OdtStyles.Letters letters, ParagraphText paragraph) {
    if (Boolean.TRUE.equals(letters.hidden()) && !readsHidden) {
      omissions.hiddenText(text);
      return;
    }
    if (Boolean.TRUE.equals(letters.struck()) && !readsHidden) {
      omissions.struckText(text);
      return;
    }
    Integer shift = letters.shift();
    if (shift != null && shift > 0) {
      SuperSubscript.raise(text, paragraph.text);
    } else if (shift != null && shift < 0) {
      SuperSubscript.lower(text, paragraph.text);
    } else {
      paragraph.text.append(text);
    }
    int visible = (int) text.chars().filter(c -> c > ' ').count();
    paragraph.letters += visible;
    paragraph.boldLetters += Boolean.TRUE.equals(letters.bold()) ? visible : 0;
    paragraph.halfPoints =
        visible == 0 ? paragraph.halfPoints : Math.max(paragraph.halfPoints, letters.halfPoints());
  }

  private void note(Xml xml, ParagraphText paragraph) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals("note-body")) {
        blocks(xml, paragraph.after);
      }
    }
  }

  /// Text boxes, shapes with text, pictures and objects.
  private void drawn(Xml xml, ParagraphText paragraph) {
    int depth = xml.depth();
    boolean object = false;
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "text-box" -> blocks(xml, paragraph.after);
        case "image" -> {
          if (!object) { // else it shows the object
            omissions.picture();
          }
        }
        case "object", "object-ole" -> {
          object = true;
          omissions.object("of another program");
        }
        case "p", "h", "list", "table" -> block(xml, ListPlace.NONE, paragraph.after);
        case "frame", "g", "custom-shape", "a" -> drawn(xml, paragraph);
        default -> {}
      }
    }
  }

  private Grid table(Xml xml) {
    List<Row> rows = new ArrayList<>();
    rows(xml, false, rows);
    return new Grid(rows);
  }

  private void rows(Xml xml, boolean header, List<Row> into) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "table-row" -> into.add(new Row(cells(xml), header));
        case "table-header-rows" -> rows(xml, true, into);
        case "table-rows", "table-row-group" -> rows(xml, header, into);
        default -> {}
      }
    }
  }

  private List<Cell> cells(Xml xml) {
    List<Cell> cells = new ArrayList<>();
    int covered = 0; // by the span of a cell before
    int depth = xml.depth();
    while (xml.child(depth)) {
      int copies = Math.clamp(xml.number("number-columns-repeated", 1), 1, MOST_COPIES);
      switch (xml.name()) {
        case "table-cell" -> {
          int span = Math.clamp(xml.number("number-columns-spanned", 1), 1, MOST_COPIES);
          List<DocxElement> pieces = new ArrayList<>();
          blocks(xml, pieces);
          for (int i = 0; i < copies; i++) {
            cells.add(new Cell(pieces, span, false));
          }
          covered = span - 1;
        }
        case "covered-table-cell" -> {
          for (int i = 0; i < copies; i++) {
            if (covered > 0) {
              covered--; // in the span
            } else {
              cells.add(new Cell(List.of(), 1, true)); // merged with the cell above
            }
          }
        }
        default -> {}
      }
    }
    return cells;
  }
}
