package dev.whetstone.pairs;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The rows of a table in CSV whose columns are known, as RFC 4180 has it and spreadsheets write
/// it: with commas, semicolons or tabs, which a first line `sep=;` or the header tells, with empty
/// columns and columns of others' beside the known ones, and with lines ended in each way.
public final class CsvTable {
  private static final Pattern SEPARATOR = Pattern.compile("\"?sep=(.)\"?(?=\\R|$)");
  private static final Pattern BREAK = Pattern.compile("\\R");

  /// The columns that a table may have.
  ///
  /// @param known in the order that messages name them in
  /// @param needed of these
  public record Columns(List<String> known, List<String> needed) {
    public Columns {
      known = List.copyOf(known);
      needed = List.copyOf(needed);
    }

    String names() {
      int last = known.size() - 1;
      return String.join(", ", known.subList(0, last)) + " and " + known.get(last);
    }
  }

  private final Path file;
  private final Columns columns;
  private final String text;
  private final char separator;
  private final BiConsumer<Integer, String> bad;

  /// @param bad receives the line number and the reason of each row that cannot be used
  CsvTable(String text, Path file, Columns columns, BiConsumer<Integer, String> bad) {
    Matcher separatorLine = SEPARATOR.matcher(text);
    boolean first = separatorLine.lookingAt();
    this.file = file;
    this.columns = columns;
    this.text =
        first ? text.substring(separatorLine.end()) : text; // the empty line keeps the numbers
    this.separator = first ? separatorLine.group(1).charAt(0) : separator(this.text);
    this.bad = bad;
  }

  /// A comma, unless none parts a known column off in the header line and a semicolon or tab does.
  private char separator(String text) {
    String header =
        BREAK.splitAsStream(text).filter(line -> !line.isBlank()).findFirst().orElse("");
    if (knownColumns(header, ',') > 0) {
      return ',';
    }
    long semicolons = knownColumns(header, ';');
    long tabs = knownColumns(header, '\t');
    if (semicolons == 0 && tabs == 0) {
      return ',';
    }
    return tabs > semicolons ? '\t' : ';';
  }

  private long knownColumns(String header, char separator) {
    return Pattern.compile(Pattern.quote(String.valueOf(separator)))
        .splitAsStream(header)
        .map(cell -> name(cell.replace('"', ' ')))
        .filter(columns.known()::contains)
        .count();
  }

  private static String name(String cell) {
    return QuestionText.visible(cell).toLowerCase(Locale.ROOT);
  }

  /// Reads a file.
  ///
  /// @param bad receives the line number and the reason of each row that cannot be used
  /// @param row is given each other one, by column, with its line
  /// @return notes on the file as a whole
  /// @throws Failure.BadInput if the file as a whole cannot be used
  public static List<String> read(
      Path file,
      Columns columns,
      BiConsumer<Integer, String> bad,
      BiConsumer<Map<String, String>, Integer> row) {
    return new CsvTable(QuestionText.of(file), file, columns, bad).read(row);
  }

  /// Reads all rows.
  ///
  /// @param row is given each, by column, with its line
  /// @return notes on the file as a whole
  /// @throws Failure.BadInput if the file as a whole cannot be used
  List<String> read(BiConsumer<Map<String, String>, Integer> row) {
    var notes = new ArrayList<String>();
    @Nullable List<String> header = null;
    int line = 1;
    try (MappingIterator<String[]> rows =
        new CsvMapper()
            .readerFor(String[].class)
            .with(CsvSchema.emptySchema().withColumnSeparator(separator))
            .with(CsvParser.Feature.WRAP_AS_ARRAY)
            .with(CsvParser.Feature.SKIP_EMPTY_LINES)
            .with(CsvParser.Feature.TRIM_SPACES) // also those before a quote
            .readValues(text)) {
      while (rows.hasNextValue()) {
        Progress.stopWhenInterrupted();
        line = rows.getCurrentLocation().getLineNr();
        String[] cells = rows.nextValue();
        boolean blank = Arrays.stream(cells).allMatch(c -> QuestionText.trimmed(c).isEmpty());
        if (header == null && !blank) {
          header = header(cells, notes);
        } else if (header != null && !blank) {
          row(header, cells, line, row);
        }
      }
    } catch (IOException e) {
      throw new Failure.BadInput(file + unclosed(line) + QuestionFile.firstLine(e), e);
    }
    if (header == null) {
      throw new Failure.BadInput(
          file + " is empty: expected a header with the columns " + columns.names());
    }
    return notes;
  }

  /// Where the file stops to be CSV: in a quote that is not closed the parser reads on to the end.
  private String unclosed(int line) {
    int opened = 0; // the line of the open quote; 0 outside of one
    boolean fresh = true; // at the beginning of a cell
    int at = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean broken = c == '\n' || (c == '\r' && !text.startsWith("\n", i + 1));
      at += broken ? 1 : 0;
      if (opened > 0) {
        if (c == '"' && text.startsWith("\"", i + 1)) {
          i++;
        } else if (c == '"') {
          opened = 0;
        }
      } else if (c == '"' && fresh) {
        opened = at;
        fresh = false;
      } else {
        fresh = c == separator || broken || (fresh && c == ' ');
      }
    }
    return opened > 0
        ? ", line " + opened + ": the quote that opens here is not closed: "
        : ", after line " + line + ": this is no CSV: ";
  }

  /// @return the columns' names; those that are not used are empty
  private List<String> header(String[] cells, List<String> notes) {
    var header = new ArrayList<String>();
    var unused = new ArrayList<String>();
    for (String cell : cells) {
      String name = name(cell);
      if (columns.known().contains(name) && header.contains(name)) {
        throw new Failure.BadInput(file + ", line 1: the column " + name + " stands there twice");
      }
      if (!name.isEmpty() && !columns.known().contains(name)) {
        unused.add("\"" + QuestionText.trimmed(cell) + "\"");
        boolean misspelt = columns.known().stream().anyMatch(known -> near(known, name));
        if (misspelt) {
          throw new Failure.BadInput(unknown(unused.getLast()));
        }
      }
      header.add(columns.known().contains(name) ? name : "");
    }
    for (String needed : columns.needed()) {
      if (!header.contains(needed)) {
        throw new Failure.BadInput(
            unused.isEmpty()
                ? file + ", line 1: the column " + needed + " is missing"
                : unknown(String.join(", ", unused)) + "; " + needed + " is missing");
      }
    }
    if (!unused.isEmpty()) {
      notes.add(
          "not used: "
              + file
              + ", the column "
              + String.join(", ", unused)
              + ": the columns are "
              + columns.names());
    }
    return header;
  }

  private String unknown(String column) {
    return file + ", line 1: unknown column " + column + ": the columns are " + columns.names();
  }

  /// Whether a name is a known one with a letter more, less or other, as `phrases`.
  private static boolean near(String known, String name) {
    int same = 0;
    int end = Math.min(known.length(), name.length());
    while (same < end && known.charAt(same) == name.charAt(same)) {
      same++;
    }
    int behind = 0;
    while (behind < end - same
        && known.charAt(known.length() - 1 - behind) == name.charAt(name.length() - 1 - behind)) {
      behind++;
    }
    return known.length() > 2 && Math.max(known.length(), name.length()) - same - behind <= 1;
  }

  private void row(
      List<String> header, String[] cells, int line, BiConsumer<Map<String, String>, Integer> row) {
    int last = cells.length;
    while (last > header.size() && QuestionText.trimmed(cells[last - 1]).isEmpty()) {
      last--;
    }
    // spreadsheets leave out empty cells at the end of a row
    int needed = 1 + columns.needed().stream().mapToInt(header::indexOf).max().orElse(-1);
    if (last > header.size()) {
      bad.accept(
          line,
          "%d cells where the header has %d: put quotes around texts with %s"
              .formatted(last, header.size(), separators()));
      return;
    }
    if (last < needed) {
      bad.accept(
          line,
          "%d cells where the header has %d: a line break in a text needs quotes around it"
              .formatted(last, header.size()));
      return;
    }
    var values = new HashMap<String, String>();
    for (int i = 0; i < last; i++) {
      if (!header.get(i).isEmpty()) {
        values.put(header.get(i), QuestionText.trimmed(cells[i]));
      }
    }
    row.accept(values, line);
  }

  private String separators() {
    return switch (separator) {
      case ',' -> "commas";
      case ';' -> "semicolons";
      case '\t' -> "tabs";
      default -> "\"" + separator + "\"";
    };
  }
}
