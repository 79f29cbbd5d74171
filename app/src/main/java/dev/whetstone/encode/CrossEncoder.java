package dev.whetstone.encode;

import dev.whetstone.core.BatchedRows;
import dev.whetstone.core.Failure;
import dev.whetstone.core.PairTokens;
import dev.whetstone.model.CrossEncoderModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A reranker's tokenizer and runtimes as a [PairScorer]: what [Encoders] open for encoders. Scores
/// do not depend on which passages are scored together, but for the last digits.
public final class CrossEncoder implements PairScorer {
  private final CrossEncoderModel model;
  private final EncoderSettings settings;
  private final PairTokenizer tokenizer;
  private final PairRuntimes runtimes;

  private CrossEncoder(CrossEncoderModel model, EncoderSettings settings, PairTokenizer tokenizer) {
    this.model = model;
    this.settings = settings;
    this.tokenizer = tokenizer;
    this.runtimes = new PairRuntimes(model, settings);
  }

  /// Opens a reranker. It computes what the settings name; with `AUTO`, what [#chooseRuntime] found
  /// fastest on this machine, now or before, else fp32 in ONNX Runtime.
  ///
  /// @throws Failure.CorruptArtifact if its tokenizer or graph cannot be read
  public static CrossEncoder open(CrossEncoderModel model, EncoderSettings settings) {
    var encoder = new CrossEncoder(model, settings, PairTokenizer.open(model));
    try {
      encoder.runtimes.open();
      return encoder;
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  public CrossEncoderModel model() {
    return model;
  }

  /// What computes the scores, for reports: `onnx_int8`.
  public String runtime() {
    return runtimes.way().name().toLowerCase(Locale.ROOT);
  }

  /// Lets fp32, 8-bit weights and libtorch score these passages, unless the settings name one of
  /// them, and uses the fastest that ranks them as fp32 does. Takes some seconds, once on a machine
  /// for each reranker: for steps, not for requests.
  ///
  /// @param questions with passages that are like those to be scored
  public void chooseRuntime(List<String> questions, List<List<String>> passages) {
    var pairs = new ArrayList<PairTokens>();
    for (int i = 0; i < questions.size(); i++) {
      pairs.addAll(tokenizer.pairs(questions.get(i), passages.get(i)));
    }
    runtimes.choose(pairs);
  }

  @Override
  public float[] score(String question, List<String> passages) {
    List<PairTokens> pairs = tokenizer.pairs(question, passages);
    float[] scores =
        new BatchedRows<>(pairs, PairTokens::length, settings.batchTokens(), settings.batchTexts())
            .compute(runtimes::scoreAll, 1, (_, _) -> {});
    for (float score : scores) {
      requireFinite(score);
    }
    return scores;
  }

  private void requireFinite(float score) {
    if (!Float.isFinite(score)) {
      throw new Failure.CorruptArtifact(
          "the reranker " + model + " gives a score of " + score + ": its weights are broken");
    }
  }

  @Override
  public void close() {
    runtimes.close();
    tokenizer.close();
  }
}
