package dev.whetstone.corpus.office;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The styles of a Word file: which paragraphs are headings or lists, and how letters look.
final class DocxStyles {
  private static final Pattern HEADING =
      Pattern.compile("(?:heading|标题|標題|überschrift|titre|título|titolo|kop)[ _]?([1-9])(?:char)?");
  private static final Pattern CONTENTS =
      Pattern.compile("(toc|contents)[ _]?([1-9]|heading)|table ?of ?figures");
  private static final int DEEPEST = 20; // of styles based on one another

  private static final int LEAST_DISTANCE = 4; // half points; less evens out a font

  /// Whether letters stand above or below their line: as raised and lowered letters, which are
  /// smaller, or of full size at a distance, as initials and labels also do.
  enum Shift {
    NONE,
    RAISED,
    LOWERED,
    MOVED_UP,
    MOVED_DOWN
  }

  /// How letters look, as far as it matters.
  ///
  /// @param font only where it is one of signs
  record CharacterStyle(
      boolean bold,
      int halfPoints,
      boolean hidden,
      boolean struck,
      Shift shift,
      @Nullable String font) {
    static final CharacterStyle PLAIN =
        new CharacterStyle(false, 0, false, false, Shift.NONE, null);

    /// The same in another font.
    CharacterStyle in(@Nullable String other) {
      return new CharacterStyle(bold, halfPoints, hidden, struck, shift, other);
    }
  }

  /// The properties of letters, of which any may be left to what stands below them.
  private static final class RunProperties {
    @Nullable Boolean bold;
    @Nullable Boolean hidden;
    @Nullable Boolean struck;
    @Nullable Shift shift;
    @Nullable Shift position;
    @Nullable String font;
    int halfPoints = -1;

    void read(Xml xml) {
      switch (xml.name()) {
        case "b" -> bold = xml.on();
        case "vanish" -> hidden = xml.on();
        case "strike", "dstrike" -> struck = xml.on() || Boolean.TRUE.equals(struck);
        case "sz" -> halfPoints = xml.number("val", halfPoints);
        case "vertAlign" ->
            shift =
                switch (xml.attribute("val", "")) {
                  case "superscript" -> Shift.RAISED;
                  case "subscript" -> Shift.LOWERED;
                  default -> Shift.NONE;
                };
        case "position" -> position = position(xml.number("val", 0));
        case "rFonts" -> font = xml.attribute("ascii", "");
        default -> {}
      }
    }

    private static @Nullable Shift position(int halfPoints) {
      if (Math.abs(halfPoints) < LEAST_DISTANCE) {
        return null;
      }
      return halfPoints > 0 ? Shift.MOVED_UP : Shift.MOVED_DOWN;
    }

    /// These properties over others.
    CharacterStyle over(CharacterStyle below) {
      boolean smaller = shift != null && shift != Shift.NONE;
      Shift own = smaller || position == null ? shift : position;
      return new CharacterStyle(
          bold == null ? below.bold() : bold,
          halfPoints > 0 ? halfPoints : below.halfPoints(),
          hidden == null ? below.hidden() : hidden,
          struck == null ? below.struck() : struck,
          own == null ? below.shift() : own,
          font == null ? below.font() : SymbolFonts.has(font) ? font : null);
    }
  }

  private static final class Style {
    String name = "";
    @Nullable String basedOn;
    int outline = -1; // 0 to 8; 9 is body text
    int list = -1;
    int listLevel = -1;
    final RunProperties runProperties = new RunProperties();
  }

  private final Map<String, Style> styles = new HashMap<>();
  private final Map<String, Style> characterStyles = new HashMap<>();
  private String normal = "Normal";

  /// @param xml `styles.xml`, or null: then names alone count
  static DocxStyles read(@Nullable Xml xml) {
    var all = new DocxStyles();
    if (xml == null) {
      return all;
    }
    int root = xml.root();
    while (xml.child(root)) {
      if (!xml.name().equals("style")) {
        continue;
      }
      String id = xml.attribute("styleId", "");
      String type = xml.attribute("type", "paragraph");
      if (type.equals("character")) {
        all.characterStyles.put(id, style(xml));
      } else if (type.equals("paragraph")) {
        if (xml.flag("default")) {
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
            style.runProperties.read(xml);
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

  /// How letters look in a paragraph of this style: 11 points where no style sets a size.
  CharacterStyle letters(@Nullable String id) {
    return runProperties(
        style(id), styles, new CharacterStyle(false, 22, false, false, Shift.NONE, null), 0);
  }

  /// How the letters of a run look.
  ///
  /// @param xml at its `rPr`
  /// @param paragraph those of its paragraph
  CharacterStyle run(Xml xml, CharacterStyle paragraph) {
    var own = new RunProperties();
    CharacterStyle below = paragraph;
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals("rStyle")) {
        below =
            runProperties(
                characterStyles.get(xml.attribute("val", "")), characterStyles, paragraph, 0);
      } else {
        own.read(xml);
      }
    }
    return own.over(below);
  }

  private static CharacterStyle runProperties(
      @Nullable Style style, Map<String, Style> all, CharacterStyle below, int depth) {
    if (style == null || depth == DEEPEST) {
      return below;
    }
    Style base = style.basedOn == null ? null : all.get(style.basedOn);
    return style.runProperties.over(runProperties(base, all, below, depth + 1));
  }

  private @Nullable Style style(@Nullable String id) {
    return styles.get(id == null ? normal : id);
  }
}
