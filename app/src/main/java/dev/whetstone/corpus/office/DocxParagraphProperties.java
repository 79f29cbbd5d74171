package dev.whetstone.corpus.office;

import org.jspecify.annotations.Nullable;

/// The properties of a paragraph of a Word file, completed by those of its style.
final class DocxParagraphProperties {
  private @Nullable String style;
  private int list = -1;
  private int listLevel = -1;
  private int outline = -1;

  /// @param xml at a `pPr`
  void read(Xml xml) {
    int depth = xml.depth();
    while (xml.child(depth)) {
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
  }

  @Nullable String style() {
    return style;
  }

  /// The list it belongs to, -1 for none.
  int list(DocxStyles styles) {
    return list < 0 ? styles.list(style) : list;
  }

  /// Its level in that list, from 0.
  int listLevel(DocxStyles styles, DocxNumbering numbering) {
    if (listLevel >= 0) {
      return listLevel;
    }
    int ofStyle = styles.listLevel(style);
    return ofStyle < 0 ? numbering.levelOfStyle(list(styles), style) : ofStyle;
  }

  /// From 1, 0 for no heading.
  int headingLevel(DocxStyles styles) {
    return outline >= 0 && outline < 9 ? outline + 1 : styles.headingLevel(style);
  }
}
