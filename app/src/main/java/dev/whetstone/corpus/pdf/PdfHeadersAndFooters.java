package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.pdf.PdfPage.Chunk;
import dev.whetstone.corpus.pdf.PdfRepeatedRows.EdgeRow;
import dev.whetstone.corpus.pdf.PdfRepeatedRows.Page;
import dev.whetstone.corpus.pdf.PdfRepeatedRows.RepeatedText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Removes the text that pages repeat: running headers, footers, page numbers.
///
/// **The problem.** A running head adds words to each passage of its page that do not belong to its
/// subject. A row of a price list, of a log or of a statute can stand at the same place of each
/// page and differ from the one there in digits alone; once removed it is lost without a trace. So
/// a row is removed only when all signs agree.
///
/// **The method.** A head has four signs, and all are required:
///
/// 1. *Position.* It is among the outermost rows of the sheet, with none but heads further out,
///    [PdfRepeatedRows#ZONE] of the height from the edge at most, and as far from it (within 4 to 8
///    points) as on the other pages.
/// 2. *Repetition.* The other pages say the same there, letter for letter. One number may differ,
///    if it has the form of a page number ([PdfPageNumber]) and counts with the pages: its
///    difference to the page's position in the file is the same.
/// 3. *The gap to the body.* It is parted from the next row by more than the rows of the page are
///    from each other ([PdfRepeatedRows#GAP] times the lower quartile of their distances, which is
///    that of lines where paragraphs and headings stand further apart). Rows of a table or list are
///    not. Pages vote, since a body may come near its footer on some: three in five must show it.
/// 4. *It is no part of the body*: not in a ruled table, unless the edge of the page cuts the table
///    there, nor set in the columns of the row below, as a table's header is.
///
/// A number that counts with the pages is removed; a text only where it is on
/// [PdfRepeatedRows#MOST] of the pages, and three at least, is set smaller than the body, and is
/// neither a sentence nor a line to be filled in. Of any other text that is repeated, the first
/// stays where it is, unless the document holds it elsewhere, and the copies are removed (all stay
/// where it is larger than the body: it may head a section). The same holds for a text that most
/// pages have at their very edge ([PdfRepeatedRows#EDGE]) without the gap. In doubt a line stays
/// twice rather than being lost.
///
/// **Invariant.** Text that is removed is on another page as well, word for word or counted with
/// the pages. Where the file itself calls text at the edge an artifact of pagination, that it is on
/// another page but for digits is enough.
///
/// **An example.** Three pages begin `Lift manual` (9 points) at y = 30, then at y = 80 a body of
/// 11 points, its rows 14 apart, and end `Page 1 of 3` at y = 810, 60 below the body. `Lift manual`
/// is the same on three of three pages, smaller than the body, and 50 > 1.5 · 14: it goes. `Page 1
/// of 3`, `Page 2 of 3` become `Page # of 3` with the difference 0: they go. In a log whose rows,
/// 14 points apart, begin at y = 30 with `1 May 11:00:07 pump on`, `2 May …`, the day counts with
/// the pages, yet it has no form of a page number, and 14 < 1.5 · 14: the rows stay.
///
/// Text set aslant, as watermarks are, has no body: it goes where most pages have it.
final class PdfHeadersAndFooters {
  private static final float FARTHEST = 3f; // in sizes: rows of a body are nearer
  private static final float LARGER = 1.1f; // than the body
  private static final float SMALLER = 0.95f;

  /// The text that remains.
  ///
  /// @param chunks those of each sheet that stay, in their order
  /// @param footerTexts the texts of footers that stay once, as [PdfHeadings#key] has them: they
  ///   head nothing, however large they are set
  record Remainder(List<List<Chunk>> chunks, Set<String> footerTexts) {}

  private final List<Page> pages;
  private final Set<String> footerTexts = new HashSet<>();
  private final float bodySize;
  private final PdfRepeatedRows repetition;

  private PdfHeadersAndFooters(List<Page> pages, float bodySize) {
    this.pages = pages;
    this.repetition = new PdfRepeatedRows(pages);
    this.bodySize = bodySize;
  }

  /// @param grids the sheets' ruled tables
  static Remainder drop(
      List<PdfSheet> sheets, List<List<Chunk>> chunks, List<List<PdfRuledTable>> grids) {
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
    var furniture = new PdfHeadersAndFooters(pages, bodySize(rows));
    Set<Chunk> dropped = furniture.headsAndFooters();
    dropped.addAll(furniture.artifacts());
    List<List<Chunk>> remaining =
        chunks.stream()
            .map(of -> of.stream().filter(chunk -> !dropped.contains(chunk)).toList())
            .toList();
    return new Remainder(remaining, furniture.footerTexts);
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

  /// The chunks at the edge that the file marks as artifacts of pagination and that another page
  /// shows as well, but for digits, or that are numbers. The marks are ignored in files that mark
  /// most of their text.
  private Set<Chunk> artifacts() {
    Map<String, TreeSet<Integer>> on = new HashMap<>();
    IdentityHashMap<Chunk, String> markedByFile = new IdentityHashMap<>();
    long all = 0;
    long letters = 0;
    for (Page page : pages) {
      for (PdfRow row : page.rows()) {
        PdfRow artifact = row.only(Chunk::pagination);
        String key = artifact.text().replaceAll("\\d+", "");
        for (Chunk chunk : artifact.chunks()) {
          letters += chunk.letters();
          if (isAside(chunk, page.sheet())) {
            markedByFile.put(chunk, key);
            on.computeIfAbsent(key, _ -> new TreeSet<>()).add(page.sheet().page());
          }
        }
        all += row.letters();
      }
    }
    Set<Chunk> artifacts = Collections.newSetFromMap(new IdentityHashMap<>());
    if (letters * 2 <= all) {
      markedByFile.forEach(
          (chunk, key) -> {
            boolean number = key.codePoints().noneMatch(Character::isLetter);
            if (number || on.getOrDefault(key, new TreeSet<>()).size() > 1) {
              artifacts.add(chunk);
            }
          });
    }
    return artifacts;
  }

  private static boolean isAside(Chunk chunk, PdfSheet sheet) {
    return !sheet.isStraight()
        || chunk.y() < PdfRepeatedRows.ZONE * sheet.height()
        || chunk.y() > (1 - PdfRepeatedRows.ZONE) * sheet.height();
  }

  private Set<Chunk> headsAndFooters() {
    Set<EdgeRow> heads = Collections.newSetFromMap(new IdentityHashMap<>());
    for (List<EdgeRow> edge : repetition.edges()) {
      for (EdgeRow candidate : edge) { // none but heads further out
        RepeatedText place = repetition.place(candidate);
        if (place == null || !(repetition.isParted(place) || isSameAtEdge(candidate, place))) {
          break;
        }
        heads.add(candidate);
      }
    }
    return chunksToDrop(heads);
  }

  /// Of the rows that are heads by position, repetition and gap, those that go.
  private Set<Chunk> chunksToDrop(Set<EdgeRow> heads) {
    Set<PdfRow> rows = Collections.newSetFromMap(new IdentityHashMap<>());
    heads.forEach(head -> rows.add(head.row()));
    Set<String> elsewhere =
        pages.stream()
            .flatMap(page -> page.rows().stream())
            .filter(row -> !rows.contains(row))
            .map(row -> PdfHeadings.key(row.text()))
            .collect(Collectors.toSet());
    Set<RepeatedText> firstCopies = new HashSet<>();
    Set<Chunk> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
    List<EdgeRow> inOrder =
        heads.stream().sorted((a, b) -> Integer.compare(a.sheet(), b.sheet())).toList();
    for (EdgeRow head : inOrder) {
      RepeatedText place = repetition.place(head);
      if (place != null && isDropped(head, place, firstCopies, elsewhere)) {
        dropped.addAll(head.row().chunks());
      }
    }
    return dropped;
  }

  private boolean isDropped(
      EdgeRow head, RepeatedText place, Set<RepeatedText> firstCopies, Set<String> elsewhere) {
    PdfRow row = head.row();
    boolean larger = row.size() > LARGER * bodySize;
    if (bareNumber(row, place)) {
      return !larger;
    }
    boolean onMost = repetition.isOnMost(place);
    if (!pages.get(head.sheet()).sheet().isStraight()) {
      return onMost;
    }
    boolean small = textSize(row) < SMALLER * bodySize;
    boolean counts = place.text().indexOf('\0') >= 0 && !larger;
    boolean isHead = (small || counts) && !isStatement(row.text());
    if (onMost && isHead && repetition.isParted(place)) {
      return true;
    }
    if (larger && !onMost) {
      return false;
    }
    String repeatedText = PdfHeadings.key(place.text().replaceAll("\0.*", ""));
    var everywhere = new RepeatedText(head.turn(), 0, repeatedText);
    boolean isDropped = !firstCopies.add(everywhere) || elsewhere.contains(repeatedText);
    if (!isDropped && head.edge() < 0) {
      footerTexts.add(PdfHeadings.key(row.text()));
    }
    return isDropped;
  }

  /// The size of most of its text: a page number beside it may be set larger.
  private static float textSize(PdfRow row) {
    return row.chunks().stream()
        .max(Comparator.comparingInt(Chunk::letters))
        .map(Chunk::size)
        .orElse(row.size());
  }

  /// From its edge, in heights of the sheet; none for text set aslant.
  private float distance(EdgeRow head) {
    PdfSheet sheet = pages.get(head.sheet()).sheet();
    return sheet.isStraight() ? Math.abs(head.edge()) * PdfRepeatedRows.STEP / sheet.height() : 0;
  }

  /// Whether most pages say the same at the very edge, though a body cut by the edge is near.
  private boolean isSameAtEdge(EdgeRow candidate, RepeatedText place) {
    return place.text().indexOf('\0') < 0
        && distance(candidate) < PdfRepeatedRows.EDGE
        && repetition.isOnMost(place);
  }

  private boolean bareNumber(PdfRow row, RepeatedText place) {
    return place.text().indexOf('\0') >= 0
        && PdfPageNumber.in(row.text(), pages.size()).stream().anyMatch(PdfPageNumber::bare);
  }

  /// Whether it is a sentence, a number, or waits to be filled in.
  private static boolean isStatement(String text) {
    char last = text.charAt(text.length() - 1);
    return (text.split("\\s+").length >= 5 && ".!?。！？".indexOf(last) >= 0)
        || ":：_…".indexOf(last) >= 0
        || (text.matches(".*\\d.*") && text.codePoints().noneMatch(Character::isLetter))
        || text.contains("____")
        || text.contains("....");
  }
}
