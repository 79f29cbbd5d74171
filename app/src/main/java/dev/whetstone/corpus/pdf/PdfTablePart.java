package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.TableRows;
import java.util.List;

/// What one sheet shows of a table.
sealed interface PdfTablePart permits PdfRuledTable, PdfAlignedTable {
  /// From top to bottom.
  List<TableRows.Row> rows(Hyphens hyphens);

  /// Whether the table whose part on the sheet before is `other` may go on in this one.
  boolean hasColumnsOf(PdfTablePart other);
}
