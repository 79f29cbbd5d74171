package dev.whetstone.corpus;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads workbooks (`.xlsx`), row by row: a visible sheet is a page and a heading, its first row of
/// several words the header of all rows below, and what stands above that row a paragraph. Values
/// are as Excel shows them.
final class XlsxReader {
  private static final int MOST_CELLS = 5_000_000;
  private static final int MOST_COLUMNS = 1_000;
  private static final int ROWS_BEFORE_HEADER = 25;
  private static final int ROWS_AT_ONCE = 2_000;

  private final OfficeZip zip;
  private final String id;
  private final DocumentBuilder into;
  private final XlsxFormats formats;
  private final List<String> shared;
  private int cells;

  private record Sheet(String name, String relation) {}

  private XlsxReader(
      OfficeZip zip, String id, DocumentBuilder into, XlsxFormats formats, List<String> shared) {
    this.zip = zip;
    this.id = id;
    this.into = into;
    this.formats = formats;
    this.shared = shared;
  }

  static void read(Path file, String id, DocumentBuilder into) throws IOException {
    try (var zip = OfficeZip.open(file, id)) {
      into.title(zip.title());
      String main = zip.mainPart();
      if (main.endsWith(".bin")) {
        throw new Failure.BadInput(id + ": is a binary workbook; save it as .xlsx");
      }
      List<Sheet> sheets = new ArrayList<>();
      boolean since1904 = sheets(zip, main, sheets);
      XlsxFormats formats;
      try (Xml xml = zip.related(main, "styles")) {
        formats = XlsxFormats.read(xml, since1904);
      }
      List<String> shared;
      try (Xml xml = zip.related(main, "sharedStrings")) {
        shared = sharedStrings(xml);
      }
      if (shared.stream().anyMatch(XlsxReader::hasKana)) {
        formats.japanese();
      }
      var reader = new XlsxReader(zip, id, into, formats, shared);
      Map<String, OfficeZip.Relation> relations = zip.relations(main);
      int page = 0;
      for (Sheet sheet : sheets) {
        OfficeZip.Relation target = relations.get(sheet.relation());
        if (target != null && target.type().equals("worksheet")) {
          into.page(++page);
          reader.sheet(sheet.name(), target.part());
        }
      }
    }
  }

  /// Collects the visible sheets; returns whether the workbook counts its days from 1904.
  private static boolean sheets(OfficeZip zip, String main, List<Sheet> sheets) throws IOException {
    boolean since1904 = false;
    try (Xml xml = zip.need(main)) {
      int root = xml.root();
      while (xml.child(root)) {
        switch (xml.name()) {
          case "workbookPr" -> since1904 = xml.attribute("date1904", "0").matches("1|true");
          case "sheets" -> {
            int list = xml.depth();
            while (xml.child(list)) {
              if (xml.attribute("state", "visible").equals("visible")) {
                sheets.add(new Sheet(xml.attribute("name", ""), xml.attribute("id", "")));
              }
            }
          }
          default -> {}
        }
      }
    }
    return since1904;
  }

  private static List<String> sharedStrings(@Nullable Xml xml) {
    List<String> shared = new ArrayList<>();
    if (xml == null) {
      return shared;
    }
    int root = xml.root();
    while (xml.child(root)) {
      shared.add(richText(xml));
    }
    return shared;
  }

  private static boolean hasKana(String text) {
    return text.chars().anyMatch(c -> c >= '\u3041' && c <= '\u30FA');
  }

  /// The text of an `si` or `is`, without its phonetic hints.
  private static String richText(Xml xml) {
    var text = new StringBuilder();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "t" -> text.append(xml.text());
        case "r" -> {
          int run = xml.depth();
          while (xml.child(run)) {
            if (xml.name().equals("t")) {
              text.append(xml.text());
            }
          }
        }
        default -> {}
      }
    }
    return Characters.oneLine(text.toString());
  }

  private void sheet(String name, String part) throws IOException {
    XlsxMerges merges;
    try (Xml xml = zip.need(part)) {
      merges = XlsxMerges.read(xml);
    }
    into.heading(1, name);
    var rows = new Rows();
    try (Xml xml = zip.need(part)) {
      int root = xml.root();
      while (xml.child(root)) {
        if (xml.name().equals("sheetData")) {
          int data = xml.depth();
          int row = 0;
          while (xml.child(data)) {
            row = xml.number("r", row + 1);
            rows.add(merges.fill(row, row(xml)));
          }
        }
      }
    }
    rows.flush();
  }

  private List<String> row(Xml xml) {
    List<String> values = new ArrayList<>();
    int depth = xml.depth();
    while (xml.child(depth)) {
      int column = XlsxMerges.column(xml.attribute("r", ""));
      column = column < 0 ? values.size() : column;
      String value = cell(xml);
      if (!value.isEmpty() && column < MOST_COLUMNS) {
        if (++cells > MOST_CELLS) {
          throw new Failure.BadInput(
              id + ": holds more than " + MOST_CELLS + " cells; split it into smaller files");
        }
        while (values.size() <= column) {
          values.add("");
        }
        values.set(column, value);
      }
    }
    return values;
  }

  private String cell(Xml xml) {
    String type = xml.attribute("t", "n");
    int style = xml.number("s", 0);
    String value = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "v" -> value = xml.text();
        case "is" -> value = richText(xml);
        default -> {}
      }
    }
    return switch (type) {
      case "s" -> {
        try {
          int index = Integer.parseInt(value.strip());
          yield index >= 0 && index < shared.size()
              ? formats.showText(shared.get(index), style)
              : "";
        } catch (NumberFormatException _) {
          yield "";
        }
      }
      case "b" -> value.equals("1") ? "TRUE" : value.isEmpty() ? "" : "FALSE";
      case "n" -> formats.show(value, style);
      case "e" -> "";
      default -> formats.showText(Characters.oneLine(value), style);
    };
  }

  /// Rows on their way into the document: the first few wait until the header is known.
  private final class Rows {
    private final List<List<String>> waiting = new ArrayList<>();
    private @Nullable List<String> header;
    private boolean headerSought;

    void add(List<String> row) {
      if (row.stream().allMatch(String::isEmpty)) {
        return;
      }
      waiting.add(row);
      if (waiting.size() >= (headerSought ? ROWS_AT_ONCE : ROWS_BEFORE_HEADER)) {
        flush();
      }
    }

    void flush() {
      if (!headerSought) {
        findHeader();
      }
      if (!waiting.isEmpty() || header != null) {
        into.table(header, List.copyOf(waiting));
      }
      waiting.clear();
    }

    /// The first row that fills at least half of the columns in use; without one there is no
    /// header.
    private void findHeader() {
      headerSought = true;
      long widest = waiting.stream().mapToLong(Rows::filled).max().orElse(0);
      int at = 0;
      while (at < waiting.size()
          && (filled(waiting.get(at)) < 2 || 2 * filled(waiting.get(at)) < widest)) {
        at++;
      }
      if (at == waiting.size()) {
        at = 0; // a single column, or nothing like a table
      } else {
        List<List<String>> above = waiting.subList(0, at);
        above.forEach(row -> into.paragraph(String.join(" ", row)));
        above.clear();
        boolean words =
            waiting.getFirst().stream()
                .noneMatch(v -> v.matches("[-+\\d.,%$€¥£ ]*\\d[-+\\d.,%$€¥£ ]*"));
        if (waiting.size() > 1 && words) {
          header = waiting.removeFirst();
        }
      }
    }

    private static long filled(List<String> row) {
      return row.stream().filter(value -> !value.isEmpty()).count();
    }
  }
}
