package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.TableRows;
import java.util.List;

/// The part of a table that one sheet shows.
sealed interface PdfTablePart permits PdfRuledTable, PdfAlignedTable {
  /// From top to bottom.
  List<TableRows.Row> rows(Hyphens hyphens);

  /// Whether the table whose part on the sheet before is `other` may continue in this one.
  boolean hasColumnsOf(PdfTablePart other);
}
