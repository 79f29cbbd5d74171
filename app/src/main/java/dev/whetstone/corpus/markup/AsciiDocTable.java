package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.TableHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An AsciiDoc table: the lines between `|===` into a grid of cells. The text of a cell that spans
/// several rows is repeated in each.
final class AsciiDocTable {
  /// The specification before a cell's bar: repetition or span, alignment, style.
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:^|(?<=\\s))(?:(\\d{1,3})\\*|(?:(\\d{1,3})?(?:\\.(\\d{1,3}))?\\+))?"
              + "(?:[<^>](?:\\.[<^>])?|\\.[<^>])?([a-z])?$");

  private static final Pattern COLUMN = Pattern.compile("(?:(\\d{1,3})\\*)?[^a-z]*([a-z])?.*");
  private static final int WIDEST = 200;
  private static final int LONGEST_SPEC = 24;

  private record Cell(String text, int columns, int rows, boolean blocks) {}

  private AsciiDocTable() {}

  /// @param attributes the attributes in brackets above the table
  /// @param separator `|`, `!`, or `,` and `:` for delimited values
  /// @param plain a cell's source as text; true for one that holds blocks
  static void read(
      List<String> lines,
      String attributes,
      char separator,
      BiFunction<String, Boolean, String> plain,
      DocumentBuilder into) {
    boolean values = separator != '|' && separator != '!';
    List<Boolean> columns = columns(attributes);
    List<Cell> cells = new ArrayList<>();
    int firstLine = 0; // cells of the first line, which tells the width where cols does not
    if (values) {
      for (String line : lines) {
        List<Cell> row = values(line, separator);
        firstLine = firstLine == 0 ? row.size() : firstLine;
        cells.addAll(row);
      }
    } else {
      var source = new StringBuilder();
      for (String line : lines) {
        source.append(line).append('\n');
        if (firstLine == 0 && !line.isBlank()) {
          firstLine = width(cells(line, separator));
        }
      }
      cells = cells(source.toString(), separator);
    }
    int width = columns.isEmpty() ? firstLine : columns.size();
    if (width == 0 || cells.isEmpty()) {
      return;
    }
    boolean header = hasHeader(lines, attributes, firstLine, width);
    List<List<String>> grid = grid(cells, Math.min(width, WIDEST), columns, header, plain);
    if (!header && TableHeaders.isHeader(grid)) {
      header = true;
    }
    header = header && grid.size() > 1;
    into.table(header ? grid.getFirst() : null, header ? grid.subList(1, grid.size()) : grid);
  }

  /// Declared, or implied: the first row on the first line, an empty line below it.
  private static boolean hasHeader(List<String> lines, String attributes, int first, int width) {
    if (attributes.contains("noheader")) {
      return false;
    }
    if (attributes.matches("(?s).*\\bheader\\b.*")) {
      return true;
    }
    return lines.size() > 2
        && !lines.getFirst().isBlank()
        && lines.get(1).isBlank()
        && first == width
        && !attributes.contains("options=");
  }

  /// Whether each column holds blocks (style `a`); empty when the columns are not declared.
  private static List<Boolean> columns(String attributes) {
    Matcher declared =
        Pattern.compile("cols\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^,\\]]*))").matcher(attributes);
    var columns = new ArrayList<Boolean>();
    if (!declared.find()) {
      return columns;
    }
    String list = declared.group(1) != null ? declared.group(1) : declared.group(2);
    list = list == null ? declared.group(3) : list;
    if (list.isBlank()) {
      return columns;
    }
    for (String column : list.split(list.indexOf(',') >= 0 ? "," : ";", -1)) {
      Matcher spec = COLUMN.matcher(column.strip());
      if (spec.matches()) {
        int times = spec.group(1) == null ? 1 : Integer.parseInt(spec.group(1));
        for (int i = 0; i < times; i++) {
          columns.add("a".equals(spec.group(2)));
        }
      }
    }
    return columns;
  }

  private static int width(List<Cell> cells) {
    return cells.stream().mapToInt(Cell::columns).sum();
  }

  private static List<Cell> cells(String source, char separator) {
    var cells = new ArrayList<Cell>();
    var cell = new StringBuilder();
    boolean inCell = false; // what stands before the first bar is no cell
    Spec spec = Spec.PLAIN;
    for (int i = 0; i <= source.length(); i++) {
      boolean end = i == source.length();
      char c = end ? separator : source.charAt(i);
      if (c == '\\' && i + 1 < source.length() && source.charAt(i + 1) == separator) {
        cell.append(separator);
        i++;
        continue;
      }
      if (c != separator) {
        cell.append(c);
        continue;
      }
      Spec next = Spec.PLAIN;
      if (!end) {
        Matcher matcher = SPEC.matcher(cell.substring(Math.max(0, cell.length() - LONGEST_SPEC)));
        if (matcher.find()) {
          next = Spec.of(matcher);
          cell.setLength(cell.length() - matcher.group().length());
        }
      }
      String text = cell.toString().strip();
      if (inCell || !text.isEmpty()) {
        for (int n = 0; n < spec.times(); n++) {
          cells.add(new Cell(text, spec.columns(), spec.rows(), spec.blocks()));
        }
      }
      inCell = true;
      spec = next;
      cell.setLength(0);
    }
    return cells;
  }

  private record Spec(int times, int columns, int rows, boolean blocks) {
    static final Spec PLAIN = new Spec(1, 1, 1, false);

    static Spec of(Matcher matcher) {
      return new Spec(
          number(matcher.group(1)),
          number(matcher.group(2)),
          number(matcher.group(3)),
          "a".equals(matcher.group(4)));
    }
  }

  private static int number(@Nullable String digits) {
    return digits == null ? 1 : Math.max(1, Integer.parseInt(digits));
  }

  private static List<Cell> values(String line, char separator) {
    var cells = new ArrayList<Cell>();
    if (line.isBlank()) {
      return cells;
    }
    var cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i <= line.length(); i++) {
      char c = i == line.length() ? separator : line.charAt(i);
      if (i < line.length() && c == '"') {
        quoted = !quoted;
      } else if (c == separator && (!quoted || i == line.length())) {
        cells.add(new Cell(cell.toString().strip(), 1, 1, false));
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    return cells;
  }

  private static List<List<String>> grid(
      List<Cell> cells,
      int width,
      List<Boolean> columns,
      boolean header,
      BiFunction<String, Boolean, String> plain) {
    var grid = new ArrayList<List<String>>();
    var below = new int[width];
    var above = new String[width];
    List<String> line = new ArrayList<>();
    for (Cell cell : cells) {
      line = cover(grid, line, below, above);
      int column = line.size();
      boolean first = grid.isEmpty() && header;
      boolean declared = !first && column < columns.size() && columns.get(column);
      String text = plain.apply(cell.text(), cell.blocks() || declared);
      int end = Math.min(width, column + cell.columns());
      for (int c = column; c < end; c++) {
        below[c] = cell.rows() - 1;
        above[c] = c == column || first ? text : "";
        line.add(above[c]);
      }
      if (line.size() == width) {
        grid.add(line);
        line = new ArrayList<>();
      }
    }
    if (!line.isEmpty()) {
      grid.add(line);
    }
    return grid;
  }

  /// Repeats the cells that span down from the row above, up to the next free column.
  private static List<String> cover(
      List<List<String>> grid, List<String> inCell, int[] below, String[] above) {
    List<String> line = inCell;
    while (below[line.size()] > 0) {
      below[line.size()]--;
      line.add(above[line.size()]);
      if (line.size() == below.length) {
        grid.add(line);
        line = new ArrayList<>();
      }
    }
    return line;
  }
}
