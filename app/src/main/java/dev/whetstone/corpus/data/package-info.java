/// Reads tables and records: CSV, TSV, JSON lines and JSON. Text enters, the blocks of records
/// leave through a [dev.whetstone.corpus.DocumentBuilder]: each record is a part of the document
/// with metadata of its own. Never: a row that is cut where it fits into a passage, a line that is
/// dropped without its number.
@NullMarked
package dev.whetstone.corpus.data;

import org.jspecify.annotations.NullMarked;
