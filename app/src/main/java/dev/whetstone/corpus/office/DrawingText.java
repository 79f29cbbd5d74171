package dev.whetstone.corpus.office;

import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ListLabels;
import java.util.ArrayList;
import java.util.List;

/// The paragraphs of a shape (DrawingML; ECMA-376, part 1, 21.1.2), as slides, charts, diagrams and
/// worksheets have them.
final class DrawingText {
  /// @param depth of a bullet from 1, 0 for plain text
  record Line(String text, int depth) {
    void add(DocumentBuilder into) {
      String item = depth > 0 ? text : ListLabels.withoutBullet(text);
      if (item != null) {
        into.item(Math.max(1, depth), item);
      } else {
        into.paragraph(text);
      }
    }
  }

  private DrawingText() {}

  /// The paragraphs directly in the current element that are not blank.
  ///
  /// @param bullets whether a paragraph that does not say has one
  static List<Line> paragraphs(Xml xml, boolean bullets) {
    List<Line> lines = new ArrayList<>();
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals("p")) {
        Line line = paragraph(xml, bullets);
        if (!line.text().isBlank()) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  /// The paragraphs anywhere in the current element, as one text.
  static String text(Xml xml) {
    var text = new StringBuilder();
    int depth = xml.depth();
    while (xml.child(depth)) {
      String inner = xml.name().equals("p") ? paragraph(xml, false).text() : text(xml);
      if (!inner.isEmpty()) {
        text.append(text.isEmpty() ? "" : "\n").append(inner);
      }
    }
    return text.toString();
  }

  private static Line paragraph(Xml xml, boolean bullets) {
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
        default -> inline(xml, text);
      }
    }
    return new Line(Characters.oneLine(text.toString()), bullet ? level + 1 : 0);
  }

  private static void inline(Xml xml, StringBuilder text) {
    switch (xml.name()) {
      case "r", "fld" -> run(xml, text);
      case "br" -> text.append('\n');
      case "m", "oMath", "oMathPara" -> formula(xml, text);
      case "AlternateContent" -> {
        int depth = xml.depth();
        if (xml.child(depth)) { // the first of several ways to write the same
          int choice = xml.depth();
          while (xml.child(choice)) {
            inline(xml, text);
          }
        }
        while (xml.child(depth)) {
          // the others
        }
      }
      default -> {}
    }
  }

  private static void formula(Xml xml, StringBuilder text) {
    if (!xml.name().equals("m")) {
      text.append(OfficeMath.read(xml));
      return;
    }
    int depth = xml.depth(); // a14:m, a frame around the formula
    while (xml.child(depth)) {
      text.append(OfficeMath.read(xml));
    }
  }

  private static void run(Xml xml, StringBuilder text) {
    int baseline = 0; // thousandths of a percent of the letters' size
    String font = "";
    String signs = ""; // the font of what other fonts do not have
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "rPr" -> {
          baseline = xml.number("baseline", 0);
          int properties = xml.depth();
          while (xml.child(properties)) {
            switch (xml.name()) {
              case "latin" -> font = xml.attribute("typeface", "");
              case "sym" -> signs = xml.attribute("typeface", "");
              default -> {}
            }
          }
        }
        case "t" -> {
          String unicode = plain(xml.text(), font, signs);
          if (baseline > 0) {
            SuperSubscript.raise(unicode, text);
          } else if (baseline < 0) {
            SuperSubscript.lower(unicode, text);
          } else {
            text.append(unicode);
          }
        }
        default -> {}
      }
    }
  }

  private static String plain(String text, String font, String signs) {
    if (SymbolFonts.has(font)) {
      return SymbolFonts.plain(font, text);
    }
    boolean ascii = text.chars().allMatch(c -> c < 0x80);
    return ascii || !SymbolFonts.has(signs) ? text : SymbolFonts.plain(signs, text, 0x80);
  }
}
