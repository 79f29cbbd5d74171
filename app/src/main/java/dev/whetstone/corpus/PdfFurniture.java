package dev.whetstone.corpus;

import dev.whetstone.corpus.PdfPage.Chunk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Drops what pages repeat: running headers, footers, page numbers.
///
/// **The problem.** A running head costs each passage of its page some words that say nothing about
/// it. A row of a price list, of a log or of a statute can stand at the same place of each page and
/// differ from the one there in digits alone; once dropped it is lost without a trace. So a row
/// stays unless everything speaks against it.
///
/// **The method.** A head is told by four signs, and needs them all:
///
/// 1. *Position.* It is among the outermost rows of the sheet, with none but heads further out,
///    [#ZONE] of the height from the edge at most, and as far from it (within 4 to 8 points) as on
///    the other pages.
/// 2. *Repetition.* The other pages say the same there, letter for letter. One number may differ,
///    if it has the form of a page number ([PdfPageNumber]) and counts with the pages: its
///    difference to the page's position in the file is the same.
/// 3. *The gap to the body.* It is parted from the next row by more than the rows of the page are
///    from each other ([#GAP] times the median). Rows of a table or list are not. Pages vote, since
///    a body may come near its footer on some: three in five must show the gap.
/// 4. *It is no part of the body*: not in a ruled table, unless the edge of the page cuts the table
///    there, nor set in the columns of the row below, as a table's header is.
///
/// A number that counts is dropped without more; a text only where it is on [#MOST] of the pages,
/// and three at least, is neither a sentence nor a line to be filled in, and is no larger than the
/// body. Of any other text that is repeated, the first stays where it is, unless the document says
/// it elsewhere, and the copies go (all stay where it is larger than the body: it may head a
/// section). In doubt thus a line is there once too often, and never once too seldom.
///
/// **Invariant.** What is dropped is on another page as well, word for word or counted with the
/// pages, or the file itself calls it an artifact of pagination at the edge.
///
/// **An example.** Three pages begin `Lift manual` (9 points) at y = 30, then at y = 80 a body of
/// rows 14 points apart, and end `Page 1 of 3` at y = 810, 60 below the body. `Lift manual` is the
/// same on three of three pages, and 50 > 1.5 · 14: it goes. `Page 1 of 3`, `Page 2 of 3` become
/// `Page # of 3` with the difference 0: they go. In a log whose rows, 14 points apart, begin at y =
/// 30 with `1 May 11:00:07 pump on`, `2 May …`, the day counts with the pages, yet it has no form
/// of a page number, and 14 < 1.5 · 14: the rows stay.
///
/// Text set aslant, as watermarks are, has no body: there repetition alone decides.
final class PdfFurniture {
  private static final float ZONE = 0.14f; // of the sheet's height
  private static final float EDGE = 0.06f; // nearer than tables are, but for those cut by the edge
  private static final int MOST_ROWS = 6; // at either edge
  private static final float GAP = 1.5f; // of the distance of rows
  private static final float GAP_IN_SIZES = 1.6f;
  private static final float FARTHEST = 3f; // in sizes: rows of a body are nearer
  private static final float LARGER = 1.1f; // than the body
  private static final double MOST = 0.4; // of the pages: left and right ones have other heads
  private static final double DENSITY = 0.4; // of the pages from the first to the last that has it
  private static final double VOTES = 0.6;
  private static final float STEP = 4f; // points
  private static final float SAME_X = 3f;

  /// What rows that repeat each other have in common.
  ///
  /// @param edge in steps from the top edge, negative from the bottom one
  private record Place(int turn, int edge, String text) {}

  /// A row near an edge.
  ///
  /// @param order from the edge inward, from 0
  private record Candidate(PdfRow row, int sheet, int turn, int edge, int order) {}

  /// One sheet on its way through.
  private record Page(PdfSheet sheet, List<PdfRow> rows, List<PdfGrid> grids, float pitch) {}

  private final List<Page> pages;
  private final float bodySize;
  private final Map<Place, TreeSet<Integer>> seen = new HashMap<>();
  private final Map<Place, int[]> votes = new HashMap<>(); // for the gap, in all

  private PdfFurniture(List<Page> pages, float bodySize) {
    this.pages = pages;
    this.bodySize = bodySize;
  }

  /// The chunks of each sheet that stay, in their order.
  ///
  /// @param grids the sheets' ruled tables
  static List<List<Chunk>> drop(
      List<PdfSheet> sheets, List<List<Chunk>> chunks, List<List<PdfGrid>> grids) {
    List<List<PdfRow>> rows = chunks.stream().map(PdfRow::of).toList();
    List<Float> distances = new ArrayList<>();
    rows.forEach(of -> distances.addAll(distances(of)));
    float usual = lowerQuartile(distances);
    List<Page> pages = new ArrayList<>();
    for (int i = 0; i < sheets.size(); i++) {
      List<Float> own = distances(rows.get(i));
      float pitch = own.size() < 3 ? usual : lowerQuartile(own);
      pages.add(new Page(sheets.get(i), rows.get(i), grids.get(i), pitch));
    }
    var furniture = new PdfFurniture(pages, bodySize(rows));
    Set<Chunk> dropped = furniture.found();
    boolean artifacts = furniture.trustsArtifacts();
    List<List<Chunk>> left = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      PdfSheet sheet = sheets.get(i);
      left.add(
          chunks.get(i).stream()
              .filter(chunk -> !dropped.contains(chunk))
              .filter(chunk -> !(artifacts && chunk.pagination() && isAside(chunk, sheet)))
              .toList());
    }
    return left;
  }

  private static float bodySize(List<List<PdfRow>> rows) {
    Map<Integer, Integer> letters = new HashMap<>();
    rows.forEach(
        of ->
            of.forEach(
                row -> letters.merge(Math.round(row.size() * 2), row.letters(), Integer::sum)));
    return letters.entrySet().stream()
        .max(
            Map.Entry.<Integer, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(size -> size.getKey() / 2f)
        .orElse(11f);
  }

  /// From each row to the next, those that are plainly gaps left out where others are left.
  private static List<Float> distances(List<PdfRow> rows) {
    List<Float> all = new ArrayList<>();
    List<Float> near = new ArrayList<>();
    for (int i = 1; i < rows.size(); i++) {
      float distance = rows.get(i).y() - rows.get(i - 1).y();
      all.add(distance);
      if (distance <= FARTHEST * Math.max(rows.get(i).size(), rows.get(i - 1).size())) {
        near.add(distance);
      }
    }
    return near.isEmpty() ? all : near;
  }

  private static float lowerQuartile(List<Float> values) {
    List<Float> sorted = values.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) / 4);
  }

  /// Whether the file calls no more than a half of its text artifacts.
  private boolean trustsArtifacts() {
    long all = 0;
    long called = 0;
    for (Page page : pages) {
      for (PdfRow row : page.rows()) {
        for (Chunk chunk : row.chunks()) {
          all += chunk.letters();
          called += chunk.pagination() ? chunk.letters() : 0;
        }
      }
    }
    return called * 2 <= all;
  }

  private static boolean isAside(Chunk chunk, PdfSheet sheet) {
    return !sheet.isStraight()
        || chunk.y() < ZONE * sheet.height()
        || chunk.y() > (1 - ZONE) * sheet.height();
  }

  private Set<Chunk> found() {
    List<List<Candidate>> edges = new ArrayList<>();
    for (int i = 0; i < pages.size(); i++) {
      edges.add(candidates(i, true));
      edges.add(candidates(i, false));
    }
    edges.forEach(edge -> edge.forEach(this::note));
    edges.forEach(this::vote);
    Set<Candidate> heads = Collections.newSetFromMap(new IdentityHashMap<>());
    for (List<Candidate> edge : edges) {
      for (Candidate candidate : edge) { // none but heads further out
        Place place = place(candidate);
        if (place == null || !(isParted(place) || isSameAtEdge(candidate, place))) {
          break;
        }
        heads.add(candidate);
      }
    }
    return chosen(heads);
  }

  /// Of the rows that are heads by position, repetition and gap, those that go.
  private Set<Chunk> chosen(Set<Candidate> heads) {
    Set<PdfRow> rows = Collections.newSetFromMap(new IdentityHashMap<>());
    heads.forEach(head -> rows.add(head.row()));
    Set<String> elsewhere =
        pages.stream()
            .flatMap(page -> page.rows().stream())
            .filter(row -> !rows.contains(row))
            .map(row -> PdfHeadings.key(row.text()))
            .collect(Collectors.toSet());
    Set<Place> kept = new HashSet<>();
    Set<Chunk> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Candidate> inOrder =
        heads.stream().sorted((a, b) -> Integer.compare(a.sheet(), b.sheet())).toList();
    for (Candidate head : inOrder) {
      Place place = place(head);
      if (place != null && goes(head, place, kept, elsewhere)) {
        dropped.addAll(head.row().chunks());
      }
    }
    return dropped;
  }

  private boolean goes(Candidate head, Place place, Set<Place> kept, Set<String> elsewhere) {
    PdfRow row = head.row();
    boolean larger = row.size() > LARGER * bodySize;
    boolean parted = isParted(place);
    if (bareNumber(row, place)) {
      return !larger;
    }
    boolean onMost = isOnMost(place);
    if (parted && onMost && !larger && !isStatement(row.text())) {
      return true;
    }
    if (larger && !onMost) {
      return false;
    }
    String said = PdfHeadings.key(place.text().replaceAll("\0.*", ""));
    var everywhere = new Place(head.turn(), 0, said);
    return !kept.add(everywhere) || elsewhere.contains(said);
  }

  private boolean isParted(Place place) {
    int[] vote = votes.getOrDefault(place, new int[] {0, 1});
    return vote[0] >= VOTES * vote[1];
  }

  private boolean isOnMost(Place place) {
    int on = seen.getOrDefault(place, new TreeSet<>()).size();
    return on >= 3 && on >= MOST * written(place.turn());
  }

  /// Whether most pages say the same at the very edge, though a body cut by the edge is near.
  private boolean isSameAtEdge(Candidate candidate, Place place) {
    return place.text().indexOf('\0') < 0
        && Math.abs(candidate.edge()) * STEP < EDGE * pages.get(candidate.sheet()).sheet().height()
        && isOnMost(place);
  }

  /// How many pages say something in this direction.
  private long written(int turn) {
    return pages.stream().filter(page -> page.sheet().turn() == turn).count();
  }

  private boolean bareNumber(PdfRow row, Place place) {
    return place.text().indexOf('\0') >= 0
        && PdfPageNumber.in(row.text(), pages.size()).stream().anyMatch(PdfPageNumber::bare);
  }

  /// Whether it is a sentence, or waits to be filled in.
  private static boolean isStatement(String text) {
    char last = text.charAt(text.length() - 1);
    return (text.split("\\s+").length >= 5 && ".!?。！？".indexOf(last) >= 0)
        || ":：_…".indexOf(last) >= 0
        || text.contains("____")
        || text.contains("....");
  }

  /// From the edge inward.
  private List<Candidate> candidates(int sheet, boolean top) {
    Page page = pages.get(sheet);
    float height = page.sheet().height();
    boolean straight = page.sheet().isStraight();
    List<PdfRow> rows = page.rows();
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < Math.min(MOST_ROWS, rows.size()); i++) {
      PdfRow row = top ? rows.get(i) : rows.get(rows.size() - 1 - i);
      float distance = top ? row.y() : height - row.y();
      boolean outermost = distance < EDGE * height;
      if (straight && (distance > ZONE * height || (!outermost && isInBody(page, row)))) {
        break;
      }
      int edge = 2 + Math.max(0, Math.round(distance / STEP));
      candidates.add(new Candidate(row, sheet, page.sheet().turn(), top ? edge : -edge, i));
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

  private void note(Candidate candidate) {
    int page = pages.get(candidate.sheet()).sheet().page();
    for (String key : keys(candidate)) {
      for (int near = -1; near <= 1; near++) {
        seen.computeIfAbsent(
                new Place(candidate.turn(), candidate.edge() + near, key), _ -> new TreeSet<>())
            .add(page);
      }
    }
  }

  private List<String> keys(Candidate candidate) {
    String text = candidate.row().text();
    int page = pages.get(candidate.sheet()).sheet().page();
    List<String> keys = new ArrayList<>(List.of(text));
    PdfPageNumber.in(text, pages.size()).forEach(number -> keys.add(number.key(page)));
    return keys;
  }

  /// What most pages have in common with this row; null if none has.
  private @Nullable Place place(Candidate candidate) {
    Place best = null;
    int most = 1;
    for (String key : keys(candidate)) {
      var place = new Place(candidate.turn(), candidate.edge(), key);
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
  private void vote(List<Candidate> edge) {
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
              Place place = place(edge.get(i));
              if (place != null) {
                int[] vote = votes.computeIfAbsent(place, _ -> new int[2]);
                vote[0] += i < last ? 1 : 0;
                vote[1]++;
              }
            });
  }

  private boolean isParted(Candidate candidate) {
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
