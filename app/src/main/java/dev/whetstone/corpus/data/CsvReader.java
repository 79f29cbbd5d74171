package dev.whetstone.corpus.data;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads tables of text (CSV, TSV; RFC 4180 and what spreadsheets write).
///
/// A table whose rows stand for themselves, by a column of titles or texts, long rows or many
/// columns, becomes a [DataRecord] for each row. Any other stays a table: its header is repeated in
/// each passage, and each row stays on one line.
public final class CsvReader {
  private static final int SAMPLE = 200; // rows that decide
  private static final int MANY_COLUMNS = 12;
  private static final int LONG_ROW = 300; // characters, on average
  private static final int LONGEST_NAME = 60;
  private static final int BATCH = 500; // rows
  private static final Pattern VALUE =
      Pattern.compile("[-+$€£¥]?[\\d.,:/\\s%+-]+|https?://.*|\\S+@\\S+\\.\\S+");

  /// @param line where it begins, from 1
  private record Row(List<String> cells, int line) {}

  private final DocumentBuilder into;
  private final RecordSink sink;
  private int wide; // rows with more cells than the header

  private CsvReader(DocumentBuilder into) {
    this.into = into;
    this.sink = new RecordSink(into, "row");
  }

  /// @param tabs whether the file's name says that tabs separate its cells
  /// @throws Failure.BadInput if it is no table, or a log of questions
  public static void read(String text, boolean tabs, DocumentBuilder into) {
    new CsvReader(into).readAll(text.startsWith("\uFEFF") ? text.substring(1) : text, tabs);
  }

  private void readAll(String text, boolean tabs) {
    CsvDialect dialect = CsvDialect.of(text, tabs);
    int skipped = (int) text.substring(0, dialect.start()).lines().count();
    List<Row> first = new ArrayList<>();
    int line = 1;
    try (var reader = new StringReader(text)) {
      reader.skip(dialect.start());
      try (MappingIterator<String[]> rows =
          new CsvMapper()
              .readerFor(String[].class)
              .with(CsvSchema.emptySchema().withColumnSeparator(dialect.separator()))
              .with(CsvParser.Feature.WRAP_AS_ARRAY)
              .with(CsvParser.Feature.SKIP_EMPTY_LINES)
              .with(CsvParser.Feature.TRIM_SPACES)
              .readValues(reader)) {
        Table table = null;
        while (rows.hasNextValue()) {
          line = skipped + rows.getCurrentLocation().getLineNr();
          List<String> cells = Arrays.asList(rows.nextValue());
          if (cells.stream().allMatch(String::isBlank)) {
            continue;
          }
          if (table != null) {
            table.add(new Row(cells, line));
          } else {
            first.add(new Row(cells, line));
            table = first.size() == SAMPLE ? start(first) : null;
          }
        }
        table = table == null ? start(first) : table;
        table.flush();
      }
    } catch (IOException e) {
      if (first.isEmpty()) {
        throw new Failure.BadInput("is no CSV that can be read: " + firstLine(e), e);
      }
      if (into.isEmpty()) {
        start(first).flush();
      }
      into.note(
          "not read from line %,d on, where it stops to be CSV (%s): close the quotes and stage it again"
              .formatted(line, firstLine(e)));
    }
    if (wide > 0) {
      into.note(
          ParseNotes.counted(wide, "row")
              + " with more cells than the header, whose last cells have no name");
    }
    sink.close();
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("damaged");
  }

  /// Decides on the table's form by its first rows, and adds them.
  private Table start(List<Row> rows) {
    List<String> header = rows.isEmpty() ? null : header(rows.getFirst().cells());
    List<Row> body = header == null ? rows : rows.subList(1, rows.size());
    if (header != null) {
      refuseQuestions(header);
    }
    var table = new Table(header, header != null && standAlone(header, body));
    body.forEach(table::add);
    if (body.isEmpty() && header != null) {
      into.table(header, List.of());
    }
    return table;
  }

  /// The names of the columns, if this row holds names.
  private static @Nullable List<String> header(List<String> cells) {
    var seen = new HashSet<String>();
    List<String> header = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      String name = cells.get(i).strip();
      if (name.length() > LONGEST_NAME
          || VALUE.matcher(name).matches()
          || (!name.isEmpty() && !seen.add(name))) {
        return null;
      }
      header.add(name.isEmpty() ? "Column " + (i + 1) : name);
    }
    return seen.size() * 2 >= cells.size() ? header : null;
  }

  /// A log of questions names the answers: among the documents it would answer its own questions.
  private static void refuseQuestions(List<String> header) {
    List<String> names =
        header.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
    boolean places = names.contains("phrase") || names.contains("page") || names.size() == 2;
    if (names.contains("question") && names.contains("document") && places) {
      throw QuestionLogs.refusal();
    }
  }

  private static boolean standAlone(List<String> header, List<Row> rows) {
    boolean named =
        header.size() > 1
            && (FieldRole.TITLE.best(header) >= 0 || FieldRole.TEXT.best(header) >= 0);
    long characters =
        rows.stream().flatMap(row -> row.cells().stream()).mapToLong(String::length).sum();
    return named
        || header.size() > MANY_COLUMNS
        || (header.size() > 1 && characters > (long) LONG_ROW * Math.max(1, rows.size()));
  }

  /// The rows, as records or as the rows of a table.
  private final class Table {
    private final @Nullable List<String> header;
    private final boolean records;
    private final List<List<String>> batch = new ArrayList<>();
    private int batchLength;
    private boolean begun;

    Table(@Nullable List<String> header, boolean records) {
      this.header = header;
      this.records = records;
    }

    void add(Row row) {
      List<String> cells = row.cells();
      int named = header == null ? cells.size() : header.size();
      wide += cells.stream().skip(named).anyMatch(cell -> !cell.isBlank()) ? 1 : 0;
      if (records && header != null) {
        var record = new DataRecord();
        for (int i = 0; i < cells.size(); i++) {
          record.add(i < named ? header.get(i) : "Column " + (i + 1), cells.get(i));
        }
        sink.add(record, row.line());
        return;
      }
      int length = 3 * cells.size() + cells.stream().mapToInt(String::length).sum();
      if (sink.isFull(into.hasRoom(batchLength + length, batch.size() + 2), row.line())) {
        return;
      }
      batch.add(cells);
      batchLength += length;
      if (batch.size() == BATCH) {
        flush();
      }
    }

    void flush() {
      if (batch.isEmpty()) {
        return;
      }
      if (batch.stream().allMatch(cells -> cells.size() == 1)) {
        batch.forEach(cells -> into.paragraph(cells.getFirst()));
      } else if (begun) {
        into.moreRows(batch);
      } else {
        into.table(header, batch);
        begun = true;
      }
      batch.clear();
      batchLength = 0;
    }
  }
}
