package dev.whetstone.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.pairs.WrittenPairs.Written;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads questions that a language model wrote about a collection's passages: one object a line
/// with `question` and the passage's id, either as `passage` or, as the program keeps its own
/// written questions, as `passage` in `source`. Those in which a check of the program found faults
/// (`faults` in `checks`) are passed over. Other keys are ignored.
///
/// ```json
/// {"question": "how do I stop the pump", "passage": "MED-10"}
/// ```
final class WrittenFile {
  private WrittenFile() {}

  /// @return in the file's order, each with an id of its own
  /// @throws Failure.BadInput naming file and line
  static List<Written> read(Path file, List<Passage> passages) {
    Set<String> known = passages.stream().map(Passage::id).collect(Collectors.toSet());
    List<String> lines = lines(file);
    var written = new ArrayList<Written>();
    var ids = new HashMap<String, Integer>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      String where = file + ", line " + (i + 1);
      JsonNode line = tree(lines.get(i), where);
      if (!line.at("/checks/faults").isEmpty()) {
        continue;
      }
      String question = line.path("question").asText("");
      JsonNode named = line.has("passage") ? line.path("passage") : line.at("/source/passage");
      String passage = named.asText("");
      if (question.isBlank() || passage.isBlank()) {
        throw new Failure.BadInput(
            where + ": expected an object with question and passage, the id of a document");
      }
      if (!known.contains(passage)) {
        throw new Failure.BadInput(where + ": the collection has no passage " + passage);
      }
      String id = Sha256.id(question, passage);
      if (ids.putIfAbsent(id, i) == null) {
        written.add(new Written(id, question, passage));
      }
    }
    return written;
  }

  private static JsonNode tree(String line, String where) {
    try {
      return Json.MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new Failure.BadInput(where + ": no JSON object (" + e.getOriginalMessage() + ")", e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new Failure.BadInput("there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new Failure.BadInput(file + " is not UTF-8: save it as UTF-8", e);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
