package dev.whetstone.corpus;

import java.util.ArrayList;
import java.util.List;

/// A paragraph or a table of a Word file, before it is known what the file uses for its headings.
sealed interface DocxPiece {
  /// @param level of a heading by style, 0 for none
  /// @param depth in a list, 0 for none
  /// @param label its automatic number, "" for none or a bullet
  /// @param bold whether (almost) all of it is
  /// @param halfPoints its largest letters
  /// @param title whether it has the style of the document's title
  record Line(
      String text, int level, int depth, String label, boolean bold, int halfPoints, boolean title)
      implements DocxPiece {}

  record Grid(List<Row> rows) implements DocxPiece {}

  /// @param header marked as to be repeated on each page
  record Row(List<Cell> cells, boolean header) {}

  /// @param span how many columns it covers
  /// @param continued merged with the cell above
  record Cell(List<DocxPiece> pieces, int span, boolean continued) {
    String text() {
      List<String> parts = new ArrayList<>();
      for (DocxPiece piece : pieces) {
        switch (piece) {
          case Line line -> parts.add(line.text());
          case Grid grid ->
              grid.rows().forEach(row -> row.cells().forEach(cell -> parts.add(cell.text())));
        }
      }
      return String.join("\n", parts);
    }

    boolean bold() {
      return !pieces.isEmpty() && pieces.stream().allMatch(p -> p instanceof Line l && l.bold());
    }
  }
}
