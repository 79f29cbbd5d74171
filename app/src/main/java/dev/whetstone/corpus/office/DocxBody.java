package dev.whetstone.corpus.office;

import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.office.DocxElement.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `w:body` into pieces, in reading order: what is deleted, hidden, struck out, a table of
/// contents, a control's prompt or a field's instruction is left out; text boxes, figures and
/// footnotes follow the paragraph they hang on.
final class DocxBody {
  private final DocxStyles styles;
  private final DocxNumbering numbering;
  private final Map<String, List<DocxElement>> notes;
  private final boolean readsHidden;
  private final DocxOmissions losses;
  private final DocxFields fields = new DocxFields();

  /// What is collected while a paragraph is read.
  private static final class Words {
    final StringBuilder text = new StringBuilder();
    final List<DocxElement> after = new ArrayList<>();
    int letters;
    int boldLetters;
    int halfPoints;
    DocxStyles.Letters style = DocxStyles.Letters.PLAIN; // of the paragraph
  }

  /// @param notes footnotes and endnotes by kind and id, as [#notes] gives them
  /// @param readsHidden whether hidden text is read
  DocxBody(
      DocxStyles styles,
      DocxNumbering numbering,
      Map<String, List<DocxElement>> notes,
      boolean readsHidden,
      DocxOmissions losses) {
    this.styles = styles;
    this.numbering = numbering;
    this.notes = notes;
    this.readsHidden = readsHidden;
    this.losses = losses;
  }

  boolean readsHidden() {
    return readsHidden;
  }

  DocxOmissions losses() {
    return losses;
  }

  /// The notes of `footnotes.xml` (kind `footnote`) or `endnotes.xml` (kind `endnote`), by kind and
  /// id.
  Map<String, List<DocxElement>> notes(@Nullable Xml xml, String kind) {
    Map<String, List<DocxElement>> found = new HashMap<>();
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

  /// The pieces of the current element: a body, a text box, a note.
  List<DocxElement> blocks(Xml xml) {
    List<DocxElement> pieces = new ArrayList<>();
    blocks(xml, pieces);
    return pieces;
  }

  private void blocks(Xml xml, List<DocxElement> into) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      block(xml, into);
    }
  }

  /// Reads the current element of a body, a cell, a text box or a note.
  void block(Xml xml, List<DocxElement> into) {
    switch (xml.name()) {
      case "p" -> paragraph(xml, into);
      case "tbl" -> into.add(DocxTableReader.read(xml, this));
      case "sdt" -> control(xml, into);
      case "sdtContent", "customXml", "ins", "moveTo" -> blocks(xml, into);
      case "AlternateContent" -> alternatives(xml, () -> blocks(xml, into));
      case "oMath", "oMathPara" -> {
        var words = new Words();
        inline(xml, words);
        add(words.text.toString(), into);
      }
      case "altChunk" -> losses.otherFormat();
      default -> {}
    }
  }

  private static void add(String text, List<DocxElement> into) {
    String line = Characters.oneLine(text);
    if (!line.isEmpty()) {
      into.add(new Line(line, 0, 0, "", false, 0, false));
    }
  }

  private void control(Xml xml, List<DocxElement> into) {
    int depth = xml.depth();
    var control = new DocxContentControl(false, false);
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "sdtPr" -> control = DocxContentControl.read(xml);
        case "sdtContent" -> {
          List<DocxElement> inner = blocks(xml); // read in any case: its fields must be closed
          if (!control.isContents() && !control.isPrompt()) {
            into.addAll(inner);
          }
        }
        default -> {}
      }
    }
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

  private void paragraph(Xml xml, List<DocxElement> into) {
    var properties = new DocxParagraphProperties();
    var words = new Words();
    int depth = xml.depth();
    words.style = styles.letters(null);
    while (xml.child(depth)) {
      if (xml.name().equals("pPr")) {
        properties.read(xml);
        words.style = styles.letters(properties.style());
      } else {
        inline(xml, words);
      }
    }
    fields.endParagraph();
    String style = properties.style();
    String text = Characters.oneLine(words.text.toString());
    if (!text.isEmpty() && !styles.isContents(style)) {
      int list = properties.list(styles);
      int level = properties.listLevel(styles, numbering);
      boolean listed = numbering.has(list);
      into.add(
          new Line(
              text,
              properties.headingLevel(styles),
              listed ? level + 1 : 0,
              listed ? numbering.next(list, level) : "",
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
      case "sdt" -> inlineControl(xml, words);
      case "fldSimple" -> {
        if (!DocxFields.isContents(xml.attribute("instr", ""))) {
          inlineChildren(xml, words);
        }
      }
      case "AlternateContent" -> alternatives(xml, () -> inlineChildren(xml, words));
      case "oMath", "oMathPara" -> text(OfficeMath.read(xml), words, DocxStyles.Letters.PLAIN);
      default -> inlineChildren(xml, words); // links, insertions, ...
    }
  }

  private void inlineChildren(Xml xml, Words words) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      inline(xml, words);
    }
  }

  private void inlineControl(Xml xml, Words words) {
    int depth = xml.depth();
    boolean prompt = false;
    while (xml.child(depth)) {
      if (xml.name().equals("sdtPr")) {
        prompt = DocxContentControl.read(xml).isPrompt();
      } else {
        inline(xml, prompt ? new Words() : words);
      }
    }
  }

  private void run(Xml xml, Words words) {
    var letters = words.style;
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "rPr" -> letters = styles.run(xml, words.style);
        case "fldChar" -> text(fields.mark(xml), words, letters);
        case "instrText" -> fields.instruction(xml.text());
        case "t" -> text(xml.text(), words, letters);
        case "sym" -> sign(xml, words, letters);
        case "tab", "ptab" -> text(" ", words, letters);
        case "br", "cr" -> text("\n", words, letters);
        case "noBreakHyphen" -> text("-", words, letters);
        case "footnoteReference" -> note("footnote", xml, words);
        case "endnoteReference" -> note("endnote", xml, words);
        case "AlternateContent" -> alternatives(xml, () -> drawn(xml, words));
        case "drawing", "pict", "object" -> drawn(xml, words);
        case "ruby" -> inlineChildren(xml, words);
        default -> {}
      }
    }
  }

  private void sign(Xml xml, Words words, DocxStyles.Letters letters) {
    String font = xml.attribute("font", "");
    String sign = null;
    try {
      sign = SymbolFonts.sign(font, Integer.parseInt(xml.attribute("char", ""), 16));
    } catch (NumberFormatException _) {
      // counted below
    }
    if (sign == null) {
      losses.sign(font.isEmpty() ? "of the paragraph" : font);
    } else {
      text(sign, words, letters.in(null));
    }
  }

  private void text(String text, Words words, DocxStyles.Letters letters) {
    if (text.isEmpty() || !fields.show()) {
      return;
    }
    if (letters.hidden() && !readsHidden) {
      losses.hiddenText(text);
      return;
    }
    if (letters.struck() && !readsHidden) {
      losses.struckText(text);
      return;
    }
    String font = letters.font();
    String said = font == null ? text : SymbolFonts.plain(font, text);
    switch (letters.shift()) {
      case RAISED -> SuperSubscript.raise(said, words.text);
      case LOWERED -> SuperSubscript.lower(said, words.text);
      case MOVED_UP -> SuperSubscript.moveUp(said, words.text);
      case MOVED_DOWN -> SuperSubscript.moveDown(said, words.text);
      case NONE -> words.text.append(said);
    }
    int seen = (int) said.chars().filter(c -> c > ' ').count();
    words.letters += seen;
    words.boldLetters += letters.bold() ? seen : 0;
    words.halfPoints =
        seen == 0 ? words.halfPoints : Math.max(words.halfPoints, letters.halfPoints());
  }

  private void note(String kind, Xml xml, Words words) {
    words.after.addAll(notes.getOrDefault(kind + xml.attribute("id", ""), List.of()));
  }

  /// Text boxes, charts and diagrams in a drawing.
  private void drawn(Xml xml, Words words) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "txbxContent" -> words.after.addAll(blocks(xml));
        case "AlternateContent" -> alternatives(xml, () -> drawn(xml, words));
        case "chart" -> words.after.add(new DocxElement.Figure(xml.attribute("id", ""), true));
        case "relIds" -> words.after.add(new DocxElement.Figure(xml.attribute("dm", ""), false));
        case "OLEObject" -> losses.object(xml.attribute("ProgID", "of no known kind"));
        default -> drawn(xml, words);
      }
    }
  }
}
