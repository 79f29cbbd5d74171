package dev.whetstone.pairs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.pairs.Question.Origin;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads questions from a file: JSON lines, a JSON array, or CSV with a header line.
///
/// - CSV columns, in any order: `question`, `document`, and optionally `phrase`, `page`, `id`; see
///   [CsvTable].
/// - JSON keys: `question` (or `text`), `document`, `phrase`, `page`, `id` (or `_id`); instead of
///   one document `answers`, a list of `{"document" (or "file"), "phrase", "page"}`, which may be
///   empty: the documents then hold no answer. `origin` may say that a question only proves, see
///   [Question.Origin]. Other keys are not looked at.
///
/// Rows with the same id, or without ids the same question, be it written in another case or with
/// other punctuation, are one question with several places, at most [#MOST_PLACES]. A question
/// without an id has one made of its text, as it stands first.
public final class QuestionFile {

  /// Answers of one question. The number is bounded, because each is looked for in its document.
  static final int MOST_PLACES = 1000;

  private static final CsvTable.Columns COLUMNS =
      new CsvTable.Columns(
          List.of("question", "document", "phrase", "page", "id"), List.of("question", "document"));

  /// A row that could not be used.
  ///
  /// @param line from 1, the header counted
  public record BadRow(int line, String reason) {}

  /// What was read: the good rows, and word of the bad ones.
  ///
  /// @param notes of the file as a whole, for people
  public record Read(List<Question> questions, List<BadRow> bad, List<String> notes) {
    public Read {
      questions = List.copyOf(questions);
      bad = List.copyOf(bad);
      notes = List.copyOf(notes);
    }
  }

  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, Set<Place>> places = new HashMap<>();
  private final Map<String, Origin> origins = new HashMap<>();

  /// The id made for a question, by its text as [Question#form] has it.
  private final Map<String, String> derivedIds = new HashMap<>();

  private List<String> notes = List.of();
  private final List<BadRow> bad = new ArrayList<>();

  private QuestionFile() {}

  /// Reads a file. Its name tells the form (`.csv`, `.tsv`, `.json`, `.jsonl`), and where it does
  /// not, the first character: `[` begins an array, `{` JSON lines, anything else CSV.
  ///
  /// @throws Failure.BadInput if the file as a whole cannot be used, naming it
  public static Read read(Path file) {
    String text = QuestionText.of(file);
    var reader = new QuestionFile();
    String name = file.toString().toLowerCase(Locale.ROOT);
    String start = text.stripLeading();
    boolean json = name.endsWith(".json") || name.endsWith(".jsonl");
    boolean csv = name.endsWith(".csv") || name.endsWith(".tsv") || name.endsWith(".tab");
    if (csv || (!json && !start.startsWith("{") && !start.startsWith("["))) {
      reader.notes =
          new CsvTable(text, file, COLUMNS, (line, why) -> reader.bad.add(new BadRow(line, why)))
              .read(reader::csvRow);
    } else if (!name.endsWith(".jsonl") && start.startsWith("[")) {
      reader.jsonArray(text, file);
    } else {
      reader.jsonLines(text);
    }
    var questions = new ArrayList<Question>();
    reader.texts.forEach(
        (id, question) ->
            questions.add(
                new Question(
                    id,
                    question,
                    List.copyOf(reader.places.getOrDefault(id, Set.of())),
                    reader.origins.getOrDefault(id, Origin.IMPORTED))));
    if (questions.isEmpty() && reader.bad.isEmpty()) {
      throw new Failure.BadInput(file + " holds no questions");
    }
    return new Read(questions, reader.bad, reader.notes);
  }

  private void csvRow(Map<String, String> row, int line) {
    String question = row.getOrDefault("question", "");
    Place place =
        place(
            row.getOrDefault("document", ""),
            row.get("phrase"),
            row.getOrDefault("page", ""),
            line,
            question);
    if (place != null) {
      add(row.getOrDefault("id", ""), question, List.of(place), Origin.IMPORTED, line);
    }
  }

  private void jsonLines(String text) {
    int line = 0;
    for (String row : (Iterable<String>) text.lines()::iterator) {
      line++;
      Progress.stopWhenInterrupted();
      if (row.isBlank()) {
        continue;
      }
      try {
        JsonNode node = Json.MAPPER.readTree(row);
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
    try (JsonParser parser = Json.MAPPER.createParser(text)) {
      parser.nextToken(); // the array's bracket
      JsonToken token = parser.nextToken();
      while (token != JsonToken.END_ARRAY) {
        Progress.stopWhenInterrupted();
        line = parser.currentTokenLocation().getLineNr();
        JsonNode node = Json.MAPPER.readTree(parser);
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
    JsonNode answers = row.get("answers");
    boolean several = answers != null && answers.isArray();
    if (several && answers.size() > MOST_PLACES) {
      bad.add(
          new BadRow(
              line, "%,d answers: at most %,d are taken".formatted(answers.size(), MOST_PLACES)));
      return;
    }
    var found = new ArrayList<Place>();
    for (JsonNode answer : several ? answers : List.of(row)) {
      Place place =
          place(
              value(answer, "document", "file"),
              value(answer, "phrase", "phrase"),
              value(answer, "page", "page"),
              line,
              question);
      if (place == null) {
        return;
      }
      found.add(place);
    }
    Origin origin = Origin.of(value(row, "origin", "origin")).orElse(Origin.IMPORTED);
    add(value(row, "id", "_id"), question, found, origin, line);
  }

  private static String value(JsonNode node, String name, String other) {
    JsonNode value = node.hasNonNull(name) ? node.get(name) : node.get(other);
    return value == null || value.isNull() ? "" : QuestionText.trimmed(value.asText());
  }

  private @Nullable Place place(
      String name, @Nullable String phrase, String page, int line, String question) {
    String document = QuestionText.visible(name);
    if (QuestionText.visible(question).isEmpty()) {
      bad.add(new BadRow(line, "the question is empty"));
      return null;
    }
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

  private void add(String givenId, String text, List<Place> found, Origin origin, int line) {
    String question = QuestionText.visible(text);
    if (question.isEmpty()) { // and the documents hold no answer
      bad.add(new BadRow(line, "the question is empty"));
      return;
    }
    String id =
        givenId.isEmpty()
            ? derivedIds.computeIfAbsent(Question.form(question), _ -> Question.id(question))
            : givenId;
    String before = texts.putIfAbsent(id, question);
    if (before != null && !Question.form(before).equals(Question.form(question))) {
      bad.add(
          new BadRow(
              line, "the id \"" + id + "\" belongs to another question: \"" + before + "\""));
      return;
    }
    if (origin.onlyProves()) {
      origins.put(id, origin);
    }
    var all = places.computeIfAbsent(id, _ -> new LinkedHashSet<>());
    for (Place place : found) {
      if (all.size() == MOST_PLACES && !all.contains(place)) {
        bad.add(
            new BadRow(
                line,
                "the question has %,d answers already, and no more are taken"
                    .formatted(MOST_PLACES)));
        return;
      }
      all.add(place);
    }
  }

  static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
