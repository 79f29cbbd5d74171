package dev.whetstone.corpus;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;

/// Finds and merges header rows of tables of any format.
public final class TableHeaders {
  private static final int LONGEST_LABEL = 40;
  private static final int FEWEST_ROWS = 3;

  private TableHeaders() {}

  /// Whether the first row of an unmarked table reads as column labels: as wide as the table, every
  /// cell filled, short, without a figure, and none like another.
  public static boolean isHeader(List<List<String>> rows) {
    if (rows.size() < FEWEST_ROWS) {
      return false;
    }
    List<String> first = rows.getFirst();
    int widest = rows.stream().mapToInt(List::size).max().orElse(0);
    if (first.size() < 2 || first.size() < widest) {
      return false;
    }
    for (String cell : first) {
      boolean label =
          !cell.isBlank()
              && cell.length() <= LONGEST_LABEL
              && cell.chars().noneMatch(Character::isDigit)
              && !cell.endsWith(":")
              && !cell.endsWith("：");
      if (!label) {
        return false;
      }
    }
    return new HashSet<>(first).size() == first.size();
  }

  /// Merges header rows into one: for each column its labels, outermost first, without repetitions.
  public static List<String> merge(List<List<String>> rows) {
    var header = new ArrayList<String>();
    int widest = rows.stream().mapToInt(List::size).max().orElse(0);
    for (int column = 0; column < widest; column++) {
      var labels = new LinkedHashSet<String>();
      for (List<String> row : rows) {
        if (column < row.size() && !row.get(column).isBlank()) {
          labels.add(row.get(column).strip());
        }
      }
      header.add(String.join(" ", labels));
    }
    return header;
  }
}
