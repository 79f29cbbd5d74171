package dev.whetstone.encode;

import dev.whetstone.model.Model;

/// Opens encoders.
public final class Encoders {
  private Encoders() {}

  /// How many sessions of ONNX Runtime are open in this process: each holds a model's weights.
  public static int openSessions() {
    return OnnxSession.OPEN.get();
  }

  /// Opens a model for encoding. The runtime that the settings name is loaded at once. With
  /// [RuntimeChoice#AUTO] nothing is: ONNX Runtime with the first question, and libtorch where a
  /// trial has found it faster and a job has many passages to embed.
  ///
  /// @throws dev.whetstone.core.Failure.CorruptArtifact if its tokenizer or graph cannot be read
  public static Encoder open(Model model, EncoderSettings settings) {
    var tokenizer = Tokenizer.open(model);
    try {
      return new TextEncoder(model, tokenizer, new Runtimes(model, settings), settings);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }
}
