package dev.whetstone.corpus;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The paragraph styles of a Word file: which are headings, which are lists.
final class DocxStyles {
  private static final Pattern HEADING =
      Pattern.compile("(?:heading|标题|標題|überschrift|titre|título|titolo|kop)[ _]?([1-9])(?:char)?");
  private static final Pattern CONTENTS =
      Pattern.compile("(toc|contents)[ _]?([1-9]|heading)|table ?of ?figures");
  private static final int DEEPEST = 20; // of styles based on one another

  private static final class Style {
    String name = "";
    @Nullable String basedOn;
    int outline = -1; // 0 to 8; 9 is body text
    int list = -1;
    int listLevel = -1;
    @Nullable Boolean bold;
    int halfPoints = -1;
  }

  private final Map<String, Style> styles = new HashMap<>();
  private String normal = "Normal";

  /// @param xml `styles.xml`, or null: then names alone count
  static DocxStyles read(@Nullable Xml xml) {
    var all = new DocxStyles();
    if (xml == null) {
      return all;
    }
    int root = xml.root();
    while (xml.child(root)) {
      if (xml.name().equals("style") && xml.attribute("type", "paragraph").equals("paragraph")) {
        String id = xml.attribute("styleId", "");
        if (xml.attribute("default", "0").matches("1|true|on")) {
          all.normal = id;
        }
        all.styles.put(id, style(xml));
      }
    }
    return all;
  }

  private static Style style(Xml xml) {
    var style = new Style();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "name" -> style.name = xml.attribute("val", "").toLowerCase(Locale.ROOT);
        case "basedOn" -> style.basedOn = xml.attribute("val");
        case "pPr" -> paragraphProperties(xml, style);
        case "rPr" -> {
          int properties = xml.depth();
          while (xml.child(properties)) {
            switch (xml.name()) {
              case "b" -> style.bold = xml.on();
              case "sz" -> style.halfPoints = xml.number("val", -1);
              default -> {}
            }
          }
        }
        default -> {}
      }
    }
    return style;
  }

  private static void paragraphProperties(Xml xml, Style style) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "outlineLvl" -> style.outline = xml.number("val", -1);
        case "numPr" -> {
          int numbering = xml.depth();
          while (xml.child(numbering)) {
            switch (xml.name()) {
              case "numId" -> style.list = xml.number("val", -1);
              case "ilvl" -> style.listLevel = xml.number("val", -1);
              default -> {}
            }
          }
        }
        default -> {}
      }
    }
  }

  /// Whether the style is that of the document's title.
  boolean isTitle(@Nullable String id) {
    Style style = style(id);
    String name = style == null ? String.valueOf(id).toLowerCase(Locale.ROOT) : style.name;
    return name.equals("title") || name.equals("标题");
  }

  /// The style's heading level from 1, 0 when it is no heading; a title is none.
  int headingLevel(@Nullable String id) {
    int level = 0;
    Style style = style(id);
    if (style == null) {
      return id == null ? 0 : levelOfName(id.toLowerCase(Locale.ROOT));
    }
    for (int i = 0; style != null && i < DEEPEST && level == 0; i++) {
      if (style.outline >= 0) {
        return style.outline < 9 ? style.outline + 1 : 0;
      }
      level = levelOfName(style.name);
      style = style.basedOn == null ? null : styles.get(style.basedOn);
    }
    return level;
  }

  private static int levelOfName(String name) {
    Matcher heading = HEADING.matcher(name);
    return heading.matches() ? Integer.parseInt(heading.group(1)) : 0;
  }

  /// Whether the style is that of a line of a table of contents or of figures.
  boolean isContents(@Nullable String id) {
    if (id == null) {
      return false;
    }
    Style style = styles.get(id);
    return CONTENTS.matcher(style == null ? id.toLowerCase(Locale.ROOT) : style.name).matches();
  }

  /// The numbering the style brings, -1 for none.
  int list(@Nullable String id) {
    Style style = style(id);
    for (int i = 0; style != null && i < DEEPEST; i++) {
      if (style.list >= 0) {
        return style.list;
      }
      style = style.basedOn == null ? null : styles.get(style.basedOn);
    }
    return -1;
  }

  /// The level in that numbering, -1 when the style does not say.
  int listLevel(@Nullable String id) {
    Style style = style(id);
    for (int i = 0; style != null && i < DEEPEST; i++) {
      if (style.listLevel >= 0) {
        return style.listLevel;
      }
      style = style.basedOn == null ? null : styles.get(style.basedOn);
    }
    return -1;
  }

  boolean bold(@Nullable String id) {
    Style style = style(id);
    for (int i = 0; style != null && i < DEEPEST; i++) {
      if (style.bold != null) {
        return style.bold;
      }
      style = style.basedOn == null ? null : styles.get(style.basedOn);
    }
    return false;
  }

  /// The size of its letters in half points, 22 when nothing says.
  int halfPoints(@Nullable String id) {
    Style style = style(id);
    for (int i = 0; style != null && i < DEEPEST; i++) {
      if (style.halfPoints > 0) {
        return style.halfPoints;
      }
      style = style.basedOn == null ? null : styles.get(style.basedOn);
    }
    return 22;
  }

  private @Nullable Style style(@Nullable String id) {
    return styles.get(id == null ? normal : id);
  }
}
