package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.NetworkDescription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The special tokens of a `tokenizer.json`, as transformers wants them named: `cls_token` and
/// `sep_token` are what the post-processor puts around a text, the others go by their usual names.
///
/// @param json a checked `tokenizer.json`
record SpecialTokens(JsonNode json) {
  private static final List<String> PAD = List.of("[PAD]", "<pad>");
  private static final List<String> UNKNOWN = List.of("[UNK]", "<unk>");
  private static final List<String> MASK = List.of("[MASK]", "<mask>");

  /// The tokens that there are, by their names in `special_tokens_map.json`.
  Map<String, Object> map() {
    var map = new LinkedHashMap<String, Object>();
    around(json.path("post_processor"), true).ifPresent(token -> map.put("cls_token", token));
    added(MASK).ifPresent(token -> map.put("mask_token", token));
    added(PAD).ifPresent(token -> map.put("pad_token", token));
    around(json.path("post_processor"), false).ifPresent(token -> map.put("sep_token", token));
    unknown().ifPresent(token -> map.put("unk_token", token));
    return map;
  }

  /// The id of the padding token; 0 where there is none.
  int padding() {
    return added(PAD)
        .flatMap(this::id)
        .orElse(json.path("model").path("vocab").path(PAD.getFirst()).asInt(0));
  }

  /// The ids of what stands before and behind a text, under their names in `config.json`.
  Map<String, Object> ids() {
    var ids = new LinkedHashMap<String, Object>();
    around(json.path("post_processor"), true)
        .flatMap(this::id)
        .ifPresent(id -> List.of("bos_token_id", "cls_token_id").forEach(key -> ids.put(key, id)));
    around(json.path("post_processor"), false)
        .flatMap(this::id)
        .ifPresent(id -> List.of("eos_token_id", "sep_token_id").forEach(key -> ids.put(key, id)));
    return ids;
  }

  private Optional<Integer> id(String token) {
    for (JsonNode each : json.path("added_tokens")) {
      if (each.path("content").asText().equals(token)) {
        return Optional.of(each.path("id").asInt());
      }
    }
    return Optional.empty();
  }

  /// The content of `tokenizer_config.json`. Its class is BERT's own where it splits as BERT does,
  /// otherwise the one that takes `tokenizer.json` as it is.
  Map<String, Object> config(NetworkDescription network, int maxTokens) {
    JsonNode normalizer = json.path("normalizer");
    boolean bert =
        network.family().equals("bert")
            && json.path("model").path("type").asText("WordPiece").equals("WordPiece")
            && map().containsValue("[CLS]");
    Map<String, Object> config =
        bert
            ? ModelFiles.ordered(
                "clean_up_tokenization_spaces",
                true,
                "do_lower_case",
                normalizer.path("lowercase").asBoolean(true),
                "model_max_length",
                maxTokens,
                "strip_accents",
                normalizer.path("strip_accents").isBoolean()
                    ? normalizer.path("strip_accents").asBoolean()
                    : null,
                "tokenize_chinese_chars",
                normalizer.path("handle_chinese_chars").asBoolean(true),
                "tokenizer_class",
                "BertTokenizer")
            : ModelFiles.ordered(
                "clean_up_tokenization_spaces",
                false,
                "model_input_names",
                OnnxGraph.inputs(network),
                "model_max_length",
                maxTokens,
                "tokenizer_class",
                "PreTrainedTokenizerFast");
    config.putAll(map());
    return config;
  }

  private Optional<String> added(List<String> names) {
    for (JsonNode token : json.path("added_tokens")) {
      if (names.contains(token.path("content").asText())) {
        return Optional.of(token.path("content").asText());
      }
    }
    return Optional.empty();
  }

  private Optional<String> unknown() {
    JsonNode model = json.path("model");
    if (model.path("unk_token").isTextual()) {
      return Optional.of(model.path("unk_token").asText());
    }
    return model.path("unk_id").isInt()
        ? Optional.of(model.path("vocab").path(model.path("unk_id").asInt()).path(0).asText())
        : added(UNKNOWN);
  }

  /// What the post-processor puts before or behind a text.
  private static Optional<String> around(JsonNode processor, boolean before) {
    return switch (processor.path("type").asText()) {
      case "Sequence" -> {
        for (JsonNode each : processor.path("processors")) {
          Optional<String> token = around(each, before);
          if (token.isPresent()) {
            yield token;
          }
        }
        yield Optional.empty();
      }
      case "BertProcessing", "RobertaProcessing" ->
          Optional.of(processor.path(before ? "cls" : "sep").path(0).asText());
      case "TemplateProcessing" -> {
        JsonNode pieces = processor.path("single");
        JsonNode token = pieces.path(before ? 0 : pieces.size() - 1).path("SpecialToken");
        yield Optional.ofNullable(token.path("id").textValue());
      }
      default -> Optional.empty();
    };
  }
}
