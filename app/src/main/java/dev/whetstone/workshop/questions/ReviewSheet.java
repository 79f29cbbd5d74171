package dev.whetstone.workshop.questions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.pairs.CsvTable;
import dev.whetstone.pairs.Question;
import dev.whetstone.pairs.QuestionFile.BadRow;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.questions.Reviewing.Refusal;
import dev.whetstone.workspace.AskedQuestion;
import dev.whetstone.workspace.TruncatedList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The review as a table for spreadsheets: CSV in UTF-8 with a byte order mark, without which Excel
/// takes it for another encoding. A cell that a spreadsheet would take for a formula, as `=1+1` in
/// a document, begins with an apostrophe (OWASP, *CSV Injection*).
///
/// Reading needs the columns `id` and `decision`; a changed text in `question` counts. An id begins
/// with a letter there: a spreadsheet takes one in 700 hashes for a number, as `12345678e1234567`,
/// and saves another.
///
/// Of a question that a server was asked the cell `passage` has the passages that were shown,
/// numbered, and the decision is the number of the one that answers, or `none`.
public final class ReviewSheet {
  /// What a row says. Its name in lower case stands in the file; the first letter is enough.
  private enum Decision {
    ACCEPT,
    DROP,
    SKIP,
    /// Of a question that a server was asked: no passage answers it.
    NONE,
    /// Likewise: the passage of a number answers it, which stands in the file.
    NUMBER
  }

  /// @param line from 1, the header counted
  /// @param number of a passage; 0 where none is given
  /// @param text as it stands in the file
  private record Row(int line, String id, Decision decision, int number, String text) {}

  /// @param open questions that wait still
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

  private static final List<Decision> WORDS =
      List.of(Decision.ACCEPT, Decision.DROP, Decision.SKIP, Decision.NONE);

  private static final String FORMULAS = "=+-@\t\r";
  private static final String LETTER = "q";

  private ReviewSheet() {}

  /// Writes the questions that wait.
  public static void write(Path file, List<ReviewItem> items) {
    List<List<String>> rows = items.stream().map(ReviewSheet::row).toList();
    try {
      WholeFile.write(file, "\uFEFF" + new CsvMapper().writer(SCHEMA).writeValueAsString(rows));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts cannot be written as CSV", e);
    }
  }

  private static List<String> row(ReviewItem item) {
    String decision = item.skipped() ? "skip" : "";
    String id = LETTER + item.id();
    return switch (item) {
      case ReviewItem.Written(WrittenQuestion question, Passage passage, _) ->
          List.of(
              decision,
              cell(item.text()),
              cell(passage.document()),
              passage.page() == 0 ? "" : String.valueOf(passage.page()),
              cell(String.join(" > ", passage.headings())),
              cell(passage.text()),
              question.kind().key(),
              id);
      case ReviewItem.Asked(AskedQuestion asked, int times, List<ReviewItem.Shown> shown, _) ->
          List.of(
              decision,
              cell(item.text()),
              "",
              "",
              "",
              shown.stream().map(ReviewSheet::numbered).collect(Collectors.joining("\n\n")),
              "asked %d x, %s".formatted(times, asked.asking().outcome().words()),
              id);
    };
  }

  private static String numbered(ReviewItem.Shown shown) {
    Passage passage = shown.passage();
    String page = passage.page() == 0 ? "" : ", page " + passage.page();
    return "%d: %s%s\n%s".formatted(shown.number(), passage.document(), page, passage.text());
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
          Optional<Row> read = row(row, line, decision);
          read.ifPresentOrElse(
              rows::add,
              () ->
                  bad.add(
                      new BadRow(
                          line,
                          "the decision \""
                              + decision
                              + "\" is none of accept, drop, skip, none and the number of a"
                              + " passage")));
        });
    return new Read(rows, open[0], bad);
  }

  private static Optional<Row> row(Map<String, String> row, int line, String decision) {
    String id = row.getOrDefault("id", "");
    String text = row.getOrDefault("question", "");
    if (decision.matches("[1-9]\\d?")) {
      return Optional.of(new Row(line, id, Decision.NUMBER, Integer.parseInt(decision), text));
    }
    for (Decision one : WORDS) {
      String key = one.name().toLowerCase(Locale.ROOT);
      if (decision.equals(key) || decision.equals(key.substring(0, 1))) {
        return Optional.of(new Row(line, id, one, 0, text));
      }
    }
    return Optional.empty();
  }

  /// What reading a table did.
  ///
  /// @param mended of the accepted ones
  /// @param open questions that wait still
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
      @Nullable ReviewItem item = reviewing.item(id(row.id()));
      if (item == null) {
        bad.add(new BadRow(row.line(), "no question \"" + row.id() + "\" waits for review"));
        continue;
      }
      switch (row.decision()) {
        case ACCEPT, NONE, NUMBER -> {
          Optional<List<Passage>> answers = answers(item, row);
          if (answers.isEmpty()) {
            bad.add(new BadRow(row.line(), misfit(item, row)));
            continue;
          }
          boolean same = Question.typed(row.text()).isBlank() || isSame(row.text(), item.text());
          reviewing.accept(item, same ? item.text() : text(row.text()), answers.get());
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
    int open = reviewing.waiting().size();
    return new Taken(accepted, mended, dropped, skipped, open, TruncatedList.of(bad));
  }

  /// The passages that answer a question, as a row says; empty where it says nothing that fits.
  private static Optional<List<Passage>> answers(ReviewItem item, Row row) {
    return switch (item) {
      case ReviewItem.Written written ->
          row.decision() == Decision.ACCEPT
              ? Optional.of(List.of(written.passage()))
              : Optional.empty();
      case ReviewItem.Asked asked ->
          row.decision() == Decision.NONE
              ? Optional.of(List.of())
              : asked.shown().stream()
                  .filter(shown -> shown.number() == row.number())
                  .findFirst()
                  .map(shown -> List.of(shown.passage()));
    };
  }

  private static String misfit(ReviewItem item, Row row) {
    return switch (item) {
      case ReviewItem.Written _ -> "a written question takes accept, drop or skip";
      case ReviewItem.Asked _ ->
          row.decision() == Decision.ACCEPT
              ? "a question that was asked takes the number of the passage that answers it, none,"
                  + " drop or skip"
              : "it has no passage "
                  + row.number()
                  + " (any more): run with --again for a new table";
    };
  }
}
