package dev.whetstone.model;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.Pooling;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A tiny random BERT for tests: 2 layers, 2 heads, 16 dimensions, 64 positions, and a WordPiece
/// tokenizer that spells every English word. About 100 kB on disk; the same for the same seed.
public final class TinyBert {
  private static final List<String> WORDS =
      List.of(
          "the", "a", "of", "and", "to", "in", "is", "message", "queue", "broker", "route", "file",
          "server", "key", "user", "error", "time", "how", "what", "why", "does", "not", "with",
          "salt", "pasta", "water", "cook", "recipe", "oil", "heat");

  private TinyBert() {}

  /// The encoder, with mean pooling.
  public static NetworkDescription network() {
    return network(64);
  }

  private static NetworkDescription network(int positions) {
    return NetworkFamilies.bert(
        new NetworkFamilies.Sizes(2, 2, 16, 32, vocabulary().size(), positions, 1e-12), 2);
  }

  /// Random weights under Hugging Face's names.
  public static NamedTensors weights(long seed) {
    var random = new Random(seed);
    var weights = new NamedTensors();
    network()
        .tensors()
        .forEach(
            (name, size) -> {
              var data = new float[(int) (size.length == 1 ? size[0] : size[0] * size[1])];
              boolean scale = name.endsWith("LayerNorm.weight");
              for (int i = 0; i < data.length; i++) {
                data[i] = (scale ? 1 : 0) + .3f * (float) random.nextGaussian();
              }
              weights.put(name, new NamedTensors.Array(size, data));
            });
    return weights;
  }

  /// Writes a whole model folder, mean pooling, no prompts, 32 tokens at most.
  public static Model write(Path folder, long seed) {
    return write(folder, seed, Pooling.MEAN, Prompts.NONE, 32);
  }

  /// Writes a model that does not see words: all word embeddings are zero. Mean pooling, no
  /// prompts, 64 tokens at most.
  public static Model writeBlind(Path folder, long seed) {
    var sighted = weights(seed);
    var weights = new NamedTensors();
    network()
        .tensors()
        .forEach(
            (name, size) -> {
              var array = sighted.get(name);
              weights.put(
                  name,
                  name.contains("word_embeddings")
                      ? new NamedTensors.Array(size, new float[array.data().length])
                      : array);
            });
    return write(folder, network(), weights, seed, Pooling.MEAN, Prompts.NONE, 64);
  }

  /// Writes the model that [#write] writes for the seed, with more positions, which no text
  /// reaches: the same vectors from more weights.
  public static Model writeLarger(Path folder, long seed) {
    var weights = weights(seed);
    String positions = "embeddings.position_embeddings.weight";
    float[] data = Arrays.copyOf(weights.get(positions).data(), 128 * 16);
    weights.put(positions, new NamedTensors.Array(new long[] {128, 16}, data));
    return write(folder, network(128), weights, seed, Pooling.MEAN, Prompts.NONE, 32);
  }

  /// Writes a whole model folder.
  public static Model write(
      Path folder, long seed, Pooling pooling, Prompts prompts, int maxTokens) {
    return write(folder, network(), weights(seed), seed, pooling, prompts, maxTokens);
  }

  private static Model write(
      Path folder,
      NetworkDescription network,
      NamedTensors weights,
      long seed,
      Pooling pooling,
      Prompts prompts,
      int maxTokens) {
    try {
      Path tokenizer = Files.createTempFile("tiny-", "-tokenizer.json");
      try {
        Files.writeString(tokenizer, tokenizer());
        var draft =
            new Draft(
                "tiny-bert",
                network.withPooling(pooling),
                weights,
                prompts,
                maxTokens,
                tokenizer,
                ModelCard.of("random", "apache-2.0", List.of("en")));
        return Model.save(folder, draft, new Provenance("model", 1, Map.of(), Map.of(), seed));
      } finally {
        Files.delete(tokenizer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The text of its `tokenizer.json`.
  public static String tokenizer() {
    var ids = new LinkedHashMap<String, Object>();
    vocabulary().forEach(word -> ids.put(word, ids.size()));
    var special = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
    var added =
        special.stream()
            .map(
                word ->
                    Map.of(
                        "id",
                        ids.get(word),
                        "content",
                        word,
                        "single_word",
                        false,
                        "lstrip",
                        false,
                        "rstrip",
                        false,
                        "normalized",
                        false,
                        "special",
                        true))
            .toList();
    var json = new LinkedHashMap<String, Object>();
    json.put("version", "1.0");
    json.put("truncation", null);
    json.put("padding", null);
    json.put("added_tokens", added);
    json.put(
        "normalizer",
        Map.of(
            "type",
            "BertNormalizer",
            "clean_text",
            true,
            "handle_chinese_chars",
            true,
            "strip_accents",
            true,
            "lowercase",
            true));
    json.put("pre_tokenizer", Map.of("type", "BertPreTokenizer"));
    json.put("post_processor", postProcessor(ids));
    json.put("decoder", Map.of("type", "WordPiece", "prefix", "##", "cleanup", true));
    json.put(
        "model",
        Map.of(
            "type",
            "WordPiece",
            "unk_token",
            "[UNK]",
            "continuing_subword_prefix",
            "##",
            "max_input_chars_per_word",
            100,
            "vocab",
            ids));
    return Json.pretty(json);
  }

  private static Map<String, Object> postProcessor(Map<String, Object> ids) {
    Object cls = Map.of("SpecialToken", Map.of("id", "[CLS]", "type_id", 0));
    Object text = Map.of("Sequence", Map.of("id", "A", "type_id", 0));
    Object sep = Map.of("SpecialToken", Map.of("id", "[SEP]", "type_id", 0));
    Object second = Map.of("Sequence", Map.of("id", "B", "type_id", 1));
    Object end = Map.of("SpecialToken", Map.of("id", "[SEP]", "type_id", 1));
    var special = new LinkedHashMap<String, Object>();
    for (String word : List.of("[CLS]", "[SEP]")) {
      special.put(word, Map.of("id", word, "ids", List.of(ids.get(word)), "tokens", List.of(word)));
    }
    return Map.of(
        "type",
        "TemplateProcessing",
        "single",
        List.of(cls, text, sep),
        "pair",
        List.of(cls, text, sep, second, end),
        "special_tokens",
        special);
  }

  private static List<String> vocabulary() {
    var words = new java.util.ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (char c = '!'; c < 127; c++) {
      if (!Character.isUpperCase(c)) {
        words.add(String.valueOf(c));
      }
    }
    for (char c = 'a'; c <= 'z'; c++) {
      words.add("##" + c);
    }
    for (char c = '0'; c <= '9'; c++) {
      words.add("##" + c);
    }
    WORDS.stream().filter(word -> !words.contains(word)).forEach(words::add);
    return words;
  }
}
