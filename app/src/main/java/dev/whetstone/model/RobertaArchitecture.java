package dev.whetstone.model;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.ScoreHeads;
import java.util.Map;

/// RoBERTa, and the families that are the same with another vocabulary: XLM-R and CamemBERT.
///
/// @param family the `model_type`
/// @param model the class of transformers
record RobertaArchitecture(String family, String model) implements Architecture {
  @Override
  public NetworkDescription read(ConfigValues config) {
    BertArchitecture.requireComputed(config);
    int padding = config.whole("pad_token_id", 1, 0, 1000);
    double epsilon = config.fraction("layer_norm_eps", 1e-12, .1);
    return NetworkFamilies.roberta(
        family,
        Architecture.sizes(config, USUAL_KEYS, padding + 1, epsilon),
        config.whole("type_vocab_size", 2, 1, 1000),
        padding);
  }

  @Override
  public NetworkDescription readScoring(ConfigValues config) {
    return ScoreHeads.on(read(config));
  }

  @Override
  public String prefix() {
    return "roberta.";
  }

  @Override
  public Map<String, Object> write(NetworkDescription network) {
    Map<String, Object> fields = BertArchitecture.fields(network, model);
    fields.put("pad_token_id", network.embeddings().positions().orElseThrow().offset() - 1);
    return fields;
  }
}
