package dev.whetstone.workshop.questions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.whetstone.core.Failure;
import dev.whetstone.pairs.CsvTable;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.QuestionFile.BadRow;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.questions.Reviewing.Item;
import dev.whetstone.workshop.questions.Reviewing.Refusal;
import dev.whetstone.workspace.TruncatedList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The review as a table for spreadsheets: CSV in UTF-8 with a byte order mark, without which Excel
/// takes it for another encoding. A cell that a spreadsheet would take for a formula, as `=1+1` in
/// a document, begins with an apostrophe (OWASP, *CSV Injection*).
///
/// Reading needs the columns `id` and `decision`; a changed text in `question` counts. An id begins
/// with a letter there: a spreadsheet takes one in 700 hashes for a number, as `12345678e1234567`,
/// and saves another.
public final class ReviewSheet {
  /// What a row says. Its name in lower case stands in the file; the first letter is enough.
  public enum Decision {
    ACCEPT,
    DROP,
    SKIP
  }

  /// @param line from 1, the header counted
  /// @param text as it stands in the file
  private record Row(int line, String id, Decision decision, String text) {}

  /// @param open rows without a decision
  private record Read(List<Row> rows, int open, List<BadRow> bad) {
    Read {
      rows = List.copyOf(rows);
      bad = List.copyOf(bad);
    }
  }

  private static final CsvTable.Columns COLUMNS =
      new CsvTable.Columns(
          List.of("decision", "question", "document", "page", "headings", "passage", "kind", "id"),
          List.of("decision", "id"));

  private static final CsvSchema SCHEMA =
      CsvSchema.builder()
          .addColumns(COLUMNS.known(), CsvSchema.ColumnType.STRING)
          .build()
          .withHeader();

  private static final String FORMULAS = "=+-@\t\r";
  private static final String LETTER = "q";

  private ReviewSheet() {}

  /// Writes the questions that wait.
  public static void write(Path file, List<Item> items) {
    List<List<String>> rows =
        items.stream()
            .map(
                item ->
                    List.of(
                        item.skipped() ? "skip" : "",
                        cell(item.question().question()),
                        cell(item.passage().document()),
                        item.passage().page() == 0 ? "" : String.valueOf(item.passage().page()),
                        cell(String.join(" > ", item.passage().headings())),
                        cell(item.passage().text()),
                        item.question().kind().key(),
                        LETTER + item.question().id()))
            .toList();
    try {
      WholeFile.write(file, "\uFEFF" + new CsvMapper().writer(SCHEMA).writeValueAsString(rows));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts cannot be written as CSV", e);
    }
  }

  private static String cell(String text) {
    return !text.isEmpty() && FORMULAS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
  }

  /// The id of a cell, also of one that was written without the letter.
  public static String id(String cell) {
    String id = cell.strip().toLowerCase(Locale.ROOT);
    return id.startsWith(LETTER) ? id.substring(LETTER.length()) : id;
  }

  /// What a person wrote into a cell: the apostrophe before a formula is the sheet's.
  private static String text(String cell) {
    return cell.startsWith("'") && cell.equals(cell(cell.substring(1))) ? cell.substring(1) : cell;
  }

  /// Whether two texts are the same cell: a spreadsheet may take the apostrophe for its own.
  private static boolean isSame(String cell, String text) {
    return cell.equals(text) || cell.equals(cell(text)) || cell.equals(text.strip());
  }

  private static Read read(Path file) {
    var rows = new ArrayList<Row>();
    var bad = new ArrayList<BadRow>();
    var open = new int[1];
    CsvTable.read(
        file,
        COLUMNS,
        (line, why) -> bad.add(new BadRow(line, why)),
        (row, line) -> {
          String decision = row.getOrDefault("decision", "").toLowerCase(Locale.ROOT);
          if (decision.isEmpty()) {
            open[0]++;
            return;
          }
          for (Decision one : Decision.values()) {
            String key = one.name().toLowerCase(Locale.ROOT);
            if (decision.equals(key) || decision.equals(key.substring(0, 1))) {
              rows.add(
                  new Row(line, row.getOrDefault("id", ""), one, row.getOrDefault("question", "")));
              return;
            }
          }
          bad.add(
              new BadRow(
                  line, "the decision \"" + decision + "\" is none of accept, drop and skip"));
        });
    return new Read(rows, open[0], bad);
  }

  /// What reading a table did.
  ///
  /// @param mended of the accepted ones
  /// @param open rows without a decision
  public record Taken(
      int accepted,
      int mended,
      int dropped,
      int skipped,
      int open,
      TruncatedList<BadRow> notTaken) {}

  /// Carries out the decisions of a table.
  ///
  /// @throws Failure.BadInput if the file as a whole cannot be used, naming it
  public static Taken take(Path file, Reviewing reviewing) {
    Read read = read(file);
    var bad = new ArrayList<>(read.bad());
    int accepted = 0;
    int mended = 0;
    int dropped = 0;
    int skipped = 0;
    for (Row row : read.rows()) {
      Item item = reviewing.item(id(row.id()));
      if (item == null) {
        bad.add(new BadRow(row.line(), "no question \"" + row.id() + "\" waits for review"));
        continue;
      }
      switch (row.decision()) {
        case ACCEPT -> {
          String written = item.question().question();
          String text = text(row.text());
          boolean same = Question.typed(text).isBlank() || isSame(row.text(), written);
          reviewing.accept(item, same ? written : text);
          accepted++;
          mended += same ? 0 : 1;
        }
        case DROP -> {
          reviewing.refuse(item, Refusal.DROPPED);
          dropped++;
        }
        case SKIP -> {
          reviewing.refuse(item, Refusal.SKIPPED);
          skipped++;
        }
      }
    }
    bad.sort(Comparator.comparingInt(BadRow::line));
    return new Taken(accepted, mended, dropped, skipped, read.open(), TruncatedList.of(bad));
  }
}
