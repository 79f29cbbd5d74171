package dev.whetstone.model;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.Activation;
import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.NetworkDescription.FeedForward;
import dev.whetstone.core.NetworkDescription.Layer;
import dev.whetstone.core.NetworkDescription.NormPlacement;
import dev.whetstone.core.NetworkOutput.HeadModule;
import dev.whetstone.core.NetworkOutput.NormModule;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Computes the name of a model's vector space: a hash of all that shapes a passage vector, and of
/// nothing else (not of the query prompt, the model's name or its files' form). Of a network that
/// scores pairs, the same names its scores.
final class SpaceHash {
  private SpaceHash() {}

  /// @param tokenizer the SHA-256 of its file
  static SpaceId of(ModelConfig config, NamedTensors weights, String tokenizer) {
    NetworkDescription network = config.network();
    var hash = new Sha256();
    hash.add("whetstone space 1").add(tokenizer).add(network.pooling().name()).add("unit length");
    hash.add(config.prompts().passage()).add("" + config.maxTokens());
    hash.add("" + network.hidden()).add("" + Architecture.heads(network));
    hash.add("" + network.stack().epsilon());
    beyondBert(network).forEach(hash::add);
    network
        .tensors()
        .keySet()
        .forEach(
            name -> {
              hash.add(name);
              add(hash, weights.get(name).data());
            });
    return new SpaceId(hash.hex().substring(0, 16));
  }

  /// What shapes the output, stands in no tensor and is not so in BERT, as named fields: none for
  /// BERT without a head, so that its spaces keep the names that they had when nothing else was
  /// known.
  static List<String> beyondBert(NetworkDescription network) {
    var fields = new ArrayList<String>();
    network
        .embeddings()
        .positions()
        .filter(each -> each.offset() != 0)
        .ifPresent(each -> fields.add("first position " + each.offset()));
    network
        .stack()
        .relativeBias()
        .ifPresent(each -> fields.add("relative bias to " + each.maxDistance()));
    if (network.stack().placement() == NormPlacement.PRE) {
      fields.add("norms before");
    }
    for (int i = 0; i < network.stack().layers().size(); i++) {
      Layer layer = network.stack().layers().get(i);
      String name = "layer " + i + " ";
      layer.attention().rotary().ifPresent(each -> fields.add(name + "rotary " + each.base()));
      layer.attention().window().ifPresent(each -> fields.add(name + "window " + each));
      if (layer.feedForward() instanceof FeedForward.Gated) {
        fields.add(name + "gated");
      }
    }
    if (network.scores()) {
      fields.add("score");
    }
    for (HeadModule module : network.output().modules()) {
      fields.add(
          switch (module) {
            case DenseModule(_, Activation activation) -> "head " + activation;
            case NormModule(_, double epsilon) -> "head norm " + epsilon;
          });
    }
    return fields;
  }

  private static void add(Sha256 hash, float[] data) {
    try {
      FloatBytes.each(data, (bytes, length) -> hash.add(bytes, 0, length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
