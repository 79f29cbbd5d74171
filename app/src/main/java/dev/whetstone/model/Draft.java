package dev.whetstone.model;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import java.nio.file.Path;

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

  /// The same with another query prompt: still the same space.
  public Draft withQueryPrompt(String prompt) {
    return new Draft(
        name, network, weights, new Prompts(prompt, prompts.passage()), maxTokens, tokenizer, card);
  }
}
