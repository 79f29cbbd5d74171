package dev.whetstone.torch;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.torch.ContrastiveTraining.Update;
import java.util.Arrays;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// A [Network] under training, whatever is minimised: its gradients, the optimiser, and in bf16 the
/// copies that a step computes with. Changes the network's weights in place. Used by one thread at
/// a time; close it to free what is not the network's.
final class NetworkTraining implements AutoCloseable {
  private final Network network;
  private final GradientPass.Factory passes;
  private final Weights gradients;
  private final AdamW optimiser;

  /// In bf16, copies of the linear maps' weights and their gradients; in fp32 the same objects.
  private final Weights computed;

  private final Weights computedGradients;

  private final Arena arena;

  /// With the same rate in all layers.
  ///
  /// @param weightDecay of all but biases and LayerNorms
  /// @param maximalNorm the gradient is scaled down to it when it is longer
  NetworkTraining(
      Network network,
      GradientPass.Factory passes,
      Precision precision,
      double weightDecay,
      double maximalNorm) {
    this(network, passes, precision, new Update(weightDecay, maximalNorm, 1));
  }

  NetworkTraining(
      Network network, GradientPass.Factory passes, Precision precision, Update update) {
    this.network = network;
    this.passes = passes;
    Weights masters = network.masters();
    this.gradients = Weights.zeros(masters.layout(), ScalarType.Float);
    this.optimiser =
        new AdamW(masters, update.weightDecay(), update.maximalNorm(), update.layerDecay());
    boolean narrow = precision == Precision.BF16;
    this.computed = narrow ? masters.withLinears(ScalarType.BFloat16) : masters;
    this.computedGradients = narrow ? gradients.withLinears(ScalarType.BFloat16) : gradients;
    this.arena = new Arena(narrow ? ScalarType.BFloat16 : ScalarType.Float);
  }

  /// What is minimised, as a function of what the network gives.
  @FunctionalInterface
  interface Loss {
    /// Called in an open [Scope], without gradients being recorded.
    ///
    /// @param rows of the batch, of one in packed order, of one in chunks in the order of its
    ///   sequences: `[size, dimension]`
    LossGradient of(Tensor rows);
  }

  /// @param loss in nats
  /// @param ofRows its gradient by the rows
  record LossGradient(float loss, Tensor ofRows) {}

  /// Computes the loss and its gradient, and updates the network's weights.
  ///
  /// @return the loss before the update, in nats
  /// @throws Failure.Refused if the gradient is not finite; the weights are then as they were
  float step(PackedBatch packed, double rate, Loss loss) {
    long[] ids = packed.ids();
    long[] distinct = Arrays.stream(ids).distinct().sorted().toArray();
    network.lock().lock();
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      refreshComputed();
      arena.release(0); // also of a step that ended with an exception
      arena.reserve(GradientPass.elements(computed, packed));
      Tensor rows = Device.indices(distinct);
      Tensor words = torch.index_select(network.masters().words(), 0, rows);
      GradientPass pass =
          passes.of(
              computed,
              computedGradients,
              packed,
              words,
              Arrays.stream(ids).map(id -> Arrays.binarySearch(distinct, id)).toArray(),
              arena);
      LossGradient found = loss.of(pass.forward());
      Tensor ofWords = pass.backward(found.ofRows());
      gatherGradients();
      return update(found.loss(), rows, ofWords, rate);
    } finally {
      network.lock().unlock();
    }
  }

  /// The same for a batch that does not go through the network at once ([GradientCache]).
  float step(Chunks chunks, double rate, Loss loss) {
    network.lock().lock();
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      refreshComputed();
      arena.release(0);
      var cache = new GradientCache(passes, computed, computedGradients, chunks, arena);
      LossGradient found = loss.of(cache.rows());
      Tensor sum = torch.zeros_like(gradients.flat());
      Tensor ofWords =
          cache.backward(
              found.ofRows(),
              () -> {
                gatherGradients();
                sum.add_(gradients.flat());
              });
      gradients.flat().copy_(sum);
      return update(found.loss(), cache.words(), ofWords, rate);
    } finally {
      network.lock().unlock();
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
      copyLinears(network.masters(), computed);
    }
  }

  private void gatherGradients() {
    if (computedGradients != gradients) {
      copyLinears(computedGradients, gradients);
    }
  }

  private static void copyLinears(Weights from, Weights to) {
    for (ParameterLayout.Span span : from.layout().linearSpans()) {
      to.flat()
          .narrow(0, span.offset(), span.count())
          .copy_(from.flat().narrow(0, span.offset(), span.count()));
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
      computedGradients.close();
    }
    gradients.close();
    arena.close();
  }
}
