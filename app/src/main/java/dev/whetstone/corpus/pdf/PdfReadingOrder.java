package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.pdf.PdfPage.Chunk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Puts the lines of a sheet into reading order, which need not be the order in which they are
/// drawn.
///
/// **The method** is a cut along empty strips (after Nagy & Seth's XY cut, ICPR 1984): a strip is a
/// vertical gap that no text crosses over some rows, with text at both sides. The strip with most
/// rows divides the sheet into the part above, the columns, and the part below, and each of these
/// is divided in turn. Columns whose lines continue in the next line are prose and are read one
/// after the other; columns of short aligned cells are a table and are read row by row
/// ([PdfAlignedTable]). Where no strip is found, or its columns are neither, the lines are read in
/// the order in which they are drawn, which is the reading order in most files, and from top to
/// bottom where it is not.
///
/// **Invariant.** Each chunk is in exactly one line.
///
/// **An example.** Rows `Bees are kept | to a small box.` and `in hives until they | It stays
/// closed.` have text from x = 60 to 230 and from 320 to 500. The strip from 230 to 320 is crossed
/// by none; `are kept`, `in hives` run on: prose, read left column first. Rows `E-101 | Sensor 1 |
/// Replace it` have two strips, and nothing runs on: a table.
///
/// Cost: rows² · strips at worst; a sheet of more than [#MOST_ROWS] rows or [#MOST_CHUNKS] chunks
/// is read as it was drawn.
final class PdfReadingOrder {
  private static final float NARROWEST = 0.8f; // strip, in sizes
  private static final float ONE_BAND = 0.9f; // in sizes: rows of columns that are not level
  private static final int FEWEST = 3; // rows with text at both sides
  private static final int MOST_ROWS = 1500;
  private static final int MOST_CHUNKS = 8000;
  private static final int MOST_TRIED = 40; // strips
  private static final int WORDY = 20; // letters in a line of prose on average
  private static final float RUNS_ON = 0.25f; // of the lines
  private static final float PARTED = 3.5f; // in sizes: a strip does not go on over such a gap
  private static final float LOOSE = 2.2f; // in sizes; a line farther below is not in the column

  /// @param to one past the last row with text at both sides
  /// @param support rows with text at both sides
  private record Strip(float left, float right, int from, int to, int support) {
    boolean isIn(Strip other) {
      return from >= other.from && to <= other.to && left < other.right && other.left < right;
    }
  }

  private final PdfSheet sheet;
  private final IdentityHashMap<Chunk, PdfRuledTable> inGrid = new IdentityHashMap<>();
  private final Set<PdfRuledTable> placed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<PdfLine> lines = new ArrayList<>();

  private PdfReadingOrder(PdfSheet sheet) {
    this.sheet = sheet;
  }

  /// The lines in reading order; a ruled table stands as one line in place of its text.
  ///
  /// @param chunks in the order they were drawn
  static List<PdfLine> of(PdfSheet sheet, List<Chunk> chunks, List<PdfRuledTable> grids) {
    var layout = new PdfReadingOrder(sheet);
    for (Chunk chunk : chunks) {
      for (PdfRuledTable grid : grids) {
        if (grid.take(chunk)) {
          layout.inGrid.put(chunk, grid);
          break;
        }
      }
    }
    layout.read(chunks);
    return layout.lines;
  }

  private void read(List<Chunk> chunks) {
    IdentityHashMap<Chunk, PdfRuledTable> bars = new IdentityHashMap<>();
    List<PdfRow> rows = PdfRow.of(withBars(chunks, bars));
    List<Strip> failed = new ArrayList<>();
    for (Strip strip : strips(rows)) {
      if (failed.size() >= MOST_TRIED || failed.stream().anyMatch(strip::isIn)) {
        continue;
      }
      List<PdfRow> region = rows.subList(strip.from(), strip.to());
      var table = new PdfAlignedTable(starts(region));
      boolean prose = isProse(region, table);
      if (!prose && !table.fits(region)) {
        failed.add(strip);
        continue;
      }
      int end = prose ? tail(rows, strip, table) : strip.to();
      read(chunks, rows.subList(0, strip.from()), bars);
      if (prose) {
        for (List<PdfRow> column : table.split(rows.subList(strip.from(), end))) {
          read(chunks, column, bars);
        }
      } else {
        region.forEach(row -> lines.add(PdfLine.of(sheet, row.chunks(), table)));
      }
      read(chunks, rows.subList(end, rows.size()), bars);
      return;
    }
    List<PdfLine> drawn = PdfFootnoteMarks.join(asDrawn(chunks));
    if (PdfLine.areOutOfOrder(drawn)) {
      rows.forEach(row -> lines.addAll(line(row, bars)));
    } else {
      lines.addAll(drawn);
    }
  }

  /// Reads those of the chunks that stand in these rows.
  private void read(
      List<Chunk> chunks, List<PdfRow> rows, IdentityHashMap<Chunk, PdfRuledTable> bars) {
    Set<Chunk> in = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<PdfRuledTable> grids = Collections.newSetFromMap(new IdentityHashMap<>());
    for (PdfRow row : rows) {
      for (Chunk chunk : row.chunks()) {
        in.add(chunk);
        PdfRuledTable bar = bars.get(chunk);
        if (bar != null) {
          grids.add(bar);
        }
      }
    }
    List<Chunk> part = new ArrayList<>();
    for (Chunk chunk : chunks) {
      PdfRuledTable grid = inGrid.get(chunk);
      if (grid == null ? in.contains(chunk) : grids.contains(grid)) {
        part.add(chunk);
      }
    }
    if (!part.isEmpty()) {
      read(part);
    }
  }

  /// The chunks, with a bar over the top of each ruled table in place of what stands in it: no
  /// strip goes through it.
  private List<Chunk> withBars(List<Chunk> chunks, IdentityHashMap<Chunk, PdfRuledTable> bars) {
    List<Chunk> all = new ArrayList<>();
    Set<PdfRuledTable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Chunk chunk : chunks) {
      PdfRuledTable grid = inGrid.get(chunk);
      if (grid == null) {
        all.add(chunk);
      } else if (seen.add(grid)) {
        var bar = new Chunk("", grid.left(), grid.right(), grid.top(), chunk.size(), false, false);
        bars.put(bar, grid);
        all.add(bar);
      }
    }
    return all;
  }

  /// The row as a line, and the tables that begin at its height.
  private List<PdfLine> line(PdfRow row, IdentityHashMap<Chunk, PdfRuledTable> bars) {
    List<PdfLine> line = new ArrayList<>();
    PdfRow text = row.only(chunk -> !bars.containsKey(chunk));
    if (!text.chunks().isEmpty()) {
      line.add(PdfLine.of(sheet, text.chunks(), null));
    }
    for (Chunk chunk : row.chunks()) {
      PdfRuledTable grid = bars.get(chunk);
      if (grid != null) {
        line.add(PdfLine.of(sheet, grid));
      }
    }
    return line;
  }

  private List<PdfLine> asDrawn(List<Chunk> chunks) {
    List<PdfLine> drawn = new ArrayList<>();
    List<Chunk> row = new ArrayList<>();
    for (Chunk chunk : chunks) {
      PdfRuledTable grid = inGrid.get(chunk);
      if (!row.isEmpty() && (grid != null || !isOnLine(row, chunk))) {
        drawn.add(PdfLine.of(sheet, row, null));
        row.clear();
      }
      if (grid == null) {
        row.add(chunk);
      } else if (placed.add(grid)) {
        drawn.add(PdfLine.of(sheet, grid));
      }
    }
    if (!row.isEmpty()) {
      drawn.add(PdfLine.of(sheet, row, null));
    }
    return drawn;
  }

  /// Whether the chunk stands at the height of the row's last, and on no text of the row.
  private static boolean isOnLine(List<Chunk> row, Chunk chunk) {
    Chunk before = row.getLast();
    float size = Math.max(before.size(), chunk.size());
    return Math.abs(before.y() - chunk.y()) < 0.35f * size
        && row.stream()
            .noneMatch(
                other ->
                    chunk.x0() < other.x1() - 0.5f * size && other.x0() < chunk.x1() - 0.5f * size);
  }

  /// The strips, those with most rows of text on both sides first.
  private static List<Strip> strips(List<PdfRow> rows) {
    List<Strip> strips = new ArrayList<>();
    int chunks = rows.stream().mapToInt(row -> row.chunks().size()).sum();
    if (rows.size() < FEWEST || rows.size() > MOST_ROWS || chunks > MOST_CHUNKS) {
      return strips;
    }
    List<List<Chunk>> bands = bands(rows);
    for (int i = 0; i < rows.size(); i++) {
      List<Chunk> band = bands.get(i);
      float reach = band.getFirst().x1();
      for (Chunk chunk : band) {
        if (chunk.x0() - reach > NARROWEST * rows.get(i).size()) {
          Strip strip = down(rows, bands, i, reach, chunk.x0());
          if (strip.support() >= FEWEST) {
            strips.add(strip);
          }
        }
        reach = Math.max(reach, chunk.x1());
      }
    }
    strips.sort(Comparator.comparingInt(Strip::support).reversed());
    return strips;
  }

  /// Of each row the text at its height, from left to right: columns need not be level.
  private static List<List<Chunk>> bands(List<PdfRow> rows) {
    List<List<Chunk>> bands = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      PdfRow row = rows.get(i);
      List<Chunk> band = new ArrayList<>(row.chunks());
      for (int step : new int[] {-1, 1}) {
        int j = i + step;
        if (j >= 0
            && j < rows.size()
            && Math.abs(rows.get(j).y() - row.y()) < ONE_BAND * row.size()) {
          band.addAll(rows.get(j).chunks());
        }
      }
      band.sort(Comparator.comparingDouble(Chunk::x0));
      bands.add(band);
    }
    return bands;
  }

  /// Follows a gap downward as far as it stays open.
  private static Strip down(
      List<PdfRow> rows, List<List<Chunk>> bands, int from, float gapLeft, float gapRight) {
    float left = gapLeft;
    float right = gapRight;
    int support = 0;
    int to = from;
    for (int i = from; i < rows.size(); i++) {
      PdfRow row = rows.get(i);
      if (i > from && row.y() - rows.get(i - 1).y() > PARTED * row.size()) {
        break;
      }
      float narrowerLeft = left;
      float narrowerRight = right;
      for (Chunk chunk : row.chunks()) {
        if (chunk.x1() <= narrowerLeft || chunk.x0() >= narrowerRight) {
          continue;
        }
        if (chunk.x0() - narrowerLeft >= narrowerRight - chunk.x1()) {
          narrowerRight = chunk.x0();
        } else {
          narrowerLeft = chunk.x1();
        }
      }
      if (narrowerRight - narrowerLeft < NARROWEST * row.size()) {
        break;
      }
      left = narrowerLeft;
      right = narrowerRight;
      float l = left;
      float r = right;
      List<Chunk> band = bands.get(i);
      if (band.stream().anyMatch(chunk -> chunk.x1() <= l)
          && band.stream().anyMatch(chunk -> chunk.x0() >= r)) {
        support++;
        to = i + 1;
      }
    }
    return new Strip(left, right, from, to, support);
  }

  /// Where the columns begin: after each gap that is open in all rows.
  private static List<Float> starts(List<PdfRow> rows) {
    List<Chunk> chunks =
        rows.stream()
            .flatMap(row -> row.chunks().stream())
            .sorted(Comparator.comparingDouble(Chunk::x0))
            .toList();
    List<Float> starts = new ArrayList<>();
    float reach = Float.NEGATIVE_INFINITY;
    for (Chunk chunk : chunks) {
      if (chunk.x0() - reach > NARROWEST * chunk.size()) {
        starts.add(chunk.x0());
      }
      reach = Math.max(reach, chunk.x1());
    }
    return starts;
  }

  /// Whether words enough stand in the lines of each column, and lines enough run on in the next.
  private static boolean isProse(List<PdfRow> region, PdfAlignedTable columns) {
    int lines = 0;
    int runOn = 0;
    for (List<PdfRow> column : columns.split(region)) {
      int width = 0;
      String before = "";
      for (PdfRow row : column) {
        String text = row.text();
        width += text.chars().map(c -> Characters.isWide((char) c) ? 2 : 1).sum();
        runOn += PdfParagraphs.runsOn(before, text) ? 1 : 0;
        before = text;
      }
      if (width < WORDY * column.size()) {
        return false;
      }
      lines += column.size() - 1;
    }
    return runOn > RUNS_ON * lines;
  }

  /// The row after the last of columns of prose: where they have no text at both sides, they go on
  /// while the lines are close and do not cross the strip.
  private static int tail(List<PdfRow> rows, Strip strip, PdfAlignedTable columns) {
    int end = strip.to();
    float[] bottoms = new float[columns.count()];
    for (int i = strip.from(); i < rows.size(); i++) {
      PdfRow row = rows.get(i);
      for (Chunk chunk : row.chunks()) {
        int column = columns.column(chunk);
        boolean crosses = chunk.x0() < strip.right() && chunk.x1() > strip.left();
        boolean far = i >= end && row.y() - bottoms[column] > LOOSE * row.size();
        if (i >= strip.to() && (crosses || far)) {
          return end;
        }
        bottoms[column] = row.y();
      }
      end = Math.max(end, i + 1);
    }
    return end;
  }
}
