package dev.whetstone.corpus.office;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The styles of an OpenDocument text: how letters look, which paragraphs are titles, and how lists
/// and headings are numbered. A style that says nothing of a property has its parent's.
final class OdtStyles {
  private static final int DEEPEST = 50; // parents of a style
  private static final int LEVELS = 10;

  /// How letters look; null where a style does not say.
  ///
  /// @param shift 1 raised, -1 lowered, 0 neither
  /// @param halfPoints 0 for none
  record Letters(
      @Nullable Boolean bold,
      @Nullable Boolean hidden,
      @Nullable Boolean struck,
      @Nullable Integer shift,
      int halfPoints) {
    static final Letters NONE = new Letters(null, null, null, null, 0);

    /// These, and for what they do not say, the others.
    Letters over(Letters other) {
      return new Letters(
          bold == null ? other.bold : bold,
          hidden == null ? other.hidden : hidden,
          struck == null ? other.struck : struck,
          shift == null ? other.shift : shift,
          halfPoints == 0 ? other.halfPoints : halfPoints);
    }
  }

  private record Style(String parent, Letters letters, @Nullable String list, boolean hidden) {}

  /// One level of a list: how its number is written.
  ///
  /// @param format `1`, `a`, `A`, `i`, `I`; empty for a bullet
  /// @param levels how many levels the number shows
  record Level(String format, String prefix, String suffix, int levels, int start) {}

  private final Map<String, Style> styles =
      new HashMap<>(); // by name, the text family's with a prefix
  private final Map<String, Level[]> lists = new HashMap<>();
  private Level[] outline = new Level[LEVELS];

  /// @param xml at the root of `styles.xml`
  void read(Xml xml) {
    int root = xml.depth();
    while (xml.child(root)) {
      if (xml.name().equals("styles") || xml.name().equals("automatic-styles")) {
        readStyles(xml);
      }
    }
  }

  /// @param xml at an element that holds styles
  void readStyles(Xml xml) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "style" -> style(xml);
        case "list-style" -> lists.put(xml.attribute("name", ""), levels(xml));
        case "outline-style" -> outline = levels(xml);
        default -> {}
      }
    }
  }

  private void style(Xml xml) {
    String family = xml.attribute("family", "");
    String name = key(family, xml.attribute("name", ""));
    String parent = xml.attribute("parent-style-name", "");
    String list = xml.attribute("list-style-name");
    Letters letters = Letters.NONE;
    boolean hidden = false;
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "text-properties" -> letters = letters(xml);
        case "section-properties" -> hidden = xml.attribute("display", "").equals("none");
        default -> {}
      }
    }
    styles.put(name, new Style(parent.isEmpty() ? "" : key(family, parent), letters, list, hidden));
  }

  private static String key(String family, String name) {
    return family + ":" + name;
  }

  private static Letters letters(Xml xml) {
    String weight = xml.attribute("font-weight");
    String display = xml.attribute("display");
    String strike = xml.attribute("text-line-through-style");
    String position = xml.attribute("text-position");
    return new Letters(
        weight == null ? null : weight.equals("bold") || weight.matches("[6-9]00"),
        display == null ? null : display.equals("none"),
        strike == null ? null : !strike.equals("none"),
        position == null ? null : shift(position),
        halfPoints(xml.attribute("font-size", "")));
  }

  private static int shift(String position) {
    return position.startsWith("super") || position.matches("[1-9]\\d*%.*")
        ? 1
        : position.startsWith("sub") || position.startsWith("-") ? -1 : 0;
  }

  private static int halfPoints(String size) {
    if (!size.endsWith("pt")) {
      return 0;
    }
    try {
      return (int) (2 * Float.parseFloat(size.substring(0, size.length() - 2)));
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  private static Level[] levels(Xml xml) {
    var levels = new Level[LEVELS];
    int depth = xml.depth();
    while (xml.child(depth)) {
      int level = xml.number("level", 0) - 1;
      if (level >= 0 && level < LEVELS) {
        boolean numbered =
            xml.name().endsWith("-number") || xml.name().equals("outline-level-style");
        levels[level] =
            new Level(
                numbered ? xml.attribute("num-format", "") : "",
                xml.attribute("num-prefix", ""),
                xml.attribute("num-suffix", ""),
                Math.clamp(xml.number("display-levels", 1), 1, LEVELS),
                xml.number("start-value", 1));
      }
    }
    return levels;
  }

  /// How letters of a paragraph's style look.
  Letters paragraph(String style) {
    return letters(key("paragraph", style));
  }

  /// How letters of a span's style look.
  Letters span(String style) {
    return letters(key("text", style));
  }

  private Letters letters(String key) {
    Letters letters = Letters.NONE;
    for (Style style : chain(key)) {
      letters = letters.over(style.letters());
    }
    return letters;
  }

  /// A style and its parents.
  private List<Style> chain(String key) {
    List<Style> chain = new ArrayList<>();
    Style style = styles.get(key);
    while (style != null && chain.size() < DEEPEST) {
      chain.add(style);
      style = styles.get(style.parent());
    }
    return chain;
  }

  /// Whether a paragraph's style is this one or made of it.
  boolean isKindOf(String style, String ancestor) {
    return style.equals(ancestor)
        || chain(key("paragraph", style)).stream()
            .anyMatch(each -> each.parent().equals(key("paragraph", ancestor)));
  }

  boolean isHiddenSection(String style) {
    return chain(key("section", style)).stream().anyMatch(Style::hidden);
  }

  /// The levels of a list, null where it has no style.
  Level @Nullable [] list(String style) {
    return lists.get(style);
  }

  /// The levels of headings.
  Level[] outline() {
    return outline;
  }
}
