package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Pooling;
import java.nio.file.Path;
import java.util.List;

/// What the JSON files of a Hugging Face or sentence-transformers folder say about an encoder.
record Layout(EncoderShape shape, Pooling pooling, Prompts prompts, int maxTokens) {
  /// Two special tokens and some words.
  static final int LEAST_TOKENS = 8;

  private static final int MOST_PROMPT = 2000;

  /// @throws Failure.BadInput if it is a model that we do not compute, or a number is out of range
  /// @throws Failure.CorruptArtifact if a file is missing, unreadable or contradicts itself
  static Layout read(Path folder) {
    EncoderShape shape = shape(folder);
    JsonNode modules = FolderFiles.optional(folder, "modules.json");
    String pooling = null;
    Path transformer = folder;
    for (JsonNode module : modules) {
      String type = module.path("type").asText();
      String path = safe(folder, module.path("path").asText());
      switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Transformer" -> transformer = folder.resolve(path);
        case "Pooling" -> pooling = path.isEmpty() ? "config.json" : path + "/config.json";
        case "Normalize" -> {}
        default ->
            throw new Failure.BadInput(
                folder
                    + " has a module of type "
                    + Numbers.cut(type)
                    + "; only Transformer, Pooling and Normalize are known");
      }
    }
    if (!transformer.normalize().equals(folder.normalize())) {
      throw new Failure.BadInput(
          folder + " keeps its encoder in " + transformer + "; only the folder itself is read");
    }
    return new Layout(
        shape,
        pooling == null ? Pooling.MEAN : pooling(folder, pooling, shape),
        prompts(folder),
        maxTokens(folder, shape));
  }

  private static String safe(Path folder, String path) {
    if (path.contains("..")
        || path.startsWith("/")
        || path.chars().anyMatch(c -> c < ' ' || c == '\\' || c == ':')) {
      throw new Failure.CorruptArtifact(
          folder.resolve("modules.json")
              + " names a path outside its folder: "
              + Numbers.cut(path));
    }
    return path;
  }

  private static EncoderShape shape(Path folder) {
    Path file = folder.resolve("config.json");
    JsonNode config = FolderFiles.required(folder, "config.json");
    requireValue(file, config, "model_type", List.of("bert"));
    requireValue(file, config, "hidden_act", List.of("gelu"));
    requireValue(file, config, "position_embedding_type", List.of("absolute", ""));
    var numbers = new Numbers(file, config);
    int hidden = numbers.whole("hidden_size", 1, 65_536);
    int heads = numbers.whole("num_attention_heads", 1, 1024);
    if (hidden % heads != 0) {
      throw new Failure.BadInput(
          file
              + ": hidden_size is "
              + hidden
              + ", which num_attention_heads, "
              + heads
              + ", does not divide");
    }
    return new EncoderShape(
        numbers.whole("num_hidden_layers", 1, 1000),
        heads,
        hidden,
        numbers.whole("intermediate_size", 1, 1 << 20),
        numbers.whole("vocab_size", 1, 10_000_000),
        numbers.whole("max_position_embeddings", LEAST_TOKENS, 1 << 20),
        config.has("type_vocab_size") ? numbers.whole("type_vocab_size", 1, 1000) : 2,
        numbers.fraction("layer_norm_eps", 1e-12, .1));
  }

  private static void requireValue(Path file, JsonNode config, String key, List<String> known) {
    String value = config.path(key).asText("");
    if (!known.contains(value)) {
      throw new Failure.BadInput(
          file
              + " has "
              + key
              + " \""
              + Numbers.cut(value)
              + "\"; only BERT encoders with \""
              + known.getFirst()
              + "\" are computed");
    }
  }

  private static Pooling pooling(Path folder, String name, EncoderShape shape) {
    Path file = folder.resolve(name);
    JsonNode config = FolderFiles.required(folder, name);
    if (config.has("word_embedding_dimension")) {
      new Numbers(file, config).whole("word_embedding_dimension", shape.hidden(), shape.hidden());
    }
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

  private static Prompts prompts(Path folder) {
    String name = "config_sentence_transformers.json";
    JsonNode prompts = FolderFiles.optional(folder, name).path("prompts");
    String passage = "";
    for (String key : List.of("corpus", "passage", "document")) {
      passage = prompts.path(key).asText(passage);
    }
    String query = prompts.path("query").asText("");
    int longest = Math.max(query.length(), passage.length());
    if (longest > MOST_PROMPT) {
      throw new Failure.BadInput(
          "%s has a prompt of %,d characters; at most %,d are put before a text"
              .formatted(folder.resolve(name), longest, MOST_PROMPT));
    }
    return new Prompts(query, passage);
  }

  /// Tokenizers without a limit state one of 1e30; the positions then limit.
  private static int maxTokens(Path folder, EncoderShape shape) {
    var stated = Numbers.of(folder, "sentence_bert_config.json");
    if (stated.has("max_seq_length")) {
      return Math.min(
          stated.whole("max_seq_length", LEAST_TOKENS, Integer.MAX_VALUE), shape.positions());
    }
    var tokenizer = Numbers.of(folder, "tokenizer_config.json");
    double most =
        tokenizer.has("model_max_length")
            ? tokenizer.atLeast("model_max_length", LEAST_TOKENS)
            : shape.positions();
    return (int) Math.min(most, shape.positions());
  }
}
