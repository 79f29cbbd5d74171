package dev.whetstone.torch;

import dev.whetstone.core.Failure;
import dev.whetstone.core.LengthBatches;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.torch.ContrastiveTraining.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// A [Network] under training, whatever is minimised: its gradients, the optimiser, and in bf16 the
/// copy of the weights that a step computes with. Changes the network's weights in place. Used by
/// one thread at a time; close it to free what is not the network's.
///
/// ## A core for each part of a step
///
/// A step is a long chain of operations that take a few hundred microseconds each. Where all cores
/// share each of them, they wait for one another after each, and what is too small to share is done
/// by one alone: on two cores a quarter of the time went by so. The sequences of a step are
/// therefore dealt out to [Lane]s, as many as there are cores, up to [#MOST_LANES] and to what
/// memory allows ([TrainingMemory#lanes]). Each takes its part forward on its own; the loss is of
/// the rows of all; each goes back on its own, and their gradients are summed in the order of the
/// lanes, so that a step gives the same bits each time on one machine. It is the data parallelism
/// of many machines (Li et al., VLDB 2020, *PyTorch Distributed*) within one, with a loss over all
/// rows as in [GradientCache].
///
/// Sequences are dealt out by length, to and fro: every lane gets about as many tokens, and of each
/// length about as many sequences, so that padding stays as little as it was. A lane has [#LEAST]
/// tokens at least.
///
/// Cost: one more buffer of gradients for each lane, and its sum. In fp32 a step computes on as
/// many cores as it has lanes, because OpenBLAS is kept to the thread that calls it ([Threads]).
///
/// Measured on 2 cores, `bench/train.sh`, 32 pairs of up to 192 tokens a step. AMX, quiet, bf16:
/// 13.9 pairs a second against 9.9 with one lane. AVX-512 without AMX, fp32: 5.8 against 5.3 with
/// one lane and OpenBLAS on both cores; with embedding beside it 3.3 against 1.5, as OpenBLAS's
/// threads spin.
final class NetworkTraining implements AutoCloseable {
  /// A sum of more gradients would take longer than it saves.
  static final int MOST_LANES = 8;

  /// Tokens, below which a product is too small to pay for its weights' way from memory.
  static final int LEAST = 256;

  private final Network network;
  private final GradientPass.Factory passes;
  private final Weights gradients;
  private final AdamW optimiser;

  /// In bf16, with copies of the linear maps' weights; in fp32 the network's own.
  private final Weights computed;

  private final List<Lane> lanes = new ArrayList<>();

  NetworkTraining(
      Network network,
      GradientPass.Factory passes,
      Precision precision,
      Update update,
      int laneCount) {
    if (precision == Precision.INT8) {
      throw new IllegalArgumentException("nothing is trained in 8 bits");
    }
    this.network = network;
    this.passes = passes;
    Weights masters = network.masters();
    this.gradients = Weights.zeros(masters.layout(), ScalarType.Float);
    this.optimiser =
        new AdamW(masters, update.weightDecay(), update.maximalNorm(), update.layerDecay());
    boolean narrow = precision == Precision.BF16;
    this.computed = narrow ? masters.withLinears(ScalarType.BFloat16) : masters;
    ScalarType type = narrow ? ScalarType.BFloat16 : ScalarType.Float;
    for (int i = 0; i < laneCount; i++) {
      lanes.add(new Lane(masters.layout(), type, Math.max(1, Threads.CORES / laneCount)));
    }
  }

  /// How many lanes a training has on this machine where memory allows.
  static int lanes() {
    return Math.min(Runtime.getRuntime().availableProcessors(), MOST_LANES);
  }

  /// What is minimised, as a function of what the network gives.
  @FunctionalInterface
  interface Loss {
    /// Called in an open [Scope], without gradients being recorded.
    ///
    /// @param rows of the sequences, in their order: `[size, dimension]`
    LossGradient of(Tensor rows);
  }

  /// @param loss in nats
  /// @param ofRows its gradient by the rows
  record LossGradient(float loss, Tensor ofRows) {}

  /// Computes the loss and its gradient, and updates the network's weights.
  ///
  /// @param most tokens that go through the network at once, padding included; sequences of more go
  ///   in chunks ([GradientCache])
  /// @return the loss before the update, in nats
  /// @throws Failure.Refused if the gradient is not finite; the weights are then as they were
  float step(Sequences<?> sequences, int most, double rate, Loss loss) {
    network.lock().lock();
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      refreshComputed();
      var words = StepWords.of(sequences, network.masters().words());
      List<List<Integer>> parts = parts(sequences, most, lanes.size());
      List<Lane> used = lanes.subList(0, parts.size());
      try {
        LossGradient found = loss.of(forward(used, parts, sequences, words, most / parts.size()));
        backward(used, found.ofRows());
        Tensor ofWords = used.getFirst().ofWords();
        used.stream().skip(1).forEach(lane -> ofWords.add_(lane.ofWords()));
        return update(found.loss(), words.rows(), ofWords, rate);
      } finally {
        used.forEach(Lane::end);
      }
    } finally {
      network.lock().unlock();
    }
  }

  /// Deals out the sequences.
  ///
  /// @return numbers of the sequences of each lane, for `lanes` or fewer
  static List<List<Integer>> parts(Sequences<?> sequences, int most, int lanes) {
    int longest = 0;
    long tokens = 0;
    for (int i = 0; i < sequences.size(); i++) {
      longest = Math.max(longest, sequences.ids(i).length);
      tokens += sequences.ids(i).length;
    }
    long fitting = Math.min(tokens, most) / Math.max(LEAST, longest);
    int count = Math.clamp(fitting, 1, Math.min(lanes, sequences.size()));
    var parts = new ArrayList<List<Integer>>();
    for (int i = 0; i < count; i++) {
      parts.add(new ArrayList<>());
    }
    List<Integer> order = LengthBatches.order(sequences.size(), i -> -sequences.ids(i).length);
    for (int i = 0; i < order.size(); i++) {
      int place = i % (2 * count);
      parts.get(Math.min(place, 2 * count - 1 - place)).add(order.get(i));
    }
    return parts;
  }

  /// @return rows in the order of the sequences
  private Tensor forward(
      List<Lane> used,
      List<List<Integer>> parts,
      Sequences<?> sequences,
      StepWords words,
      int mostOfLane) {
    var begun = new ArrayList<CompletableFuture<Lane.Rows>>();
    for (int i = 0; i < used.size(); i++) {
      List<Integer> part = parts.get(i);
      begun.add(
          used.get(i)
              .forward(
                  (ofLane, arena) ->
                      new GradientCache(
                          passes,
                          computed,
                          ofLane,
                          words,
                          sequences,
                          chunks(sequences, part, mostOfLane),
                          arena)));
    }
    List<Lane.Rows> all = Lane.joinAll(begun);
    long[] rowOf = new long[sequences.size()];
    int row = 0;
    for (Lane.Rows rows : all) {
      for (int number : rows.order()) {
        rowOf[number] = row++;
      }
    }
    var each = new TensorVector(all.stream().map(Lane.Rows::rows).toArray(Tensor[]::new));
    return torch.index_select(torch.cat(each, 0), 0, Device.indices(rowOf));
  }

  private static List<List<Integer>> chunks(Sequences<?> sequences, List<Integer> part, int most) {
    if (sequences.pack(part).tokens() <= most) {
      return List.of(part);
    }
    return LengthBatches.of(
            part.size(), i -> sequences.ids(part.get(i)).length, most, Integer.MAX_VALUE)
        .stream()
        .map(chunk -> chunk.stream().map(part::get).toList())
        .toList();
  }

  /// Sums the gradients of all, chunk by chunk, in the order of the lanes.
  private void backward(List<Lane> used, Tensor ofRows) {
    gradients.flat().zero_();
    boolean more = true;
    for (int round = 0; more; round++) {
      var begun = new ArrayList<CompletableFuture<Boolean>>();
      for (Lane lane : used) {
        begun.add(lane.backward(round, ofRows));
      }
      List<Boolean> done = Lane.joinAll(begun);
      for (int i = 0; i < used.size(); i++) {
        if (done.get(i)) {
          used.get(i).gradients().addTo(gradients);
        }
      }
      more = done.contains(true);
    }
  }

  /// @param rows of the word table that occur
  private float update(float loss, Tensor rows, Tensor ofWords, double rate) {
    double norm = optimiser.step(gradients.flat(), rows, ofWords, rate);
    network.changed();
    if (!Double.isFinite(norm) || !Float.isFinite(loss)) {
      throw new Failure.Refused(
          "training diverged in step "
              + (optimiser.steps() + 1)
              + " (loss "
              + loss
              + ", gradient "
              + norm
              + ") at a rate of "
              + rate
              + ": the base model's weights or the rate are out of range");
    }
    return loss;
  }

  private void refreshComputed() {
    if (computed != network.masters()) {
      for (ParameterLayout.Span span : computed.layout().linearSpans()) {
        computed
            .flat()
            .narrow(0, span.offset(), span.count())
            .copy_(network.masters().flat().narrow(0, span.offset(), span.count()));
      }
    }
  }

  /// Steps taken since the start of the training, also before a [#restore].
  long steps() {
    return optimiser.steps();
  }

  /// A copy of the optimiser's state. With the network's weights, it is all that a training needs
  /// to go on to the same bits.
  NamedTensors state() {
    network.lock().lock();
    try (var _ = new Scope()) {
      return optimiser.state();
    } finally {
      network.lock().unlock();
    }
  }

  /// Takes up a state that [#state] gave.
  void restore(NamedTensors state) {
    network.lock().lock();
    try (var _ = new Scope()) {
      optimiser.restore(state);
    } finally {
      network.lock().unlock();
    }
  }

  @Override
  public void close() {
    optimiser.close();
    if (computed != network.masters()) {
      computed.close();
    }
    gradients.close();
    lanes.forEach(Lane::close);
  }
}
