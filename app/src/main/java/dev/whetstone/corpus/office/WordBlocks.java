package dev.whetstone.corpus.office;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ListLabels;
import dev.whetstone.corpus.TableRows;
import dev.whetstone.corpus.office.DocxElement.Cell;
import dev.whetstone.corpus.office.DocxElement.Figure;
import dev.whetstone.corpus.office.DocxElement.Grid;
import dev.whetstone.corpus.office.DocxElement.Line;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The paragraphs and tables of a word processor's file as blocks, whatever its format. Style or
/// outline level determines the headings; in a file without any, short bold paragraphs are
/// headings, ranked by size. Automatic numbers stand before headings, and before list items where
/// they say more than a count ("4.2.1", "第三条").
final class WordBlocks {
  private static final int LONGEST_BOLD_HEADING = 120;
  private static final int LONGEST_TITLE = 200;
  private static final int SMALLEST_TITLE = 32; // half points
  private static final int FRONT = 20; // pieces among which a title is sought
  private static final int LONGEST_REPEATED_CELL = 100;

  /// Adds a chart or diagram.
  interface Figures {
    void add(Figure figure) throws IOException;
  }

  private final DocumentBuilder into;
  private final Figures figures;

  WordBlocks(DocumentBuilder into, Figures figures) {
    this.into = into;
    this.figures = figures;
  }

  /// The lines in the title's style at the beginning, else the largest of the lines before the
  /// first heading; null where none stands out.
  static @Nullable String title(List<DocxElement> pieces) {
    List<Line> front = new ArrayList<>();
    for (DocxElement piece : pieces.subList(0, Math.min(FRONT, pieces.size()))) {
      if (piece instanceof Line line) {
        if (line.level() > 0) {
          break;
        }
        front.add(line);
      }
    }
    int largest = front.stream().mapToInt(Line::halfPoints).max().orElse(0);
    boolean named = front.stream().anyMatch(Line::title);
    if (!named && largest < SMALLEST_TITLE) {
      return null;
    }
    Predicate<Line> isTitle = line -> named ? line.title() : line.halfPoints() == largest;
    String title =
        front.stream()
            .dropWhile(isTitle.negate())
            .takeWhile(isTitle)
            .map(Line::text)
            .collect(Collectors.joining(" "));
    return title.length() > LONGEST_TITLE ? null : title;
  }

  void add(List<DocxElement> pieces) throws IOException {
    boolean styled = pieces.stream().anyMatch(p -> p instanceof Line line && line.level() > 0);
    TreeSet<Integer> sizes = new TreeSet<>();
    for (DocxElement piece : pieces) {
      if (piece instanceof Line line && looksLikeHeading(line)) {
        sizes.add(line.halfPoints());
      }
    }
    for (DocxElement piece : pieces) {
      switch (piece) {
        case Line line -> {
          boolean plainHeading = !styled && looksLikeHeading(line);
          int level =
              line.title()
                  ? 1
                  : plainHeading
                      ? 1 + Math.min(3, sizes.tailSet(line.halfPoints(), false).size())
                      : line.level();
          add(line, level);
        }
        case Grid grid -> add(grid);
        case Figure figure -> figures.add(figure);
      }
    }
  }

  private static boolean looksLikeHeading(Line line) {
    String text = line.text();
    return line.bold()
        && text.length() <= LONGEST_BOLD_HEADING
        && !text.endsWith(".")
        && !text.endsWith("。")
        && !text.endsWith(";")
        && text.codePoints().anyMatch(Character::isLetter);
  }

  private void add(Line line, int level) {
    String label = ListLabels.isInformative(line.label()) || level > 0 ? line.label() + " " : "";
    if (level > 0) {
      into.heading(level, label + line.text());
    } else if (line.depth() > 0) {
      into.item(line.depth(), label + line.text());
    } else {
      String item = ListLabels.withoutBullet(line.text());
      if (item != null) {
        into.item(1, item);
      } else {
        into.paragraph(line.text());
      }
    }
  }

  private void add(Grid grid) throws IOException {
    boolean frame = grid.rows().stream().allMatch(row -> row.cells().size() <= 1);
    if (frame) { // a box drawn around text
      for (DocxElement.Row row : grid.rows()) {
        for (Cell cell : row.cells()) {
          add(cell.pieces());
        }
      }
      return;
    }
    List<TableRows.Row> rows = new ArrayList<>();
    List<String> above = List.of();
    for (DocxElement.Row row : grid.rows()) {
      List<String> cells = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      boolean bold = true;
      for (Cell cell : row.cells()) {
        String text = cell.text();
        if (cell.continued() && cells.size() < above.size()) {
          String repeated = above.get(cells.size());
          text = text.isEmpty() && repeated.length() <= LONGEST_REPEATED_CELL ? repeated : text;
        }
        bold &= text.isEmpty() || cell.bold();
        cells.add(text);
        labels.add(text);
        for (int i = 1; i < cell.span(); i++) {
          cells.add("");
          labels.add(text);
        }
      }
      above = cells;
      rows.add(new TableRows.Row(cells, labels, row.header(), bold));
    }
    TableRows.add(rows, into);
    for (Figure figure : grid.figures()) {
      figures.add(figure);
    }
  }
}
