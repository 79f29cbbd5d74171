package dev.whetstone.corpus.office;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A chart of an Office file as a table: a row for each category, a column for each series. Its
/// part (ECMA-376, part 1, 21.2, and the newer `chartex`) holds a copy of the values drawn, so that
/// the embedded workbook is not needed.
final class DrawingChart {
  private static final int MOST_POINTS = 50_000;

  /// @param categories what the values belong to; empty where the chart counts them
  record Series(String name, List<String> categories, List<String> values) {}

  private final List<String> titles = new ArrayList<>(); // of the chart, then of its value axes
  private final List<Series> series = new ArrayList<>();
  private final XlsxStyles formats = XlsxStyles.read(null, false);
  private String categoryTitle = "";
  private boolean since1904;
  private int points;
  private int cut;

  // The newer kind has its values first, then the names of the series.
  private final List<Series> unnamed = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  private DrawingChart() {}

  /// Adds the chart in `part` to the document; where it cannot be read, a note.
  ///
  /// @param where the chart stands, for example `slide 3`
  static void add(OfficeZip zip, String part, String where, DocumentBuilder into)
      throws IOException {
    DrawingChart chart = read(zip, part, where, into);
    if (chart != null) {
      chart.addTitles(into);
      chart.addTables(where, into);
    }
  }

  /// As [#add], without the values.
  static void addTitles(OfficeZip zip, String part, String where, DocumentBuilder into)
      throws IOException {
    DrawingChart chart = read(zip, part, where, into);
    if (chart != null) {
      chart.addTitles(into);
    }
  }

  private static @Nullable DrawingChart read(
      OfficeZip zip, String part, String where, DocumentBuilder into) throws IOException {
    var chart = new DrawingChart();
    try (Xml xml = zip.need(part)) {
      xml.root();
      chart.read(xml);
      return chart;
    } catch (Failure.BadInput damaged) {
      into.note(where + ": a chart was not read (" + damaged.getMessage() + ")");
      return null;
    }
  }

  private void read(Xml xml) {
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "date1904" -> since1904 = xml.on();
        case "ser" -> series(xml);
        case "series" -> names.add(names(xml));
        case "data" -> data(xml);
        case "title" -> addTitle(names(xml));
        case "catAx", "dateAx" -> categoryTitle = axisTitle(xml);
        case "valAx", "axis" -> addTitle(axisTitle(xml));
        case "txPr", "spPr", "dLbls", "extLst", "externalData" -> {}
        default -> read(xml);
      }
    }
  }

  private void addTitle(String title) {
    if (!title.isEmpty()) {
      titles.add(title);
    }
  }

  private static String axisTitle(Xml xml) {
    String title = "";
    int depth = xml.depth();
    while (xml.child(depth)) {
      if (xml.name().equals("title")) {
        title = names(xml);
      }
    }
    return title;
  }

  /// The text of a title or a series' name: typed in, or copied from a cell.
  private static String names(Xml xml) {
    var text = new StringBuilder();
    int depth = xml.depth();
    while (xml.child(depth)) {
      String inner =
          switch (xml.name()) {
            case "rich" -> DrawingText.text(xml);
            case "v" -> xml.text();
            case "tx", "strRef", "strCache", "pt", "txData" -> names(xml);
            default -> "";
          };
      text.append(text.isEmpty() || inner.isEmpty() ? "" : " ").append(inner);
    }
    return Characters.oneLine(text.toString());
  }

  private void series(Xml xml) {
    String named = "";
    List<String> keys = List.of();
    List<String> figures = List.of();
    List<String> sizes = List.of();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "tx" -> named = names(xml);
        case "cat", "xVal" -> keys = points(xml);
        case "val", "yVal" -> figures = points(xml);
        case "bubbleSize" -> sizes = points(xml);
        default -> {}
      }
    }
    series.add(new Series(named, keys, figures));
    if (!sizes.isEmpty()) {
      series.add(new Series(named, keys, sizes));
    }
  }

  /// The points of a `cat` or `val`, wherever in it they stand; several levels of categories are
  /// joined, the outer one first.
  private List<String> points(Xml xml) {
    List<Map<Integer, String>> levels = new ArrayList<>();
    levels(xml, levels);
    var joined = new TreeMap<Integer, String>();
    for (int level = levels.size() - 1; level >= 0; level--) {
      var of = new TreeMap<>(levels.get(level));
      if (level == 0) {
        of.forEach((at, text) -> joined.merge(at, text, (outer, inner) -> outer + " " + inner));
      } else {
        for (int at : levels.getFirst().keySet()) {
          Map.Entry<Integer, String> outer = of.floorEntry(at);
          if (outer != null) {
            joined.merge(at, outer.getValue(), (outermost, next) -> outermost + " " + next);
          }
        }
      }
    }
    List<String> points = new ArrayList<>();
    joined.forEach(
        (at, text) -> {
          while (points.size() < at) {
            points.add("");
          }
          points.add(text);
        });
    return points;
  }

  private void levels(Xml xml, List<Map<Integer, String>> levels) {
    int depth = xml.depth();
    String format = "General";
    Map<Integer, String> level = null;
    boolean numbers = xml.name().equals("numCache") || xml.name().equals("numLit");
    format = xml.attribute("formatCode", format); // of the newer kind
    numbers |= xml.name().equals("lvl") && xml.attribute("formatCode") != null;
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "formatCode" -> format = xml.text();
        case "pt" -> {
          if (level == null) {
            level = new TreeMap<>();
            levels.add(level);
          }
          point(xml, numbers ? format : null, level);
        }
        case "f", "extLst" -> {}
        default -> levels(xml, levels);
      }
    }
  }

  private void point(Xml xml, @Nullable String format, Map<Integer, String> level) {
    int at = xml.number("idx", level.size());
    String own = format == null ? null : xml.attribute("formatCode", format);
    String text = xml.text();
    if (at < 0 || at >= MOST_POINTS || ++points > MOST_POINTS) {
      cut++;
    } else {
      level.put(
          at, own == null ? Characters.oneLine(text) : formats.show(text.strip(), own, since1904));
    }
  }

  /// Values of the newer kind of chart.
  private void data(Xml xml) {
    List<String> keys = List.of();
    List<String> figures = List.of();
    int depth = xml.depth();
    while (xml.child(depth)) {
      switch (xml.name()) {
        case "strDim" -> keys = points(xml);
        case "numDim" -> figures = points(xml);
        default -> {}
      }
    }
    unnamed.add(new Series("", keys, figures));
  }

  private void addTitles(DocumentBuilder into) {
    if (!titles.isEmpty()) {
      String axes = String.join(", ", titles.subList(1, titles.size()));
      into.paragraph(titles.getFirst() + (axes.isEmpty() ? "" : " (" + axes + ")"));
    }
  }

  private void addTables(String where, DocumentBuilder into) {
    for (int i = 0; i < unnamed.size(); i++) {
      Series one = unnamed.get(i);
      String name = i < names.size() ? names.get(i) : "";
      series.add(new Series(name, one.categories(), one.values()));
    }
    List<Series> filled = series.stream().filter(one -> !one.values().isEmpty()).toList();
    for (int from = 0; from < filled.size(); ) {
      int to = from + 1;
      while (to < filled.size()
          && filled.get(to).categories().equals(filled.get(from).categories())) {
        to++;
      }
      table(filled.subList(from, to), into);
      from = to;
    }
    if (filled.isEmpty()) {
      into.note(where + ": the values of a chart were not read: it holds no copy of them");
    }
    if (cut > 0) {
      into.note(
          where
              + ": "
              + ParseNotes.counted(cut, "value")
              + " of a chart left out: beyond the first %,d".formatted(MOST_POINTS));
    }
  }

  /// Series over the same categories.
  private void table(List<Series> same, DocumentBuilder into) {
    List<String> header = new ArrayList<>(List.of(categoryTitle));
    same.forEach(one -> header.add(one.name()));
    List<String> keys = same.getFirst().categories();
    int longest = same.stream().mapToInt(one -> one.values().size()).max().orElse(0);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < Math.max(longest, keys.size()); i++) {
      List<String> row = new ArrayList<>(List.of(i < keys.size() ? keys.get(i) : ""));
      for (Series one : same) {
        row.add(i < one.values().size() ? one.values().get(i) : "");
      }
      rows.add(row);
    }
    boolean named = header.stream().anyMatch(cell -> !cell.isEmpty());
    into.table(named ? header : null, rows);
  }
}
