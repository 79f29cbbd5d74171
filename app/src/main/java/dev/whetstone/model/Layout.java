package dev.whetstone.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Pooling;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the JSON files of a Hugging Face or sentence-transformers folder say about an encoder.
record Layout(EncoderShape shape, Pooling pooling, Prompts prompts, int maxTokens) {

  /// @throws Failure.BadInput if it is a model that we do not compute
  /// @throws Failure.CorruptArtifact if a file is missing, unreadable or contradicts itself
  static Layout read(Path folder) {
    EncoderShape shape = shape(folder);
    JsonNode modules = optional(folder.resolve("modules.json"));
    Path pooling = null;
    Path transformer = folder;
    for (JsonNode module : modules) {
      String type = module.path("type").asText();
      Path path = folder.resolve(safe(folder, module.path("path").asText()));
      switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Transformer" -> transformer = path;
        case "Pooling" -> pooling = path.resolve("config.json");
        case "Normalize" -> {}
        default ->
            throw new Failure.BadInput(
                folder
                    + " has a module of type "
                    + type
                    + "; only Transformer, Pooling and Normalize are known");
      }
    }
    if (!transformer.normalize().equals(folder.normalize())) {
      throw new Failure.BadInput(
          folder + " keeps its encoder in " + transformer + "; only the folder itself is read");
    }
    return new Layout(
        shape,
        pooling == null ? Pooling.MEAN : pooling(required(pooling), pooling),
        prompts(optional(folder.resolve("config_sentence_transformers.json"))),
        maxTokens(folder, shape));
  }

  private static String safe(Path folder, String path) {
    if (path.contains("..") || path.startsWith("/") || path.contains("\\") || path.contains(":")) {
      throw new Failure.CorruptArtifact(
          folder.resolve("modules.json") + " names a path outside its folder: " + path);
    }
    return path;
  }

  private static EncoderShape shape(Path folder) {
    Path file = folder.resolve("config.json");
    JsonNode config = required(file);
    requireValue(file, config, "model_type", List.of("bert"));
    requireValue(file, config, "hidden_act", List.of("gelu"));
    requireValue(file, config, "position_embedding_type", List.of("absolute", ""));
    try {
      return new EncoderShape(
          size(file, config, "num_hidden_layers"),
          size(file, config, "num_attention_heads"),
          size(file, config, "hidden_size"),
          size(file, config, "intermediate_size"),
          size(file, config, "vocab_size"),
          size(file, config, "max_position_embeddings"),
          config.has("type_vocab_size") ? size(file, config, "type_vocab_size") : 2,
          config.path("layer_norm_eps").asDouble(1e-12));
    } catch (IllegalArgumentException e) {
      throw new Failure.CorruptArtifact(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireValue(Path file, JsonNode config, String key, List<String> known) {
    String value = config.path(key).asText("");
    if (!known.contains(value)) {
      throw new Failure.BadInput(
          file
              + " has "
              + key
              + " \""
              + value
              + "\"; only BERT encoders with \""
              + known.getFirst()
              + "\" are computed");
    }
  }

  private static int size(Path file, JsonNode config, String key) {
    JsonNode value = config.path(key);
    if (!value.canConvertToInt() || value.asInt() < 1 || value.asInt() > 10_000_000) {
      throw new Failure.CorruptArtifact(file + " has an impossible " + key + ": " + value);
    }
    return value.asInt();
  }

  private static Pooling pooling(JsonNode config, Path file) {
    boolean cls = config.path("pooling_mode_cls_token").asBoolean();
    boolean mean = config.path("pooling_mode_mean_tokens").asBoolean();
    String mode = config.path("pooling_mode").asText(cls ? "cls" : mean ? "mean" : "");
    boolean other =
        config.properties().stream()
            .anyMatch(
                field ->
                    field.getKey().matches("pooling_mode_(max|mean_sqrt|weighted|last).*")
                        && field.getValue().asBoolean());
    boolean wholeText = config.path("include_prompt").asBoolean(true);
    if (!other && !(cls && mean) && wholeText) {
      if (mode.equals("cls")) {
        return Pooling.CLS;
      }
      if (mode.equals("mean")) {
        return Pooling.MEAN;
      }
    }
    throw new Failure.BadInput(file + " asks for another pooling than cls or mean over all tokens");
  }

  private static Prompts prompts(JsonNode config) {
    JsonNode prompts = config.path("prompts");
    String passage = "";
    for (String name : List.of("corpus", "passage", "document")) {
      passage = prompts.path(name).asText(passage);
    }
    return new Prompts(prompts.path("query").asText(""), passage);
  }

  private static int maxTokens(Path folder, EncoderShape shape) {
    int stated =
        optional(folder.resolve("sentence_bert_config.json")).path("max_seq_length").asInt(0);
    double tokenizer =
        optional(folder.resolve("tokenizer_config.json"))
            .path("model_max_length")
            .asDouble(shape.positions());
    double max = stated > 0 ? stated : tokenizer;
    return (int) Math.max(3, Math.min(max, shape.positions()));
  }

  private static JsonNode optional(Path file) {
    return Files.exists(file) ? required(file) : MissingNode.getInstance();
  }

  private static JsonNode required(Path file) {
    try {
      return Json.MAPPER.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new Failure.CorruptArtifact(
          file + " is no JSON: " + String.valueOf(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new Failure.CorruptArtifact(
          file + " cannot be read; is " + file.getParent() + " a model folder?", e);
    }
  }
}
