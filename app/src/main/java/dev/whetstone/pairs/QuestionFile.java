package dev.whetstone.pairs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads questions from a file: JSON lines, a JSON array, or CSV (RFC 4180) with a header line.
///
/// - CSV columns, in any order: `question`, `document`, and optionally `phrase`, `page`, `id`. The
///   header tells whether commas, semicolons or tabs stand between them.
/// - JSON keys: `question` (or `text`), `document`, `phrase`, `page`, `id` (or `_id`); instead of
///   one document `answers`, a list of `{"document" (or "file"), "phrase", "page"}`, which may be
///   empty: the documents then hold no answer. Other keys are not looked at.
///
/// Rows with the same id, or without ids the same question, are one question with several places. A
/// question without an id has one made of its text.
public final class QuestionFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> COLUMNS = Set.of("id", "question", "document", "phrase", "page");

  /// A row that could not be used.
  ///
  /// @param line from 1, the header counted
  public record BadRow(int line, String reason) {}

  /// What was read: the good rows, and word of the bad ones.
  public record Read(List<Question> questions, List<BadRow> bad) {
    public Read {
      questions = List.copyOf(questions);
      bad = List.copyOf(bad);
    }
  }

  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, List<Place>> places = new HashMap<>();
  private final List<BadRow> bad = new ArrayList<>();

  private QuestionFile() {}

  /// Reads a file; `.csv` is CSV, `.json` may be one array of objects, anything else is JSON lines.
  ///
  /// @throws Failure.BadInput if the file as a whole cannot be used, naming it
  public static Read read(Path file) {
    String text = text(file);
    var reader = new QuestionFile();
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv")) {
      reader.csv(text, file);
    } else if (name.endsWith(".json") && text.stripLeading().startsWith("[")) {
      reader.jsonArray(text, file);
    } else {
      reader.jsonLines(text);
    }
    var questions = new ArrayList<Question>();
    reader.texts.forEach(
        (id, question) ->
            questions.add(new Question(id, question, reader.places.getOrDefault(id, List.of()))));
    if (questions.isEmpty() && reader.bad.isEmpty()) {
      throw new Failure.BadInput(file + " holds no questions");
    }
    return new Read(questions, reader.bad);
  }

  private static String text(Path file) {
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder();
      String text = decoder.decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw new Failure.BadInput("there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new Failure.BadInput(file + " is not UTF-8: save it as UTF-8", e);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private void csv(String text, Path file) {
    var mapper = new CsvMapper();
    char separator = separator(text);
    List<String> header = null;
    int line = 1;
    try (MappingIterator<String[]> rows =
        mapper
            .readerFor(String[].class)
            .with(CsvSchema.emptySchema().withColumnSeparator(separator))
            .with(CsvParser.Feature.WRAP_AS_ARRAY)
            .with(CsvParser.Feature.SKIP_EMPTY_LINES)
            .readValues(text)) {
      while (rows.hasNextValue()) {
        line = rows.getCurrentLocation().getLineNr();
        String[] cells = rows.nextValue();
        if (header == null) {
          header = header(cells, file);
        } else {
          csvRow(header, cells, separator, line);
        }
      }
    } catch (IOException e) {
      throw new Failure.BadInput(
          file + ", after line " + line + ": this is no CSV: " + firstLine(e), e);
    }
    if (header == null) {
      throw new Failure.BadInput(file + " is empty: expected the header question,document,phrase");
    }
  }

  /// A comma, unless none parts a known column off in the header line and a semicolon or tab does.
  private static char separator(String text) {
    String header = text.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    if (known(header, ',') > 0) {
      return ',';
    }
    long semicolons = known(header, ';');
    long tabs = known(header, '\t');
    if (semicolons == 0 && tabs == 0) {
      return ',';
    }
    return tabs > semicolons ? '\t' : ';';
  }

  private static long known(String header, char separator) {
    return Pattern.compile(Pattern.quote(String.valueOf(separator)))
        .splitAsStream(header)
        .map(cell -> cell.replace('"', ' ').strip().toLowerCase(Locale.ROOT))
        .filter(COLUMNS::contains)
        .count();
  }

  private static List<String> header(String[] cells, Path file) {
    var header = new ArrayList<String>();
    for (String cell : cells) {
      String name = cell.strip().toLowerCase(Locale.ROOT);
      if (!COLUMNS.contains(name)) {
        throw new Failure.BadInput(
            file
                + ", line 1: unknown column \""
                + cell.strip()
                + "\": the columns are question, document, phrase, page and id");
      }
      if (header.contains(name)) {
        throw new Failure.BadInput(file + ", line 1: the column " + name + " stands there twice");
      }
      header.add(name);
    }
    for (String needed : List.of("question", "document")) {
      if (!header.contains(needed)) {
        throw new Failure.BadInput(file + ", line 1: the column " + needed + " is missing");
      }
    }
    return header;
  }

  private void csvRow(List<String> header, String[] cells, char separator, int line) {
    if (cells.length != header.size()) {
      String separators =
          switch (separator) {
            case ';' -> "semicolons";
            case '\t' -> "tabs";
            default -> "commas";
          };
      bad.add(
          new BadRow(
              line,
              "%d cells where the header has %d: put quotes around texts with %s"
                  .formatted(cells.length, header.size(), separators)));
      return;
    }
    var row = new HashMap<String, String>();
    for (int i = 0; i < cells.length; i++) {
      row.put(header.get(i), cells[i].strip());
    }
    String question = row.getOrDefault("question", "");
    if (question.isEmpty()) {
      bad.add(new BadRow(line, "the question is empty"));
      return;
    }
    Place place =
        place(
            row.getOrDefault("document", ""),
            row.get("phrase"),
            row.getOrDefault("page", ""),
            line);
    if (place != null) {
      add(row.getOrDefault("id", ""), question, List.of(place), line);
    }
  }

  private void jsonLines(String text) {
    int line = 0;
    for (String row : (Iterable<String>) text.lines()::iterator) {
      line++;
      if (row.isBlank()) {
        continue;
      }
      try {
        JsonNode node = JSON.readTree(row);
        if (node.isObject()) {
          jsonRow(node, line);
        } else {
          bad.add(new BadRow(line, "this is no JSON object"));
        }
      } catch (JsonProcessingException e) {
        bad.add(new BadRow(line, "this is no JSON: " + firstLine(e)));
      }
    }
  }

  private void jsonArray(String text, Path file) {
    int line = 1;
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken(); // the array's bracket
      JsonToken token = parser.nextToken();
      while (token != JsonToken.END_ARRAY) {
        line = parser.currentTokenLocation().getLineNr();
        JsonNode node = JSON.readTree(parser);
        if (node.isObject()) {
          jsonRow(node, line);
        } else {
          bad.add(new BadRow(line, "this is no JSON object"));
        }
        token = parser.nextToken();
      }
      line = parser.currentTokenLocation().getLineNr();
      if (parser.nextToken() != null) {
        throw new Failure.BadInput(
            file + ", line " + line + ": more follows after the array of questions");
      }
    } catch (IOException e) {
      throw new Failure.BadInput(
          file + ", after line " + line + ": this is no JSON: " + firstLine(e), e);
    }
  }

  private void jsonRow(JsonNode row, int line) {
    String question = value(row, "question", "text");
    if (question.isEmpty()) {
      bad.add(new BadRow(line, "the question is empty"));
      return;
    }
    JsonNode answers = row.get("answers");
    var found = new ArrayList<Place>();
    if (answers != null && answers.isArray()) {
      for (JsonNode answer : answers) {
        Place place = place(answer, line);
        if (place == null) {
          return;
        }
        found.add(place);
      }
    } else {
      Place place = place(row, line);
      if (place == null) {
        return;
      }
      found.add(place);
    }
    add(value(row, "id", "_id"), question, found, line);
  }

  private @Nullable Place place(JsonNode node, int line) {
    return place(
        value(node, "document", "file"),
        value(node, "phrase", "phrase"),
        value(node, "page", "page"),
        line);
  }

  private static String value(JsonNode node, String name, String other) {
    JsonNode value = node.hasNonNull(name) ? node.get(name) : node.get(other);
    return value == null || value.isNull() ? "" : value.asText().strip();
  }

  private @Nullable Place place(String document, @Nullable String phrase, String page, int line) {
    if (document.isEmpty()) {
      bad.add(new BadRow(line, "the document is missing: name the file that holds the answer"));
      return null;
    }
    int number = 0;
    if (!page.isEmpty()) {
      try {
        number = Integer.parseInt(page);
      } catch (NumberFormatException _) {
        number = -1;
      }
      if (number < 0) {
        bad.add(new BadRow(line, "the page \"" + page + "\" is no page number"));
        return null;
      }
    }
    return new Place(document, phrase == null || phrase.isEmpty() ? null : phrase, number);
  }

  private void add(String givenId, String question, List<Place> found, int line) {
    String id = givenId.isEmpty() ? Sha256.id(question) : givenId;
    String before = texts.putIfAbsent(id, question);
    if (before != null && !before.equals(question)) {
      bad.add(
          new BadRow(
              line, "the id \"" + id + "\" belongs to another question: \"" + before + "\""));
      return;
    }
    var all = places.computeIfAbsent(id, _ -> new ArrayList<>());
    found.stream().filter(place -> !all.contains(place)).forEach(all::add);
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
