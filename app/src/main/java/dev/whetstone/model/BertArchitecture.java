package dev.whetstone.model;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.ScoreHeads;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `model_type` `bert`.
final class BertArchitecture implements Architecture {
  @Override
  public NetworkDescription read(ConfigValues config) {
    requireComputed(config);
    return NetworkFamilies.bert(
        Architecture.sizes(config, USUAL_KEYS, 0, config.fraction("layer_norm_eps", 1e-12, .1)),
        config.whole("type_vocab_size", 2, 1, 1000));
  }

  /// What BERT and RoBERTa can be configured to and is not computed here.
  static void requireComputed(ConfigValues config) {
    config.requireOneOf("hidden_act", List.of("gelu"));
    config.requireOneOf("position_embedding_type", List.of("absolute", ""));
    config.requireOneOf("is_decoder", List.of("false", ""));
  }

  @Override
  public NetworkDescription readScoring(ConfigValues config) {
    return ScoreHeads.on(read(config));
  }

  @Override
  public String prefix() {
    return "bert.";
  }

  @Override
  public Map<String, Object> write(NetworkDescription network) {
    return fields(network, "BertModel");
  }

  /// The fields of BERT's configuration.
  static Map<String, Object> fields(NetworkDescription network, String architecture) {
    Map<String, Object> fields = commonFields(network, architecture);
    fields.put("classifier_dropout", null);
    fields.put("position_embedding_type", "absolute");
    fields.put("type_vocab_size", network.embeddings().tokenTypes().orElseThrow().rows());
    fields.put("use_cache", true);
    return fields;
  }

  /// The fields that BERT and MPNet share. The dropouts are those that further training in
  /// transformers begins with.
  static Map<String, Object> commonFields(NetworkDescription network, String architecture) {
    var fields = new TreeMap<String, Object>();
    fields.put("architectures", List.of(architecture));
    fields.put("attention_probs_dropout_prob", 0.1);
    fields.put("hidden_act", "gelu");
    fields.put("hidden_dropout_prob", 0.1);
    fields.put("hidden_size", network.hidden());
    fields.put("initializer_range", 0.02);
    fields.put("intermediate_size", Architecture.intermediate(network));
    fields.put("layer_norm_eps", network.stack().epsilon());
    fields.put("max_position_embeddings", Architecture.positions(network));
    fields.put("model_type", network.family());
    fields.put("num_attention_heads", Architecture.heads(network));
    fields.put("num_hidden_layers", network.stack().layers().size());
    fields.put("vocab_size", network.vocabulary());
    return fields;
  }
}
