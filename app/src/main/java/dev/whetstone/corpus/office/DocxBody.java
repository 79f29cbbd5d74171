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
  private final DocxOmissions omissions;
  private final DocxFields fields = new DocxFields();

  /// The text and properties of the paragraph that is being read.
  private static final class ParagraphText {
    final StringBuilder text = new StringBuilder();
    final List<DocxElement> after = new ArrayList<>();
    int letters;
    int boldLetters;
    int halfPoints;
    DocxStyles.CharacterStyle style = DocxStyles.CharacterStyle.PLAIN; // of the paragraph
  }

  /// @param notes footnotes and endnotes by kind and id, as [#notes] gives them
  /// @param readsHidden whether hidden text is read
  DocxBody(
      DocxStyles styles,
      DocxNumbering numbering,
      Map<String, List<DocxElement>> notes,
      boolean readsHidden,
      DocxOmissions omissions) {
    this.styles = styles;
    this.numbering = numbering;
    this.notes = notes;
    this.readsHidden = readsHidden;
    this.omissions = omissions;
  }

  boolean readsHidden() {
    return readsHidden;
  }

  DocxOmissions omissions() {
    return omissions;
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
        var paragraph = new ParagraphText();
        inline(xml, paragraph);
        add(paragraph.text.toString(), into);
      }
      case "altChunk" -> omissions.otherFormat();
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
    var paragraph = new ParagraphText();
    int depth = xml.depth();
    paragraph.style = styles.letters(null);
    while (xml.child(depth)) {
      if (xml.name().equals("pPr")) {
        properties.read(xml);
        paragraph.style = styles.letters(properties.style());
      } else {
        inline(xml, paragraph);
      }
    }
    fields.endParagraph();
    String style = properties.style();
    String text = Characters.oneLine(paragraph.text.toString());
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
              paragraph.letters > 0 && paragraph.boldLetters * 10 >= paragraph.letters * 9,
              paragraph.halfPoints,
              styles.isTitle(style)));
    }
    into.addAll(paragraph.after);
  }

  /// Reads the current element of a paragraph.
  private void inline(Xml xml, ParagraphText paragraph) {
    switch (xml.name()) {
      case "r" -> run(xml, paragraph);
      case "del", "moveFrom", "rt", "sdtPr", "sdtEndPr", "rPr", "pPr" -> {}
      case "sdt" -> inlineControl(xml, paragraph);
      case "fldSimple" -> {
        if (!DocxFields.isContents(xml.attribute("instr", ""))) {
          inlineChildren(xml, paragraph);
        }
      }
      case "AlternateContent" -> alternatives(xml, () -> inlineChildren(xml, paragraph));
      case "oMath", "oMathPara" ->
          text(OfficeMath.read(xml), paragraph, DocxStyles.CharacterStyle.PLAIN);
      default -> inlineChildren(xml, paragraph); // links, insertions, ...
    }
  }

  private void inlineChildren(Xml xml, ParagraphText paragraph) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      inline(xml, paragraph);
    }
  }

  private void inlineControl(Xml xml, ParagraphText paragraph) {
    int depth = xml.depth();
    boolean prompt = false;
    while (xml.child(depth)) {
      if (xml.name().equals("sdtPr")) {
        prompt = DocxContentControl.read(xml).isPrompt();
      } else {
        inline(xml, prompt ? new ParagraphText() : paragraph);
      }
    }
  }

  private void run(Xml xml, ParagraphText paragraph) {
    var letters = paragraph.style;
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "rPr" -> letters = styles.run(xml, paragraph.style);
        case "fldChar" -> text(fields.mark(xml), paragraph, letters);
        case "instrText" -> fields.instruction(xml.text());
        case "t" -> text(xml.text(), paragraph, letters);
        case "sym" -> sign(xml, paragraph, letters);
        case "tab", "ptab" -> text(" ", paragraph, letters);
        case "br", "cr" -> text("\n", paragraph, letters);
        case "noBreakHyphen" -> text("-", paragraph, letters);
        case "footnoteReference" -> note("footnote", xml, paragraph);
        case "endnoteReference" -> note("endnote", xml, paragraph);
        case "AlternateContent" -> alternatives(xml, () -> drawn(xml, paragraph));
        case "drawing", "pict", "object" -> drawn(xml, paragraph);
        case "ruby" -> inlineChildren(xml, paragraph);
        default -> {}
      }
    }
  }

  private void sign(Xml xml, ParagraphText paragraph, DocxStyles.CharacterStyle letters) {
    String font = xml.attribute("font", "");
    String sign = null;
    try {
      sign = SymbolFonts.sign(font, Integer.parseInt(xml.attribute("char", ""), 16));
    } catch (NumberFormatException _) {
      // counted below
    }
    if (sign == null) {
      omissions.sign(font.isEmpty() ? "of the paragraph" : font);
    } else {
      text(sign, paragraph, letters.in(null));
    }
  }

  private void text(String text, ParagraphText paragraph, DocxStyles.CharacterStyle letters) {
    if (text.isEmpty() || !fields.show()) {
      return;
    }
    if (letters.hidden() && !readsHidden) {
      omissions.hiddenText(text);
      return;
    }
    if (letters.struck() && !readsHidden) {
      omissions.struckText(text);
      return;
    }
    String font = letters.font();
    String unicode = font == null ? text : SymbolFonts.plain(font, text);
    switch (letters.shift()) {
      case RAISED -> SuperSubscript.raise(unicode, paragraph.text);
      case LOWERED -> SuperSubscript.lower(unicode, paragraph.text);
      case MOVED_UP -> SuperSubscript.moveUp(unicode, paragraph.text);
      case MOVED_DOWN -> SuperSubscript.moveDown(unicode, paragraph.text);
      case NONE -> paragraph.text.append(unicode);
    }
    int visible = (int) unicode.chars().filter(c -> c > ' ').count();
    paragraph.letters += visible;
    paragraph.boldLetters += letters.bold() ? visible : 0;
    paragraph.halfPoints =
        visible == 0 ? paragraph.halfPoints : Math.max(paragraph.halfPoints, letters.halfPoints());
  }

  private void note(String kind, Xml xml, ParagraphText paragraph) {
    paragraph.after.addAll(notes.getOrDefault(kind + xml.attribute("id", ""), List.of()));
  }

  /// Text boxes, charts and diagrams in a drawing.
  private void drawn(Xml xml, ParagraphText paragraph) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "txbxContent" -> paragraph.after.addAll(blocks(xml));
        case "AlternateContent" -> alternatives(xml, () -> drawn(xml, paragraph));
        case "chart" -> paragraph.after.add(new DocxElement.Figure(xml.attribute("id", ""), true));
        case "relIds" ->
            paragraph.after.add(new DocxElement.Figure(xml.attribute("dm", ""), false));
        case "pic", "imagedata" -> omissions.picture();
        case "OLEObject" -> omissions.object(xml.attribute("ProgID", "of no known kind"));
        default -> drawn(xml, paragraph);
      }
    }
  }
}
