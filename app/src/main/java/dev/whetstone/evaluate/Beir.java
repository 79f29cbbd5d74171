package dev.whetstone.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.store.Json;
import dev.whetstone.text.LanguageDetector;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/// A retrieval collection in BEIR layout: a folder with `corpus.jsonl` (`_id`, `title`, `text`),
/// `queries.jsonl` (`_id`, `text`) and `qrels/SPLIT.tsv`. Judgements are read only when asked for.
/// Runs of white space in texts become one space.
public final class Beir {
  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  /// The characters by which the language of a collection is detected, and how many of them one
  /// document gives.
  private static final int SAMPLE = 200_000;

  private static final int BEGINNING = 400;

  private final Path folder;

  private Beir(Path folder) {
    this.folder = folder;
  }

  /// @throws Failure.BadInput if the folder or one of its parts is missing
  public static Beir open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new Failure.BadInput("there is no folder " + folder);
    }
    for (String part : List.of("corpus.jsonl", "queries.jsonl", "qrels")) {
      if (!Files.exists(folder.resolve(part))) {
        throw new Failure.BadInput(
            folder
                + " is no collection in BEIR layout: it lacks "
                + part
                + " (expected corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv)");
      }
    }
    return new Beir(folder);
  }

  /// The documents of a folder of which only `corpus.jsonl` has to be there; see [#passages()].
  ///
  /// @throws Failure.BadInput if it is missing, or naming file and line
  public static List<Passage> documents(Path folder) {
    if (!Files.isRegularFile(folder.resolve("corpus.jsonl"))) {
      throw new Failure.BadInput(
          "there is no "
              + folder.resolve("corpus.jsonl")
              + ": expected a collection in BEIR layout, a folder with corpus.jsonl (one JSON"
              + " object a line with _id, title and text)");
    }
    return new Beir(folder).passages();
  }

  /// The folder's own name.
  public String name() {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  public boolean hasSplit(String split) {
    return Files.isRegularFile(splitFile(split));
  }

  /// The judgements of one split.
  ///
  /// @throws Failure.BadInput if the split does not exist, naming the file; or naming file and line
  public Qrels qrels(String split) {
    return Qrels.read(splitFile(split));
  }

  private Path splitFile(String split) {
    return folder.resolve("qrels").resolve(split + ".tsv");
  }

  /// The documents as passages, in the file's order: the title is the heading path, the id is the
  /// document's own, the language (`en` or `zh`) is that of the whole corpus.
  ///
  /// @throws Failure.BadInput naming file and line
  public List<Passage> passages() {
    Path file = folder.resolve("corpus.jsonl");
    Set<String> distinct = new HashSet<>();
    List<String[]> rows = new ArrayList<>();
    var sample = new StringBuilder(); // the beginnings of the documents
    lines(
        file,
        (row, where) -> {
          String id = text(row, "_id", where);
          if (!distinct.add(id)) {
            throw new Failure.BadInput(where + ": the id \"" + id + "\" stands here twice");
          }
          String title = row.hasNonNull("title") ? squeezed(row.get("title").asText()) : "";
          String text = squeezed(text(row, "text", where));
          if (sample.length() < SAMPLE) {
            sample.append(text, 0, Math.min(text.length(), BEGINNING)).append('\n');
          }
          rows.add(new String[] {id, title, text});
        });
    if (rows.isEmpty()) {
      throw new Failure.BadInput(file + " holds no documents");
    }
    String language = LanguageDetector.of(sample.toString());
    return rows.stream().map(row -> passage(row[0], row[1], row[2], language)).toList();
  }

  private static Passage passage(String id, String title, String text, String language) {
    return new Passage(
        id,
        id,
        title.isEmpty() ? List.of() : List.of(title),
        text,
        0,
        text.length(),
        0,
        0,
        Map.of("language", language, "title", title));
  }

  /// Query id → text, in the file's order.
  ///
  /// @throws Failure.BadInput naming file and line
  public Map<String, String> queries() {
    Map<String, String> queries = new LinkedHashMap<>();
    lines(
        folder.resolve("queries.jsonl"),
        (row, where) -> {
          String id = text(row, "_id", where);
          if (queries.put(id, squeezed(text(row, "text", where))) != null) {
            throw new Failure.BadInput(where + ": the id \"" + id + "\" stands here twice");
          }
        });
    return queries;
  }

  private static void lines(Path file, BiConsumer<JsonNode, String> take) {
    int number = 0;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          String where = file + ", line " + number;
          take.accept(object(line, where), where);
        }
      }
    } catch (CharacterCodingException e) {
      throw new Failure.BadInput(file + " is not UTF-8 after line " + number, e);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode object(String line, String where) {
    try {
      JsonNode node = Json.MAPPER.readTree(line);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new Failure.BadInput(where + ": no JSON: " + e.getOriginalMessage(), e);
    }
    throw new Failure.BadInput(where + ": expected a JSON object");
  }

  private static String text(JsonNode row, String field, String where) {
    JsonNode value = row.get(field);
    if (value == null || !value.isValueNode() || value.isNull()) {
      throw new Failure.BadInput(where + ": \"" + field + "\" is missing");
    }
    return value.asText();
  }

  private static String squeezed(String text) {
    return SPACE.matcher(text).replaceAll(" ").strip();
  }
}
