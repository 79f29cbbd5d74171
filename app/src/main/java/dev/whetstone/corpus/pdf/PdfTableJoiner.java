package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.TableRows;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Adds tables to the document and joins the parts of a table that continues on the next page: its
/// header serves the rows of every page, and a row that the end of the page divided becomes one
/// again.
final class PdfTableJoiner {
  private record Part(int page, List<TableRows.Row> rows) {}

  private final Hyphens hyphens;
  private final DocumentBuilder into;
  private final List<Part> parts = new ArrayList<>();
  private @Nullable PdfTablePart last;

  PdfTableJoiner(Hyphens hyphens, DocumentBuilder into) {
    this.hyphens = hyphens;
    this.into = into;
  }

  /// Adds the part of a table that one page shows; a part with other columns begins another table.
  void add(PdfTablePart cells, int page) {
    boolean goesOn = last != null && page == parts.getLast().page() + 1 && cells.hasColumnsOf(last);
    if (!goesOn) {
      end();
    }
    List<TableRows.Row> rows = new ArrayList<>(cells.rows(hyphens));
    if (rows.isEmpty()) {
      return;
    }
    if (goesOn) {
      TableRows.Row header = parts.getFirst().rows().getFirst();
      if (rows.getFirst().cells().equals(header.cells())) {
        rows.removeFirst();
      }
      joinCutRow(parts.getLast().rows(), rows);
    }
    if (!rows.isEmpty()) {
      parts.add(new Part(page, rows));
    }
    last = cells;
  }

  /// A first row without its first cell, which does not begin a sentence, is the rest of the last.
  private void joinCutRow(List<TableRows.Row> above, List<TableRows.Row> below) {
    if (below.isEmpty() || above.size() < 2) {
      return;
    }
    List<String> start = above.getLast().cells();
    List<String> rest = below.getFirst().cells();
    boolean named = rest.isEmpty() || !rest.getFirst().isBlank();
    boolean fits = rest.size() == start.size();
    for (int i = 1; fits && i < rest.size(); i++) {
      fits = rest.get(i).isBlank() || (!start.get(i).isBlank() && isOpen(start.get(i)));
    }
    if (named || !fits) {
      return;
    }
    List<String> joined = new ArrayList<>();
    for (int i = 0; i < start.size(); i++) {
      var cell = new StringBuilder(start.get(i));
      hyphens.join(cell, rest.get(i));
      joined.add(cell.toString());
    }
    above.set(
        above.size() - 1,
        new TableRows.Row(joined, above.getLast().header(), above.getLast().bold()));
    below.removeFirst();
  }

  private static boolean isOpen(String cell) {
    return ".!?;:。！？；：".indexOf(cell.charAt(cell.length() - 1)) < 0;
  }

  /// Puts the table into the document.
  void end() {
    if (!parts.isEmpty()) {
      into.page(parts.getFirst().page());
      List<String> header = addFirst(parts.getFirst().rows());
      for (Part part : parts.subList(1, parts.size())) {
        into.page(part.page());
        into.table(header, part.rows().stream().map(TableRows.Row::cells).toList());
      }
    }
    parts.clear();
    last = null;
  }

  /// Adds the first part and returns its header. In a table without rules, a row is a header only
  /// where it differs from the others as one does.
  private @Nullable List<String> addFirst(List<TableRows.Row> rows) {
    if (last instanceof PdfAlignedTable && !rows.getFirst().header()) {
      into.table(null, rows.stream().map(TableRows.Row::cells).toList());
      return null;
    }
    return TableRows.add(rows, into);
  }
}
