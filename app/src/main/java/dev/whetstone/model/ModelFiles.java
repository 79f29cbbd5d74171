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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the files of a model folder, as sentence-transformers and transformers name and read
/// them.
final class ModelFiles {
  static final String TOKENIZER = "tokenizer.json";
  static final String GRAPH = "onnx/model.onnx";

  private ModelFiles() {}

  /// Writes all but the card and `whetstone.json`.
  static void write(Path folder, Draft draft, NamedTensors weights) throws IOException {
    NetworkDescription network = draft.network();
    SentenceModules modules = SentenceModules.of(network);
    Files.createDirectories(folder.resolve("onnx"));
    Files.createDirectories(folder.resolve("1_Pooling"));
    Files.createDirectories(folder.resolve(modules.normalizeFolder()));
    WeightFiles.write(folder, ModelConfig.of(draft), weights);
    WholeFile.write(
        folder.resolve(GRAPH), out -> OnnxGraph.of(network, weights.copy()).writeTo(out));
    WholeFile.copy(draft.tokenizer(), folder.resolve(TOKENIZER));
    JsonNode tokenizer = Json.MAPPER.readTree(Files.readAllBytes(draft.tokenizer()));
    var special = new SpecialTokens(tokenizer);
    Map<String, Object> config = Architecture.config(network);
    config.putIfAbsent("pad_token_id", special.padding());
    if (!network.family().equals("bert")) { // whose configuration has no other tokens
      config.putAll(special.ids());
    }
    config.put("torch_dtype", "float32");
    json(folder, "config.json", config);
    json(folder, "tokenizer_config.json", special.config(network, draft.maxTokens()));
    json(folder, "special_tokens_map.json", special.map());
    json(folder, "modules.json", modules.list());
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
    json(folder, "1_Pooling/config.json", modules.poolingConfig(network.hidden()));
    for (int i = 0; i < modules.head().size(); i++) {
      json(
          folder,
          modules.headFolders().get(i) + "/config.json",
          SentenceModules.denseConfig(modules.head().get(i)));
    }
    WholeFile.write(folder.resolve(modules.normalizeFolder()).resolve(".keep"), "");
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
