package dev.whetstone.model;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import java.util.List;
import java.util.Map;

/// `model_type` `mpnet`. Transformers computes 32 buckets of distances whatever the configuration
/// says, and lets the first token have row 2 of the positions.
final class MpnetArchitecture implements Architecture {
  private static final int BUCKETS = 32;
  private static final int OFFSET = 2;

  @Override
  public NetworkDescription read(ConfigValues config) {
    config.requireOneOf("hidden_act", List.of("gelu"));
    double epsilon = config.fraction("layer_norm_eps", 1e-12, .1);
    return NetworkFamilies.mpnet(
        Architecture.sizes(config, USUAL_KEYS, OFFSET, epsilon),
        config.whole("relative_attention_num_buckets", BUCKETS, BUCKETS, BUCKETS));
  }

  @Override
  public Map<String, Object> write(NetworkDescription network) {
    Map<String, Object> fields = BertArchitecture.dropouts();
    fields.put("architectures", List.of("MPNetModel"));
    fields.put("hidden_act", "gelu");
    fields.put("hidden_size", network.hidden());
    fields.put("initializer_range", 0.02);
    fields.put("intermediate_size", Architecture.intermediate(network));
    fields.put("layer_norm_eps", network.stack().epsilon());
    fields.put("max_position_embeddings", Architecture.positions(network));
    fields.put("model_type", network.family());
    fields.put("num_attention_heads", Architecture.heads(network));
    fields.put("num_hidden_layers", network.stack().layers().size());
    fields.put(
        "relative_attention_num_buckets",
        network.stack().relativeBias().orElseThrow().table().rows());
    fields.put("vocab_size", network.vocabulary());
    return fields;
  }
}
