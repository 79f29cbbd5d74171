package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes the files of a model folder, as sentence-transformers and transformers name and read
/// them.
final class ModelFiles {
  static final String TOKENIZER = "tokenizer.json";
  static final String GRAPH = "onnx/model.onnx";

  private ModelFiles() {}

  /// Writes all of an encoder but the card and `whetstone.json`.
  static void write(Path folder, Draft draft, NamedTensors weights) throws IOException {
    NetworkDescription network = draft.network();
    SentenceModules modules = SentenceModules.of(network);
    Files.createDirectories(folder.resolve("1_Pooling"));
    Files.createDirectories(folder.resolve(modules.normalizeFolder()));
    write(folder, ModelConfig.of(draft), weights, draft.tokenizer(), Architecture.config(network));
    json(folder, "modules.json", modules.list());
    json(folder, "sentence_bert_config.json", sentenceConfig(draft.maxTokens()));
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
    json(
        folder,
        "1_Pooling/config.json",
        SentenceModules.poolingConfig(network.pooling(), network.hidden()));
    for (int i = 0; i < modules.head().size(); i++) {
      json(
          folder,
          modules.headFolders().get(i) + "/config.json",
          SentenceModules.denseConfig(modules.head().get(i)));
    }
    WholeFile.write(folder.resolve(modules.normalizeFolder()).resolve(".keep"), "");
  }

  /// Writes all of a reranker but the card and `whetstone.json`. Where its head is that of its
  /// family's class for sequence classification there is no `modules.json`: every version of
  /// sentence-transformers loads such a folder.
  static void write(Path folder, CrossEncoderDraft draft, NamedTensors weights) throws IOException {
    NetworkDescription network = draft.network();
    boolean classifier = ScoreModules.isClassifier(network);
    Map<String, Object> config = new TreeMap<>(Architecture.config(network));
    if (classifier) {
      config.put("architectures", List.of(classifier(config)));
      config.put("id2label", Map.of("0", "LABEL_0"));
      config.put("label2id", Map.of("LABEL_0", 0));
      config.put("problem_type", "regression");
      config.put(
          "sentence_transformers",
          ordered("activation_fn", draft.activation().type(), "version", "4.1.0"));
    }
    write(folder, ModelConfig.of(draft), weights, draft.tokenizer(), config);
    if (!classifier) {
      writeModules(folder, draft);
    }
  }

  /// The class for sequence classification beside that of the encoder: `BertModel` gives
  /// `BertForSequenceClassification`.
  private static String classifier(Map<String, Object> config) {
    var encoder = (List<?>) Objects.requireNonNull(config.get("architectures"));
    return String.valueOf(encoder.getFirst()).replaceFirst("Model$", ScoreModules.CLASSIFIER);
  }

  private static void writeModules(Path folder, CrossEncoderDraft draft) throws IOException {
    ScoreModules modules = ScoreModules.of(draft.network());
    Files.createDirectories(folder.resolve("1_Pooling"));
    json(folder, "modules.json", modules.list());
    json(folder, "sentence_bert_config.json", sentenceConfig(draft.maxTokens()));
    json(
        folder,
        "config_sentence_transformers.json",
        ordered(
            "model_type",
            "CrossEncoder",
            "activation_fn",
            draft.activation().type(),
            "prompts",
            Map.of(),
            "default_prompt_name",
            null));
    json(
        folder,
        "1_Pooling/config.json",
        SentenceModules.poolingConfig(modules.pooling(), draft.network().hidden()));
    for (int i = 0; i < modules.folders().size(); i++) {
      json(folder, modules.folders().get(i) + "/config.json", modules.config(i));
    }
  }

  /// What encoders and rerankers have in common: weights, graph, tokenizer, `config.json`.
  ///
  /// @param fields of `config.json`, to which those about tokens are added
  private static void write(
      Path folder,
      ModelConfig config,
      NamedTensors weights,
      Path tokenizer,
      Map<String, Object> fields)
      throws IOException {
    NetworkDescription network = config.network();
    Files.createDirectories(folder.resolve("onnx"));
    WeightFiles.write(folder, config, weights);
    WholeFile.write(
        folder.resolve(GRAPH), out -> OnnxGraph.of(network, weights.copy()).writeTo(out));
    WholeFile.copy(tokenizer, folder.resolve(TOKENIZER));
    JsonNode json = Json.MAPPER.readTree(Files.readAllBytes(tokenizer));
    var special = new SpecialTokens(json);
    fields.putIfAbsent("pad_token_id", special.padding());
    if (!network.family().equals("bert")) { // whose configuration has no other tokens
      fields.putAll(special.ids());
    }
    fields.put("torch_dtype", "float32");
    json(folder, "config.json", fields);
    json(folder, "tokenizer_config.json", special.config(network, config.maxTokens()));
    json(folder, "special_tokens_map.json", special.map());
  }

  private static Map<String, Object> sentenceConfig(int maxTokens) {
    return ordered("max_seq_length", maxTokens, "do_lower_case", false);
  }

  private static void json(Path folder, String name, Object value) {
    WholeFile.write(folder.resolve(name), Json.pretty(value));
  }

  /// A map in the order in which the pairs stand.
  static Map<String, Object> ordered(@Nullable Object... pairs) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
