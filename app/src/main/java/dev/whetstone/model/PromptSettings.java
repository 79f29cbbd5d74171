package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The prompts in a folder's `config_sentence_transformers.json`.
final class PromptSettings {
  static final String FILE = "config_sentence_transformers.json";

  private PromptSettings() {}

  /// Whether one is stated. sentence-transformers writes empty ones for models that have none, and
  /// for those whose authors name theirs on the card alone.
  static boolean stated(Path folder) {
    return FolderFiles.optional(folder, FILE).path("prompts").properties().stream()
        .anyMatch(prompt -> !prompt.getValue().asText().isEmpty());
  }

  /// Writes prompts, and leaves the rest of the file as it is.
  ///
  /// @param query null for the one that stands there
  /// @param passage null for the one that stands there
  static void write(Path folder, @Nullable String query, @Nullable String passage) {
    JsonNode there = FolderFiles.optional(folder, FILE);
    ObjectNode settings =
        there instanceof ObjectNode object ? object.deepCopy() : Json.MAPPER.createObjectNode();
    ObjectNode prompts =
        settings.path("prompts") instanceof ObjectNode object
            ? object
            : Json.MAPPER.createObjectNode();
    if (query != null) {
      prompts.put("query", query);
    }
    if (passage != null) {
      prompts.put("document", passage);
    }
    if (!prompts.isEmpty() && !prompts.equals(there.path("prompts"))) {
      settings.set("prompts", prompts);
      WholeFile.write(folder.resolve(FILE), Json.pretty(settings));
    }
  }
}
