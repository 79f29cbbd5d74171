package dev.whetstone.corpus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.poi.ss.usermodel.BuiltinFormats;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.jspecify.annotations.Nullable;

/// The number formats of a workbook: numbers, dates and percentages as Excel shows them.
final class XlsxFormats {
  private static final String GENERAL = "General";

  private final List<Integer> formatOfStyle = new ArrayList<>();
  private final Map<Integer, String> formats = new HashMap<>();
  private final boolean since1904;
  private @Nullable DataFormatter formatter;

  private XlsxFormats(boolean since1904) {
    this.since1904 = since1904;
  }

  /// @param xml `styles.xml`, or null
  static XlsxFormats read(@Nullable Xml xml, boolean since1904) {
    var all = new XlsxFormats(since1904);
    if (xml == null) {
      return all;
    }
    int root = xml.root();
    while (xml.child(root)) {
      boolean own = xml.name().equals("numFmts");
      if (own || xml.name().equals("cellXfs")) {
        int list = xml.depth();
        while (xml.child(list)) {
          int format = xml.number("numFmtId", 0);
          if (own) {
            all.formats.put(format, xml.attribute("formatCode", GENERAL));
          } else {
            all.formatOfStyle.add(format);
          }
        }
      }
    }
    return all;
  }

  /// A number as a cell of this style shows it.
  String show(String value, int style) {
    if (value.isEmpty()) {
      return value;
    }
    int format = style >= 0 && style < formatOfStyle.size() ? formatOfStyle.get(style) : 0;
    String pattern = formats.get(format);
    if (pattern == null) {
      pattern = BuiltinFormats.getBuiltinFormat(format);
    }
    if (format == 0 || pattern == null || pattern.equals(GENERAL)) {
      if (value.matches("-?\\d{1,15}")) {
        return value;
      }
      pattern = GENERAL;
    }
    try {
      if (formatter == null) {
        formatter = new DataFormatter(Locale.US);
      }
      return formatter
          .formatRawCellContents(Double.parseDouble(value), format, pattern, since1904)
          .strip();
    } catch (IllegalArgumentException _) {
      return value;
    }
  }
}
