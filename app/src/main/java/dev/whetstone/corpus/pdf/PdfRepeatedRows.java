package dev.whetstone.corpus.pdf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rows near the edges of sheets that repeat each other, and whether they stand apart from the
/// body: the signs by which [PdfHeadersAndFooters] decides.
final class PdfRepeatedRows {
  /// A row of a table may stand this near to the edge only where the edge cuts the table.
  static final float EDGE = 0.06f; // of the sheet's height

  static final float ZONE = 0.14f;
  static final float STEP = 4f; // points
  private static final int MOST_ROWS = 6; // at either edge
  private static final float GAP = 1.5f; // of the distance of rows
  private static final float GAP_IN_SIZES = 1.6f;
  private static final double MOST = 0.4; // of the pages: left and right ones have other heads
  private static final double DENSITY = 0.4; // of the pages from the first to the last that has it
  private static final double VOTES = 0.6;
  private static final float SAME_X = 3f;

  /// The properties that rows share which repeat each other.
  ///
  /// @param edge in steps from the top edge, negative from the bottom one
  record RepeatedText(int turn, int edge, String text) {}

  /// A row near an edge.
  ///
  /// @param order from the edge inward, from 0
  record EdgeRow(PdfRow row, int sheet, int turn, int edge, int order) {}

  /// One sheet on its way through.
  record Page(PdfSheet sheet, List<PdfRow> rows, List<PdfRuledTable> grids, float pitch) {}

  private final List<Page> pages;
  private final List<List<EdgeRow>> edges = new ArrayList<>();
  private final Map<Integer, Integer> written = new HashMap<>(); // pages by turn
  private final Map<RepeatedText, TreeSet<Integer>> seen = new HashMap<>();
  private final IdentityHashMap<EdgeRow, RepeatedText> places = new IdentityHashMap<>();
  private final Map<RepeatedText, int[]> votes = new HashMap<>(); // for the gap, in all

  PdfRepeatedRows(List<Page> pages) {
    this.pages = pages;
    for (int i = 0; i < pages.size(); i++) {
      written.merge(pages.get(i).sheet().turn(), 1, Integer::sum);
      edges.add(candidates(i, true));
      edges.add(candidates(i, false));
    }
    edges.forEach(edge -> edge.forEach(this::note));
    for (List<EdgeRow> edge : edges) {
      for (EdgeRow candidate : edge) {
        RepeatedText place = common(candidate);
        if (place != null) {
          places.put(candidate, place);
        }
      }
    }
    edges.forEach(this::vote);
  }

  /// The rows at the top and at the bottom of each sheet, each from the edge inward.
  List<List<EdgeRow>> edges() {
    return edges;
  }

  /// The properties that this row shares with most other pages; null if it is not repeated.
  @Nullable RepeatedText place(EdgeRow candidate) {
    return places.get(candidate);
  }

  /// Whether most rows of this place are parted from the body.
  boolean isParted(RepeatedText place) {
    int[] vote = votes.getOrDefault(place, new int[] {0, 1});
    return vote[0] >= VOTES * vote[1];
  }

  /// Whether it is on three pages at least, and on most of those that write in its direction.
  boolean isOnMost(RepeatedText place) {
    int on = seen.getOrDefault(place, new TreeSet<>()).size();
    return on >= 3 && on >= MOST * written.getOrDefault(place.turn(), 0);
  }

  /// From the edge inward.
  private List<EdgeRow> candidates(int sheet, boolean top) {
    Page page = pages.get(sheet);
    float height = page.sheet().height();
    boolean straight = page.sheet().isStraight();
    List<PdfRow> rows = page.rows();
    List<EdgeRow> candidates = new ArrayList<>();
    for (int i = 0; i < Math.min(MOST_ROWS, rows.size()); i++) {
      PdfRow row = top ? rows.get(i) : rows.get(rows.size() - 1 - i);
      float distance = top ? row.y() : height - row.y();
      boolean outermost = distance < EDGE * height;
      if (straight && (distance > ZONE * height || (!outermost && isInBody(page, row)))) {
        break;
      }
      int edge = 2 + Math.max(0, Math.round(distance / STEP));
      candidates.add(new EdgeRow(row, sheet, page.sheet().turn(), top ? edge : -edge, i));
    }
    return candidates;
  }

  /// Whether the row stands in a ruled table that is more than a frame around a head.
  private static boolean isInBody(Page page, PdfRow row) {
    float height = page.sheet().height();
    return page.grids().stream()
        .filter(grid -> row.chunks().stream().anyMatch(grid::holds))
        .anyMatch(grid -> grid.bottom() > ZONE * height && grid.top() < (1 - ZONE) * height);
  }

  private void note(EdgeRow candidate) {
    int page = pages.get(candidate.sheet()).sheet().page();
    for (String key : keys(candidate)) {
      for (int near = -1; near <= 1; near++) {
        seen.computeIfAbsent(
                new RepeatedText(candidate.turn(), candidate.edge() + near, key),
                _ -> new TreeSet<>())
            .add(page);
      }
    }
  }

  private List<String> keys(EdgeRow candidate) {
    String text = candidate.row().text();
    int page = pages.get(candidate.sheet()).sheet().page();
    List<String> keys = new ArrayList<>(List.of(text));
    PdfPageNumber.in(text, pages.size()).forEach(number -> keys.add(number.key(page)));
    return keys;
  }

  private @Nullable RepeatedText common(EdgeRow candidate) {
    RepeatedText best = null;
    int most = 1;
    for (String key : keys(candidate)) {
      var place = new RepeatedText(candidate.turn(), candidate.edge(), key);
      TreeSet<Integer> on = seen.getOrDefault(place, new TreeSet<>());
      if (on.size() > most && on.size() >= DENSITY * (on.last() - on.first() + 1)) {
        best = place;
        most = on.size();
      }
    }
    return best;
  }

  /// The outermost rows up to the last that is parted from the body vote for a gap, those further
  /// in against it.
  private void vote(List<EdgeRow> edge) {
    int repeated = 0;
    while (repeated < edge.size() && place(edge.get(repeated)) != null) {
      repeated++;
    }
    int parted = repeated;
    while (parted > 0 && !isParted(edge.get(parted - 1))) {
      parted--;
    }
    int last = parted;
    IntStream.range(0, repeated)
        .forEach(
            i -> {
              RepeatedText place = place(edge.get(i));
              if (place != null) {
                int[] vote = votes.computeIfAbsent(place, _ -> new int[2]);
                vote[0] += i < last ? 1 : 0;
                vote[1]++;
              }
            });
  }

  private boolean isParted(EdgeRow candidate) {
    Page page = pages.get(candidate.sheet());
    List<PdfRow> rows = page.rows();
    boolean top = candidate.edge() > 0;
    int inward = top ? candidate.order() + 1 : rows.size() - 2 - candidate.order();
    if (!page.sheet().isStraight() || inward < 0 || inward >= rows.size()) {
      return true;
    }
    PdfRow next = rows.get(inward);
    float gap = Math.abs(next.y() - candidate.row().y());
    float size = Math.max(next.size(), candidate.row().size());
    return gap > GAP * page.pitch()
        && gap > GAP_IN_SIZES * size
        && !sharesColumns(candidate.row(), next);
  }

  private static boolean sharesColumns(PdfRow row, PdfRow next) {
    long shared =
        row.chunks().stream()
            .filter(
                chunk ->
                    next.chunks().stream()
                        .anyMatch(other -> Math.abs(other.x0() - chunk.x0()) < SAME_X))
            .count();
    return shared >= 2;
  }
}
