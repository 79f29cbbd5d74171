package dev.whetstone.corpus.office;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// A row of a worksheet, as it is shown.
///
/// @param number from 1
/// @param afterGap whether an empty row stands before it
/// @param labels its cells, with those merged over columns in each of them
/// @param lastRow that one of its cells is merged down to
/// @param header whether the workbook calls it one
record XlsxRow(
    int number,
    boolean afterGap,
    List<String> cells,
    List<String> labels,
    int lastRow,
    Look look,
    boolean header) {
  /// How the cells of a row look.
  ///
  /// @param styles of its cells, as numbers of the workbook
  /// @param bold whether all of it is bold
  record Look(Set<Integer> styles, boolean bold) {}

  private static final int LONGEST_LABEL = 80;
  private static final Pattern NUMBER = Pattern.compile("[-+\\d.,:/%$€¥£ ]*\\d[-+\\d.,:/%$€¥£ ]*");
  private static final Pattern NO_VALUE =
      Pattern.compile("(?iuU)\\W*|n\\W?a\\W?|tb[acd]|none|nil|open|unknown");
  private static final Pattern YEAR = Pattern.compile("(19|20)\\d\\d");

  static boolean isShort(String cell) {
    return cell.length() <= LONGEST_LABEL;
  }

  /// Whether no cell of it looks like one of the other row.
  boolean looksUnlike(XlsxRow other) {
    return Collections.disjoint(look.styles(), other.look.styles());
  }

  long filled() {
    return cells.stream().filter(cell -> !cell.isEmpty()).count();
  }

  /// Columns that its cells cover.
  long width() {
    return labels.stream().filter(cell -> !cell.isEmpty()).count();
  }

  String cell(int column) {
    return column < cells.size() ? cells.get(column) : "";
  }

  boolean hasDigit(int column) {
    return cell(column).chars().anyMatch(Character::isDigit);
  }

  /// Whether the cell holds a word that does not stand for a missing value.
  boolean hasLabel(int column) {
    return !hasDigit(column) && !NO_VALUE.matcher(cell(column)).matches();
  }

  boolean hasWordsOnly() {
    return cells.stream().noneMatch(cell -> NUMBER.matcher(cell).matches());
  }

  /// Whether it has a label, which may be a year, below each column of the labels above that are
  /// merged over several.
  boolean divides(XlsxRow above) {
    boolean merged = false;
    for (int column = 0; column < above.labels().size(); column++) {
      boolean covered = !above.labels().get(column).equals(above.cell(column));
      if (covered && cell(column).isEmpty()) {
        return false;
      }
      merged |= covered;
    }
    return merged
        && cells.stream()
            .allMatch(cell -> !NUMBER.matcher(cell).matches() || YEAR.matcher(cell).matches());
  }

  /// Its cells as one text.
  String text() {
    return String.join(" ", cells.stream().filter(cell -> !cell.isEmpty()).toList());
  }
}
