package dev.whetstone.train;

import dev.whetstone.core.BatchedRows;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.model.Model;
import dev.whetstone.torch.Network;
import dev.whetstone.torch.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Embeds with weights that are in no model yet, in libtorch. For one thread; close it to free the
/// native memory.
final class CandidateEncoder implements AutoCloseable {
  private static final int BATCH_TOKENS = 2048;

  private final Model base;
  private final Tokenizer tokenizer;
  private final Precision precision;
  private final Network network;

  /// Begins with the base's own weights.
  ///
  /// @param tokenizer of the base; stays the caller's
  CandidateEncoder(Model base, Tokenizer tokenizer, Precision precision) {
    this.base = base;
    this.tokenizer = tokenizer;
    this.precision = precision;
    this.network = Network.of(base.network(), base.weights());
  }

  /// Changes to other weights.
  void load(NamedTensors weights) {
    network.load(weights);
  }

  /// Unit vectors of questions, each `[hidden]`.
  List<float[]> questions(String prompt, List<String> questions) {
    float[] rows = embed(ids(prompt, questions, base.maxTokens()), Progress.NONE.start("", 0, ""));
    int width = base.dimension();
    return IntStream.range(0, questions.size())
        .mapToObj(i -> Arrays.copyOfRange(rows, i * width, (i + 1) * width))
        .toList();
  }

  /// Unit vectors of passages. Their space has a name of its own: they are only ever compared with
  /// questions of the same weights.
  ///
  /// @param maxTokens where longer ones are cut
  Vectors passages(List<String> ids, List<String> texts, int maxTokens, Progress.Task task) {
    float[] rows =
        embed(ids(base.prompts().passage(), texts, Math.min(maxTokens, base.maxTokens())), task);
    return new Vectors(
        new SpaceId(Sha256.id("candidate", base.space().value())), ids, base.dimension(), rows);
  }

  private List<int[]> ids(String prompt, List<String> texts, int maxTokens) {
    return tokenizer.ids(texts.stream().map(prompt::concat).toList(), maxTokens);
  }

  private float[] embed(List<int[]> ids, Progress.Task task) {
    return new BatchedRows<int[]>(ids, x -> x.length, BATCH_TOKENS, Integer.MAX_VALUE)
        .compute(
            (batches, finished) -> network.embedAll(batches, precision, finished),
            base.dimension(),
            (_, count) -> task.advance(count));
  }

  @Override
  public void close() {
    network.close();
  }
}
