package dev.whetstone.model;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.ScoreHeads;
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
  public NetworkDescription readScoring(ConfigValues config) {
    return ScoreHeads.on(read(config));
  }

  @Override
  public String prefix() {
    return "mpnet.";
  }

  @Override
  public Map<String, Object> write(NetworkDescription network) {
    Map<String, Object> fields = BertArchitecture.commonFields(network, "MPNetModel");
    fields.put(
        "relative_attention_num_buckets",
        network.stack().relativeBias().orElseThrow().table().rows());
    return fields;
  }
}
