package dev.whetstone.corpus.office;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.poi.ss.usermodel.BuiltinFormats;
import org.jspecify.annotations.Nullable;

/// The styles of a workbook: which number format a cell has, and whether its letters are bold.
final class XlsxStyles {
  private static final String GENERAL = "General";

  /// What ECMA-376, part 1, 18.8.30 lists for Chinese; Japanese and Korean differ in few.
  private static final Map<Integer, String> CHINESE =
      Map.ofEntries(
          Map.entry(27, "yyyy\"年\"m\"月\""),
          Map.entry(28, "m\"月\"d\"日\""),
          Map.entry(29, "m\"月\"d\"日\""),
          Map.entry(30, "m-d-yy"),
          Map.entry(31, "yyyy\"年\"m\"月\"d\"日\""),
          Map.entry(32, "h\"时\"mm\"分\""),
          Map.entry(33, "h\"时\"mm\"分\"ss\"秒\""),
          Map.entry(34, "上午/下午h\"时\"mm\"分\""),
          Map.entry(35, "上午/下午h\"时\"mm\"分\"ss\"秒\""),
          Map.entry(36, "yyyy\"年\"m\"月\""),
          Map.entry(50, "yyyy\"年\"m\"月\""),
          Map.entry(51, "m\"月\"d\"日\""),
          Map.entry(52, "yyyy\"年\"m\"月\""),
          Map.entry(53, "m\"月\"d\"日\""),
          Map.entry(54, "m\"月\"d\"日\""),
          Map.entry(55, "上午/下午h\"时\"mm\"分\""),
          Map.entry(56, "上午/下午h\"时\"mm\"分\"ss\"秒\""),
          Map.entry(57, "yyyy\"年\"m\"月\""),
          Map.entry(58, "m\"月\"d\"日\""));

  private static final String ERA = "[$-411]ggge\"年\"m\"月\"d\"日\"";
  private static final Map<Integer, String> JAPANESE =
      Map.ofEntries(
          Map.entry(27, "[$-411]ge.m.d"),
          Map.entry(28, ERA),
          Map.entry(29, ERA),
          Map.entry(30, "m/d/yy"),
          Map.entry(32, "h\"時\"mm\"分\""),
          Map.entry(33, "h\"時\"mm\"分\"ss\"秒\""),
          Map.entry(34, "yyyy\"年\"m\"月\""),
          Map.entry(35, "m\"月\"d\"日\""),
          Map.entry(36, "[$-411]ge.m.d"),
          Map.entry(50, "[$-411]ge.m.d"),
          Map.entry(51, ERA),
          Map.entry(54, ERA),
          Map.entry(55, "yyyy\"年\"m\"月\""),
          Map.entry(56, "m\"月\"d\"日\""),
          Map.entry(57, "[$-411]ge.m.d"),
          Map.entry(58, ERA));

  private final List<Integer> formatOfStyle = new ArrayList<>();
  private final List<Integer> fontOfStyle = new ArrayList<>();
  private final Set<Integer> boldFonts = new HashSet<>();
  private final Map<Integer, String> formats = new HashMap<>();
  private final Map<String, NumberFormatCode> codes = new HashMap<>();
  private final boolean since1904;
  private boolean japanese;

  private XlsxStyles(boolean since1904) {
    this.since1904 = since1904;
  }

  /// @param xml `styles.xml`, or null
  static XlsxStyles read(@Nullable Xml xml, boolean since1904) {
    var all = new XlsxStyles(since1904);
    if (xml == null) {
      return all;
    }
    int root = xml.root();
    while (xml.child(root)) {
      String kind = xml.name();
      int list = xml.depth();
      switch (kind) {
        case "numFmts" -> {
          while (xml.child(list)) {
            all.formats.put(xml.number("numFmtId", 0), xml.attribute("formatCode", GENERAL));
          }
        }
        case "fonts" -> {
          for (int font = 0; xml.child(list); font++) {
            int depth = xml.depth();
            while (xml.child(depth)) {
              if (xml.name().equals("b") && xml.on()) {
                all.boldFonts.add(font);
              }
            }
          }
        }
        case "cellXfs" -> {
          while (xml.child(list)) {
            all.formatOfStyle.add(xml.number("numFmtId", 0));
            all.fontOfStyle.add(xml.number("fontId", 0));
          }
        }
        default -> {}
      }
    }
    return all;
  }

  /// Tells that the workbook is Japanese, for the formats that a language gives its meaning.
  void japanese() {
    japanese = true;
  }

  /// Whether the letters of a cell of this style are bold.
  boolean isBold(int style) {
    return style >= 0 && style < fontOfStyle.size() && boldFonts.contains(fontOfStyle.get(style));
  }

  /// A number as a cell of this style shows it; "" where the format hides it.
  String show(String value, int style) {
    return value.isEmpty() ? value : show(value, pattern(style), since1904);
  }

  /// A text as a cell of this style shows it.
  String showText(String value, int style) {
    String pattern = pattern(style);
    return pattern.indexOf('@') < 0 && pattern.indexOf(';') < 0 ? value : code(pattern).text(value);
  }

  /// A number in a format written out, as charts have it.
  String show(String value, String pattern, boolean since1904) {
    try {
      return code(pattern).number(value, since1904);
    } catch (NumberFormatException _) {
      return value;
    }
  }

  private NumberFormatCode code(String pattern) {
    return codes.computeIfAbsent(pattern, NumberFormatCode::of);
  }

  private String pattern(int style) {
    int format = style >= 0 && style < formatOfStyle.size() ? formatOfStyle.get(style) : 0;
    String pattern = formats.get(format);
    if (pattern == null && japanese) {
      pattern = JAPANESE.get(format);
    }
    if (pattern == null) {
      pattern = CHINESE.getOrDefault(format, BuiltinFormats.getBuiltinFormat(format));
    }
    if (pattern == null || pattern.isBlank() || format == 0) {
      return GENERAL;
    }
    return pattern.startsWith("reserved") ? GENERAL : pattern; // numbers that mean nothing
  }
}
