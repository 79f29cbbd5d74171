/// Reads PDF files: rebuilds headings, paragraphs, lists and tables from glyphs that are drawn at
/// points of a page. A file enters; blocks with page numbers, and notes, leave through a
/// [dev.whetstone.corpus.DocumentBuilder]. [PdfReader] describes the passes. Never: text that is
/// dropped although it stands nowhere else, except with a note; columns that are read across.
@NullMarked
package dev.whetstone.corpus.pdf;

import org.jspecify.annotations.NullMarked;
