package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Pooling;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The files of a model folder, as sentence-transformers and transformers name and read them.
final class ModelFiles {
  static final String WEIGHTS = "model.safetensors";
  static final String TOKENIZER = "tokenizer.json";
  static final String GRAPH = "onnx/model.onnx";

  /// Of a number in half precision.
  private static final int FEWEST_BYTES = 2;

  /// In full precision, with heads of pre-training of thrice its size.
  private static final long MOST_BYTES_A_NUMBER = 16;

  private static final long SMALL = 16L << 20;

  private ModelFiles() {}

  /// Reads the encoder's weights; pickles (`pytorch_model.bin`) are never read. The file's length
  /// and this process's memory bound what is read, whatever the sizes in `config.json` or in the
  /// header claim: a file may be short, or long with nothing in it.
  ///
  /// @throws Failure.CorruptArtifact if the file cannot hold what `config.json` asks for
  /// @throws Failure.Unavailable if it does not fit into memory
  static NamedTensors weights(Path folder, EncoderShape shape) {
    Path file = requireWeights(folder, shape);
    return SafeTensors.read(file, sizes -> EncoderTensors.select(shape, sizes, file.toString()));
  }

  /// Checks that the weights can be there and be read, by the file's length alone.
  static Path requireWeights(Path folder, EncoderShape shape) {
    Path file = FolderFiles.inside(folder, WEIGHTS);
    if (!Files.isRegularFile(file)) {
      throw new Failure.CorruptArtifact(
          folder
              + " has no "
              + WEIGHTS
              + (Files.exists(folder.resolve("pytorch_model.bin"))
                  ? "; its pytorch_model.bin is a pickle, which is never read: convert it"
                  : ""));
    }
    requireRoom(file, shape);
    return file;
  }

  private static void requireRoom(Path file, EncoderShape shape) {
    try {
      long numbers = EncoderTensors.count(shape);
      long bytes = Files.size(file);
      if (numbers > bytes / FEWEST_BYTES) {
        throw new Failure.CorruptArtifact(
            "%s has %,d bytes, but config.json asks for %,d numbers"
                .formatted(file, bytes, numbers));
      }
      if (bytes > MOST_BYTES_A_NUMBER * numbers + SMALL) {
        throw new Failure.BadInput(
            "%s has %,d bytes, far more than the %,d numbers that config.json asks for"
                .formatted(file, bytes, numbers));
      }
      long heap = Runtime.getRuntime().maxMemory();
      if (numbers * Float.BYTES > heap / 4 * 3) {
        throw new Failure.Unavailable(
            "the weights in %s take %,d MB of memory, and the program has %,d MB: give it more"
                    .formatted(file, (numbers * Float.BYTES) >> 20, heap >> 20)
                + " with -Xmx in JAVA_TOOL_OPTIONS");
      }
    } catch (ArithmeticException e) {
      throw new Failure.CorruptArtifact(file + " cannot hold what config.json asks for", e);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// CommitScope all but the card and `whetstone.json`.
  static void write(Path folder, Draft draft, NamedTensors weights) throws IOException {
    Files.createDirectories(folder.resolve("onnx"));
    Files.createDirectories(folder.resolve("1_Pooling"));
    Files.createDirectories(folder.resolve("2_Normalize"));
    SafeTensors.write(folder.resolve(WEIGHTS), weights);
    WholeFile.write(
        folder.resolve(GRAPH), out -> OnnxGraph.of(draft.shape(), weights.copy()).writeTo(out));
    WholeFile.copy(draft.tokenizer(), folder.resolve(TOKENIZER));
    JsonNode tokenizer = Json.MAPPER.readTree(Files.readAllBytes(draft.tokenizer()));
    json(folder, "config.json", config(draft.shape(), tokenizer));
    json(folder, "tokenizer_config.json", tokenizerConfig(draft, tokenizer));
    json(folder, "special_tokens_map.json", SPECIAL_TOKENS);
    json(folder, "modules.json", modules());
    json(
        folder,
        "sentence_bert_config.json",
        ordered("max_seq_length", draft.maxTokens(), "do_lower_case", false));
    json(
        folder,
        "config_sentence_transformers.json",
        ordered(
            "prompts",
            ordered("query", draft.prompts().query(), "document", draft.prompts().passage()),
            "default_prompt_name",
            null,
            "similarity_fn_name",
            "cosine"));
    json(folder, "1_Pooling/config.json", poolingConfig(draft));
    WholeFile.write(folder.resolve("2_Normalize/.keep"), "");
  }

  private static final Map<String, Object> SPECIAL_TOKENS =
      ordered(
          "cls_token", "[CLS]",
          "mask_token", "[MASK]",
          "pad_token", "[PAD]",
          "sep_token", "[SEP]",
          "unk_token", "[UNK]");

  private static Map<String, Object> config(EncoderShape shape, JsonNode tokenizer) {
    return ordered(
        "architectures", List.of("BertModel"),
        "attention_probs_dropout_prob", 0.1,
        "classifier_dropout", null,
        "hidden_act", "gelu",
        "hidden_dropout_prob", 0.1,
        "hidden_size", shape.hidden(),
        "initializer_range", 0.02,
        "intermediate_size", shape.intermediate(),
        "layer_norm_eps", shape.layerNormEpsilon(),
        "max_position_embeddings", shape.positions(),
        "model_type", "bert",
        "num_attention_heads", shape.heads(),
        "num_hidden_layers", shape.layers(),
        "pad_token_id", tokenizer.path("model").path("vocab").path("[PAD]").asInt(0),
        "position_embedding_type", "absolute",
        "torch_dtype", "float32",
        "type_vocab_size", shape.tokenTypes(),
        "use_cache", true,
        "vocab_size", shape.vocabulary());
  }

  private static Map<String, Object> tokenizerConfig(Draft draft, JsonNode tokenizer) {
    JsonNode normalizer = tokenizer.path("normalizer");
    Map<String, Object> config =
        ordered(
            "clean_up_tokenization_spaces",
            true,
            "do_lower_case",
            normalizer.path("lowercase").asBoolean(true),
            "model_max_length",
            draft.maxTokens(),
            "strip_accents",
            normalizer.path("strip_accents").isBoolean()
                ? normalizer.path("strip_accents").asBoolean()
                : null,
            "tokenize_chinese_chars",
            normalizer.path("handle_chinese_chars").asBoolean(true),
            "tokenizer_class",
            "BertTokenizer");
    config.putAll(SPECIAL_TOKENS);
    return config;
  }

  private static List<Map<String, Object>> modules() {
    var modules = new ArrayList<Map<String, Object>>();
    List<String> types = List.of("Transformer", "Pooling", "Normalize");
    List<String> paths = List.of("", "1_Pooling", "2_Normalize");
    for (int i = 0; i < types.size(); i++) {
      modules.add(
          ordered(
              "idx",
              i,
              "name",
              String.valueOf(i),
              "path",
              paths.get(i),
              "type",
              "sentence_transformers.models." + types.get(i)));
    }
    return modules;
  }

  private static Map<String, Object> poolingConfig(Draft draft) {
    return ordered(
        "word_embedding_dimension", draft.shape().hidden(),
        "pooling_mode_cls_token", draft.pooling() == Pooling.CLS,
        "pooling_mode_mean_tokens", draft.pooling() == Pooling.MEAN,
        "pooling_mode_max_tokens", false,
        "pooling_mode_mean_sqrt_len_tokens", false,
        "pooling_mode_weightedmean_tokens", false,
        "pooling_mode_lasttoken", false,
        "include_prompt", true);
  }

  private static void json(Path folder, String name, Object value) {
    WholeFile.write(folder.resolve(name), Json.pretty(value));
  }

  private static Map<String, Object> ordered(@org.jspecify.annotations.Nullable Object... pairs) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
