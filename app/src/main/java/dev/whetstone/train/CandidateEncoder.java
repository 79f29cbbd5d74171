package dev.whetstone.train;

import dev.whetstone.core.LengthBatches;
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
    int width = base.dimension();
    var rows = new float[Math.multiplyExact(ids.size(), width)];
    List<List<Integer>> batches =
        LengthBatches.of(ids.size(), i -> ids.get(i).length, BATCH_TOKENS, Integer.MAX_VALUE);
    network.embedAll(
        batches.stream().map(batch -> batch.stream().map(ids::get).toList()).toList(),
        precision,
        (number, some) -> {
          List<Integer> batch = batches.get(number);
          for (int i = 0; i < batch.size(); i++) {
            System.arraycopy(some, i * width, rows, batch.get(i) * width, width);
          }
          task.advance(batch.size());
        });
    return rows;
  }

  @Override
  public void close() {
    network.close();
  }
}
