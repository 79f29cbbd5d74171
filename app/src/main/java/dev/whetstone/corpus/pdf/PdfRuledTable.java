package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.TableRows;
import dev.whetstone.corpus.pdf.PdfPage.Chunk;
import dev.whetstone.corpus.pdf.PdfPage.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A table drawn with lines: finds the tables of a page from its rules, and the cell a chunk is in.
/// Cells between which no line is drawn are one.
final class PdfRuledTable implements PdfTablePart {
  private static final float SAME = 3f; // points: lines nearer than this are one
  private static final float SAME_COLUMN = 6f;
  private static final int MOST_LINES = 300;

  private final List<Float> xs;
  private final List<Float> ys;
  private final int[] root; // of each elementary cell, row by row: the first cell it is one with
  private final TreeMap<Integer, List<Chunk>> chunksOfCell = new TreeMap<>();

  private PdfRuledTable(List<Rule> rules) {
    xs = lines(rules, true);
    ys = lines(rules, false);
    root = new int[Math.max(0, rows()) * Math.max(0, columns())];
    for (int i = 0; i < root.length; i++) {
      root[i] = i;
    }
    for (int row = 0; row < rows(); row++) {
      for (int column = 0; column < columns(); column++) {
        float middleX = (xs.get(column) + xs.get(column + 1)) / 2;
        float middleY = (ys.get(row) + ys.get(row + 1)) / 2;
        if (column + 1 < columns() && !crossed(rules, true, xs.get(column + 1), middleY)) {
          join(row * columns() + column, row * columns() + column + 1);
        }
        if (row + 1 < rows() && !crossed(rules, false, ys.get(row + 1), middleX)) {
          join(row * columns() + column, (row + 1) * columns() + column);
        }
      }
    }
  }

  /// The page's tables of at least two columns.
  static List<PdfRuledTable> find(PdfSheet page) {
    List<List<Rule>> groups = new ArrayList<>();
    for (Rule rule : page.rules()) {
      List<Rule> own = new ArrayList<>(List.of(rule));
      for (int i = groups.size() - 1; i >= 0; i--) {
        if (groups.get(i).stream().anyMatch(other -> touch(other, rule))) {
          own.addAll(groups.remove(i));
        }
      }
      groups.add(own);
    }
    return groups.stream()
        .filter(group -> group.size() >= 4)
        .map(PdfRuledTable::new)
        .filter(grid -> grid.columns() >= 2 && grid.rows() >= 1)
        .filter(grid -> grid.xs.size() <= MOST_LINES && grid.ys.size() <= MOST_LINES)
        .toList();
  }

  private static boolean touch(Rule a, Rule b) {
    if (a.vertical() == b.vertical()) {
      return Math.abs(a.at() - b.at()) < SAME
          && a.from() < b.to() + SAME
          && b.from() < a.to() + SAME;
    }
    return a.at() > b.from() - SAME
        && a.at() < b.to() + SAME
        && b.at() > a.from() - SAME
        && b.at() < a.to() + SAME;
  }

  private static List<Float> lines(List<Rule> rules, boolean vertical) {
    List<Float> at = new ArrayList<>();
    rules.stream()
        .filter(rule -> rule.vertical() == vertical)
        .map(Rule::at)
        .sorted()
        .forEach(
            x -> {
              if (at.isEmpty() || x - at.getLast() > SAME) {
                at.add(x);
              }
            });
    return at;
  }

  private static boolean crossed(List<Rule> rules, boolean vertical, float line, float middle) {
    return rules.stream()
        .anyMatch(
            rule ->
                rule.vertical() == vertical
                    && Math.abs(rule.at() - line) <= SAME
                    && rule.from() <= middle
                    && rule.to() >= middle);
  }

  private int rows() {
    return ys.size() - 1;
  }

  private int columns() {
    return xs.size() - 1;
  }

  private int top(int cell) {
    int at = cell;
    while (root[at] != at) {
      at = root[at];
    }
    return at;
  }

  private void join(int a, int b) {
    int one = top(a);
    int other = top(b);
    root[Math.max(one, other)] = Math.min(one, other);
  }

  /// Takes the chunk if it stands in the table.
  boolean take(Chunk chunk) {
    int cell = cell(chunk);
    if (cell < 0) {
      return false;
    }
    chunksOfCell.computeIfAbsent(top(cell), _ -> new ArrayList<>()).add(chunk);
    return true;
  }

  /// Whether the chunk stands in the table.
  boolean holds(Chunk chunk) {
    return cell(chunk) >= 0;
  }

  float left() {
    return xs.getFirst();
  }

  float right() {
    return xs.getLast();
  }

  float top() {
    return ys.getFirst();
  }

  float bottom() {
    return ys.getLast();
  }

  private int cell(Chunk chunk) {
    int column = between(xs, chunk.x0() + Math.min(4f, (chunk.x1() - chunk.x0()) / 2));
    int row = between(ys, chunk.y() - 0.3f * chunk.size());
    return column < 0 || row < 0 ? -1 : row * columns() + column;
  }

  @Override
  public boolean hasColumnsOf(PdfTablePart other) {
    if (!(other instanceof PdfRuledTable grid) || xs.size() != grid.xs.size()) {
      return false;
    }
    for (int i = 0; i < xs.size(); i++) {
      if (Math.abs(xs.get(i) - grid.xs.get(i)) > SAME_COLUMN) {
        return false;
      }
    }
    return true;
  }

  private static int between(List<Float> lines, float at) {
    for (int i = 0; i + 1 < lines.size(); i++) {
      if (at >= lines.get(i) && at < lines.get(i + 1)) {
        return i;
      }
    }
    return -1;
  }

  /// A value merged over several rows stands in the first.
  @Override
  public List<TableRows.Row> rows(Hyphens hyphens) {
    List<TableRows.Row> rows = new ArrayList<>();
    for (int row = 0; row < rows(); row++) {
      List<String> cells = new ArrayList<>();
      boolean bold = true;
      for (int column = 0; column < columns(); column++) {
        List<Chunk> chunks = chunksOfCell.getOrDefault(row * columns() + column, List.of());
        cells.add(text(chunks, hyphens));
        bold &= chunks.stream().allMatch(Chunk::bold);
      }
      if (cells.stream().anyMatch(cell -> !cell.isEmpty())) {
        rows.add(new TableRows.Row(cells, false, bold));
      }
    }
    return withoutEmptyColumns(rows);
  }

  private static String text(List<Chunk> chunks, Hyphens hyphens) {
    var text = new StringBuilder();
    float y = 0;
    for (Chunk chunk : chunks) {
      if (text.isEmpty()) {
        text.append(chunk.text());
      } else if (Math.abs(chunk.y() - y) < 0.5f * chunk.size()) {
        text.append(' ').append(chunk.text());
      } else {
        hyphens.join(text, chunk.text());
      }
      y = chunk.y();
    }
    return text.toString();
  }

  /// Double lines leave columns that hold nothing.
  private static List<TableRows.Row> withoutEmptyColumns(List<TableRows.Row> rows) {
    List<Integer> used = new ArrayList<>();
    int columns = rows.isEmpty() ? 0 : rows.getFirst().cells().size();
    for (int i = 0; i < columns; i++) {
      int column = i;
      if (rows.stream().anyMatch(row -> !row.cells().get(column).isEmpty())) {
        used.add(i);
      }
    }
    return rows.stream()
        .map(
            row ->
                new TableRows.Row(
                    used.stream().map(row.cells()::get).toList(), row.header(), row.bold()))
        .toList();
  }
}
