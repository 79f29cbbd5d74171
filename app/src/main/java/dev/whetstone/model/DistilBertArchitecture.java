package dev.whetstone.model;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.ScoreHeads;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `model_type` `distilbert`. Its LayerNorms add 1e-12, which stands in no configuration.
final class DistilBertArchitecture implements Architecture {
  private static final List<String> KEYS = List.of("n_layers", "n_heads", "dim", "hidden_dim");
  private static final double EPSILON = 1e-12;

  @Override
  public NetworkDescription read(ConfigValues config) {
    config.requireOneOf("activation", List.of("gelu"));
    return NetworkFamilies.distilBert(Architecture.sizes(config, KEYS, 0, EPSILON));
  }

  @Override
  public NetworkDescription readScoring(ConfigValues config) {
    return ScoreHeads.on(read(config));
  }

  @Override
  public String prefix() {
    return "distilbert.";
  }

  @Override
  public Map<String, Object> write(NetworkDescription network) {
    var fields = new TreeMap<String, Object>();
    fields.put("activation", "gelu");
    fields.put("architectures", List.of("DistilBertModel"));
    fields.put("attention_dropout", 0.1);
    fields.put("dim", network.hidden());
    fields.put("dropout", 0.1);
    fields.put("hidden_dim", Architecture.intermediate(network));
    fields.put("initializer_range", 0.02);
    fields.put("max_position_embeddings", Architecture.positions(network));
    fields.put("model_type", network.family());
    fields.put("n_heads", Architecture.heads(network));
    fields.put("n_layers", network.stack().layers().size());
    fields.put("sinusoidal_pos_embds", false);
    fields.put("vocab_size", network.vocabulary());
    return fields;
  }
}
