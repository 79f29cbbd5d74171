package dev.whetstone.corpus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/// Tells what a page repeats from what it says: running headers and footers, page numbers. They
/// stand near the top or bottom edge, at the same height on many pages, the same but for numbers.
final class PdfFurniture {
  private static final float ZONE = 0.14f; // of the page's height
  private static final float EDGE = 0.06f;
  private static final int MOST_LINES = 6; // at either edge
  private static final String PAGE_NUMBER =
      "(?i)(?:page |- |– |第 ?)?(?:\\d{1,4}|[ivxl]{1,6})(?: ?(?:of|/) ?\\d{1,4})?(?: ?-| –| ?页.*)?";

  private record Place(String text, int height) {}

  private PdfFurniture() {}

  /// The lines without furniture, page by page. What stands in a table is furniture only at the
  /// very edge: a table's header row is repeated too.
  ///
  /// @param heights of the pages
  /// @param grids the pages' tables
  static List<List<PdfLine>> drop(
      List<List<PdfLine>> pages, List<Float> heights, List<List<PdfGrid>> grids) {
    Map<Place, TreeSet<Integer>> seen = new HashMap<>();
    for (int i = 0; i < pages.size(); i++) {
      for (PdfLine line : edges(pages.get(i), heights.get(i), grids.get(i))) {
        for (int height = height(line) - 1; height <= height(line) + 1; height++) {
          seen.computeIfAbsent(new Place(key(line), height), _ -> new TreeSet<>()).add(i);
        }
      }
    }
    List<List<PdfLine>> left = new ArrayList<>();
    for (int i = 0; i < pages.size(); i++) {
      Set<PdfLine> furniture = new HashSet<>();
      for (PdfLine line : edges(pages.get(i), heights.get(i), grids.get(i))) {
        NavigableSet<Integer> on =
            seen.getOrDefault(new Place(key(line), height(line)), new TreeSet<>());
        if (isRepeated(on, pages.size())
            || (pages.size() > 1 && line.text().matches(PAGE_NUMBER))) {
          furniture.add(line);
        }
      }
      left.add(pages.get(i).stream().filter(line -> !furniture.contains(line)).toList());
    }
    return left;
  }

  private static boolean isRepeated(NavigableSet<Integer> pages, int all) {
    if (pages.size() < 2) {
      return false;
    }
    int span = pages.last() - pages.first() + 1;
    return pages.size() >= 3 ? pages.size() * 5 >= span * 2 : all <= 4;
  }

  /// The few lines nearest to either edge, and only those near it.
  private static List<PdfLine> edges(List<PdfLine> page, float height, List<PdfGrid> grids) {
    List<PdfLine> sorted = page.stream().sorted(Comparator.comparingDouble(PdfLine::y)).toList();
    List<PdfLine> edges = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      PdfLine line = sorted.get(i);
      boolean top = i < MOST_LINES && line.y() < ZONE * height;
      boolean bottom = i >= sorted.size() - MOST_LINES && line.y() > (1 - ZONE) * height;
      boolean edge = line.y() < EDGE * height || line.y() > (1 - EDGE) * height;
      boolean table = grids.stream().anyMatch(grid -> grid.holds(line));
      if ((top || bottom) && (edge || !table)) {
        edges.add(line);
      }
    }
    return edges;
  }

  private static int height(PdfLine line) {
    return Math.round(line.y() / 4);
  }

  private static String key(PdfLine line) {
    return line.text()
        .toLowerCase(Locale.ROOT)
        .replaceAll("\\d+", "#")
        .replaceAll("\\b[ivxl]+\\b", "#")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
