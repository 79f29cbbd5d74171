package dev.whetstone.model;

import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import java.nio.file.Path;

/// A reranker that is to be written.
///
/// @param name as its users name it
/// @param network one that scores pairs. With the head of its family
///   ([dev.whetstone.core.ScoreHeads]) the folder is that of a class for sequence classification;
///   with any other, a stack of sentence-transformers' modules
/// @param weights under the description's names; tensors that it does not list are left out
/// @param maxTokens longer pairs are cut there, special tokens included
/// @param tokenizer a `tokenizer.json` of the fast tokenizers; copied byte by byte
public record CrossEncoderDraft(
    String name,
    NetworkDescription network,
    NamedTensors weights,
    ScoreActivation activation,
    int maxTokens,
    Path tokenizer,
    ModelCard card) {
  public CrossEncoderDraft {
    if (!network.scores()) {
      throw new IllegalArgumentException("the network makes vectors; it has no head for scores");
    }
    if (maxTokens < ModelConfig.LEAST_TOKENS || maxTokens > network.maxTokens()) {
      throw new IllegalArgumentException(
          maxTokens + " tokens at most, by a network that takes " + network.maxTokens());
    }
  }

  /// `base` with other weights, under another name.
  public static CrossEncoderDraft of(
      CrossEncoderModel base, String name, NamedTensors weights, ModelCard card) {
    return new CrossEncoderDraft(
        name, base.network(), weights, base.activation(), base.maxTokens(), base.tokenizer(), card);
  }

  /// An encoder that has learnt to score pairs: its tokenizer and length, raw logits as scores.
  ///
  /// @param network the encoder's, with a head that scores
  public static CrossEncoderDraft ofEncoder(
      Model encoder,
      String name,
      NetworkDescription network,
      NamedTensors weights,
      ModelCard card) {
    return new CrossEncoderDraft(
        name,
        network,
        weights,
        ScoreActivation.IDENTITY,
        encoder.maxTokens(),
        encoder.tokenizer(),
        card);
  }
}
