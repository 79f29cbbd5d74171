package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.TableHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jsoup.nodes.Element;

/// Reads a table of a web page as header and rows. The text of a cell that spans several rows is
/// repeated in each; several header rows become one.
final class HtmlTable {
  private static final int WIDEST = 200;
  private static final int MOST_HEADER_ROWS = 4;
  private static final int LONGEST_CELL = 2000;
  private static final int LONGEST_SIDE_BY_SIDE = 200;

  private HtmlTable() {}

  /// Whether the table holds data in rows; otherwise it only arranges its cells on the page.
  static boolean holdsData(Element table) {
    String role = table.attr("role");
    if (role.equals("presentation") || role.equals("none")) {
      return false;
    }
    if (table.selectFirst("td table, th table") != null) {
      return false;
    }
    boolean labelled = false;
    int widest = 0;
    for (Element row : rows(table)) {
      int width = 0;
      for (Element cell : cells(row)) {
        width++;
        labelled |= cell.normalName().equals("th");
      }
      widest = Math.max(widest, width);
    }
    if (widest <= 1) {
      return false;
    }
    if (labelled) {
      return true;
    }
    if (widest <= 2 && table.selectFirst("td h1, td h2, td h3, td h4, td ul, td pre") != null) {
      return false;
    }
    return table.select("td").stream().noneMatch(cell -> cell.text().length() > LONGEST_CELL);
  }

  /// Whether the row's cells are short texts without structure of their own.
  static boolean holdsTexts(Element row) {
    return row.childrenSize() > 1
        && row.selectFirst(
                "table, h1, h2, h3, h4, h5, h6, ul, ol, dl, pre, p ~ p, br, img[alt~=.],"
                    + " blockquote")
            == null
        && row.closest("[role=presentation], [role=none]") == null
        && row.children().stream().allMatch(cell -> cell.text().length() <= LONGEST_SIDE_BY_SIDE);
  }

  static void read(Element table, DocumentBuilder into) {
    List<Element> rows = new ArrayList<>();
    for (Element row : rows(table)) {
      if (row.hasText()) {
        rows.add(row);
      }
    }
    int headers = headerRows(rows);
    List<List<String>> grid = grid(rows, headers);
    if (headers == 0 && TableHeaders.isHeader(grid)) {
      headers = 1;
    }
    List<List<String>> body = grid.subList(headers, grid.size());
    into.table(headers == 0 ? null : TableHeaders.merge(grid.subList(0, headers)), body);
  }

  /// How many rows at the top label the columns: those of `thead`, else those mostly of `th`, else
  /// one that is all bold.
  private static int headerRows(List<Element> rows) {
    int headers = 0;
    for (Element row : rows) {
      if (headers == rows.size() - 1 || headers == MOST_HEADER_ROWS || !isHeader(row)) {
        break;
      }
      headers++;
    }
    if (headers == 0 && rows.size() > 1 && isBold(rows.getFirst())) {
      return 1;
    }
    return headers;
  }

  private static boolean isHeader(Element row) {
    Element parent = row.parent();
    if (parent != null && parent.normalName().equals("thead")) {
      return true;
    }
    int labels = 0;
    int cells = 0;
    for (Element cell : cells(row)) {
      cells++;
      labels += cell.normalName().equals("th") ? 1 : 0;
    }
    return labels * 2 > cells && cells > 1;
  }

  private static boolean isBold(Element row) {
    for (Element cell : cells(row)) {
      if (!cell.text().equals(cell.select("b, strong").text())) {
        return false;
      }
    }
    return cells(row).size() > 1;
  }

  private static List<List<String>> grid(List<Element> rows, int headers) {
    var grid = new ArrayList<List<String>>();
    var below = new ArrayList<Integer>(); // rows that the cell above still covers, by column
    for (int r = 0; r < rows.size(); r++) {
      var line = new ArrayList<String>();
      List<String> above = r == 0 ? List.of() : grid.get(r - 1);
      for (Element cell : cells(rows.get(r))) {
        cover(line, below, above);
        String text = cell.text();
        int columns = Math.min(WIDEST - line.size(), span(cell, "colspan"));
        int deep = Math.min(rows.size() - r, span(cell, "rowspan")) - 1;
        for (int c = 0; c < columns; c++) {
          while (below.size() <= line.size()) {
            below.add(0);
          }
          below.set(line.size(), deep);
          line.add(c == 0 || r < headers ? text : "");
        }
      }
      cover(line, below, above);
      grid.add(line);
    }
    return grid;
  }

  /// Repeats the cells that span down from the row above, up to the next free column.
  private static void cover(List<String> line, List<Integer> below, List<String> above) {
    while (line.size() < below.size() && below.get(line.size()) > 0 && line.size() < above.size()) {
      below.set(line.size(), below.get(line.size()) - 1);
      line.add(above.get(line.size()));
    }
  }

  private static int span(Element cell, String name) {
    String value = cell.attr(name).strip();
    return value.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(value) : 1;
  }

  private static List<Element> cells(Element row) {
    return row.children().stream()
        .filter(cell -> cell.normalName().equals("td") || cell.normalName().equals("th"))
        .toList();
  }

  /// Rows of this table, not of one within it; a foot, wherever it is written, last.
  private static List<Element> rows(Element table) {
    var rows = new ArrayList<Element>();
    var foot = new ArrayList<Element>();
    for (Element child : table.children()) {
      switch (child.normalName()) {
        case "tr" -> rows.add(child);
        case "thead", "tbody" -> rows.addAll(child.select("> tr"));
        case "tfoot" -> foot.addAll(child.select("> tr"));
        default -> {
          // caption, column group
        }
      }
    }
    rows.addAll(foot);
    return rows;
  }
}
