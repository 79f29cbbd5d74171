package dev.whetstone.model;

import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Pooling;
import java.nio.file.Path;

/// A model that is to be written.
///
/// @param name as its users name it
/// @param weights under Hugging Face's names; tensors that the encoder does not need are left out
/// @param maxTokens longer texts are cut there, special tokens included
/// @param tokenizer a `tokenizer.json` of the fast tokenizers; copied byte by byte
public record Draft(
    String name,
    EncoderShape shape,
    NamedTensors weights,
    Pooling pooling,
    Prompts prompts,
    int maxTokens,
    Path tokenizer,
    Card card) {
  public Draft {
    if (maxTokens < Layout.LEAST_TOKENS || maxTokens > shape.positions()) {
      throw new IllegalArgumentException(
          maxTokens + " tokens at most, by an encoder of " + shape.positions() + " positions");
    }
  }

  /// `base` with other weights, under another name.
  public static Draft of(Model base, String name, NamedTensors weights, Card card) {
    return new Draft(
        name,
        base.shape(),
        weights,
        base.pooling(),
        base.prompts(),
        base.maxTokens(),
        base.tokenizer(),
        card);
  }

  /// The same with another query prompt: still the same space.
  public Draft withQueryPrompt(String prompt) {
    return new Draft(
        name,
        shape,
        weights,
        pooling,
        new Prompts(prompt, prompts.passage()),
        maxTokens,
        tokenizer,
        card);
  }
}
