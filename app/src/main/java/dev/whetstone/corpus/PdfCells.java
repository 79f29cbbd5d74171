package dev.whetstone.corpus;

import java.util.List;

/// What one sheet shows of a table.
sealed interface PdfCells permits PdfGrid, PdfColumns {
  /// From top to bottom.
  List<TableRows.Row> rows(Hyphens hyphens);

  /// Whether the table whose part on the sheet before is `other` may go on in this one.
  boolean hasColumnsOf(PdfCells other);
}
