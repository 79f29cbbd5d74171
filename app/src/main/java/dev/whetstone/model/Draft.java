package dev.whetstone.model;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.Activation;
import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.NetworkDescription.Linear;
import java.nio.file.Path;
import java.util.ArrayList;

/// A model that is to be written.
///
/// @param name as its users name it
/// @param network with its pooling and head
/// @param weights under the description's names; tensors that it does not list are left out
/// @param maxTokens longer texts are cut there, special tokens included
/// @param tokenizer a `tokenizer.json` of the fast tokenizers; copied byte by byte
public record Draft(
    String name,
    NetworkDescription network,
    NamedTensors weights,
    Prompts prompts,
    int maxTokens,
    Path tokenizer,
    ModelCard card) {
  public Draft {
    if (maxTokens < ModelConfig.LEAST_TOKENS || maxTokens > network.maxTokens()) {
      throw new IllegalArgumentException(
          maxTokens + " tokens at most, by an encoder that takes " + network.maxTokens());
    }
  }

  /// `base` with other weights, under another name.
  public static Draft of(Model base, String name, NamedTensors weights, ModelCard card) {
    return new Draft(
        name, base.network(), weights, base.prompts(), base.maxTokens(), base.tokenizer(), card);
  }

  /// The same with vectors of fewer dimensions: the first ones, brought to unit length. They are
  /// cut by one more module of the head, the first rows of the identity, so that every program that
  /// reads the folder cuts them, and the space is another.
  ///
  /// @param dimension at most that of the network; at that, nothing changes
  public Draft withDimension(int dimension) {
    int whole = network.dimension();
    if (dimension < 1 || dimension > whole) {
      throw new IllegalArgumentException(dimension + " of " + whole + " dimensions");
    }
    if (dimension == whole) {
      return this;
    }
    var modules = new ArrayList<>(network.head());
    var cut = new Linear("head." + modules.size() + ".linear", whole, dimension, false);
    modules.add(new DenseModule(cut, Activation.IDENTITY));
    float[] identity = new float[Math.multiplyExact(dimension, whole)];
    for (int i = 0; i < dimension; i++) {
      identity[i * whole + i] = 1;
    }
    var all = new NamedTensors();
    weights.names().forEach(tensor -> all.put(tensor, weights.get(tensor)));
    all.put(cut.weightName(), new NamedTensors.Array(new long[] {dimension, whole}, identity));
    return new Draft(name, network.withHead(modules), all, prompts, maxTokens, tokenizer, card);
  }

  /// The same with another query prompt: still the same space.
  public Draft withQueryPrompt(String prompt) {
    return new Draft(
        name, network, weights, new Prompts(prompt, prompts.passage()), maxTokens, tokenizer, card);
  }
}
