package dev.whetstone.corpus.office;

import java.util.ArrayList;
import java.util.List;

/// A paragraph, a table or a figure of a Word file, before it is known what the file uses for its
/// headings.
sealed interface DocxElement {
  /// @param level of a heading by style, 0 for none
  /// @param depth in a list, 0 for none
  /// @param label its automatic number, "" for none or a bullet
  /// @param bold whether (almost) all of it is
  /// @param halfPoints its largest letters
  /// @param title whether it has the style of the document's title
  record Line(
      String text, int level, int depth, String label, boolean bold, int halfPoints, boolean title)
      implements DocxElement {}

  record Grid(List<Row> rows) implements DocxElement {
    /// The charts and diagrams in its cells.
    List<Figure> figures() {
      List<Figure> figures = new ArrayList<>();
      for (Row row : rows) {
        for (Cell cell : row.cells()) {
          for (DocxElement piece : cell.pieces()) {
            switch (piece) {
              case Figure figure -> figures.add(figure);
              case Grid grid -> figures.addAll(grid.figures());
              case Line _ -> {}
            }
          }
        }
      }
      return figures;
    }

    /// A table within a cell: its cells side by side, its rows parted by semicolons.
    private String text() {
      List<String> lines = new ArrayList<>();
      for (Row row : rows) {
        List<String> cells =
            row.cells().stream().map(Cell::text).filter(text -> !text.isBlank()).toList();
        if (!cells.isEmpty()) {
          lines.add(String.join(" ", cells));
        }
      }
      boolean columns = rows.stream().anyMatch(row -> row.cells().size() > 1);
      return String.join(columns ? "; " : "\n", lines);
    }
  }

  /// @param header marked as to be repeated on each page
  record Row(List<Cell> cells, boolean header) {}

  /// @param span how many columns it covers
  /// @param continued merged with the cell above
  record Cell(List<DocxElement> pieces, int span, boolean continued) {
    String text() {
      List<String> parts = new ArrayList<>();
      for (DocxElement piece : pieces) {
        switch (piece) {
          case Line line -> parts.add(line.text());
          case Grid grid -> parts.add(grid.text());
          case Figure _ -> {} // it follows the table
        }
      }
      return String.join("\n", parts);
    }

    boolean bold() {
      return !pieces.isEmpty() && pieces.stream().allMatch(p -> p instanceof Line l && l.bold());
    }
  }

  /// A chart or a diagram.
  ///
  /// @param relation of its data
  record Figure(String relation, boolean chart) implements DocxElement {}
}
