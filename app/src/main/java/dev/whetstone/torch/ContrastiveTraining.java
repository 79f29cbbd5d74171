package dev.whetstone.torch;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import java.util.ArrayList;
import java.util.Arrays;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Trains a [Network] in place with InfoNCE (van den Oord et al., 2018): for each question, the
/// cross-entropy of its passage among all passages of the batch, scores being cosine / temperature.
/// Deterministic: the same weights and batches give the same bits on the same machine. Used by one
/// thread at a time; close it to free the optimiser's state (the network stays).
public final class ContrastiveTraining implements AutoCloseable {
  /// How steps are done.
  ///
  /// @param temperature of the softmax: above 0; .02 to .1 are usual
  /// @param weightDecay of all but biases and LayerNorms
  /// @param maximalNorm the gradient is scaled down to it when it is longer
  public record StepSettings(
      Precision precision, double temperature, double weightDecay, double maximalNorm) {
    public StepSettings {
      if (!(temperature > 0) || !(weightDecay >= 0) || !(maximalNorm > 0)) {
        throw new IllegalArgumentException(
            "temperature " + temperature + ", decay " + weightDecay + ", norm " + maximalNorm);
      }
    }

    /// Temperature .05, decay .01, norm 1.
    public static StepSettings usual(Precision precision) {
      return new StepSettings(precision, .05, .01, 1);
    }
  }

  /// Far below every score.
  private static final float EXCLUDED = -1e9f;

  private final Network network;
  private final StepSettings settings;
  private final GradientPass.Factory passes;
  private final Weights gradients;
  private final AdamW optimiser;

  /// In bf16, copies of the linear maps' weights and their gradients; in fp32 the same objects.
  private final Weights computed;

  private final Weights computedGradients;

  public ContrastiveTraining(Network network, StepSettings settings) {
    this(network, settings, GradientPass::of);
  }

  /// @param passes the fastest, or for comparison always [AutogradPass]
  ContrastiveTraining(Network network, StepSettings settings, GradientPass.Factory passes) {
    this.network = network;
    this.passes = passes;
    this.settings = settings;
    Weights masters = network.masters();
    this.gradients = Weights.zeros(masters.layout(), ScalarType.Float);
    this.optimiser = new AdamW(masters, settings.weightDecay(), settings.maximalNorm());
    boolean narrow = settings.precision() == Precision.BF16;
    this.computed = narrow ? masters.withLinears(ScalarType.BFloat16) : masters;
    this.computedGradients = narrow ? gradients.withLinears(ScalarType.BFloat16) : gradients;
  }

  /// Computes the loss and its gradient, and updates the network's weights.
  ///
  /// @param rate the learning rate of this step
  /// @return the mean loss before the update, in nats
  /// @throws Failure.Refused if the gradient is not finite; the weights are then as they were
  public float step(ContrastiveBatch batch, double rate) {
    var sequences = new ArrayList<>(batch.questions());
    sequences.addAll(batch.passages());
    network.check(sequences);
    var packed = PackedBatch.of(sequences);
    long[] ids = packed.ids();
    long[] distinct = Arrays.stream(ids).distinct().sorted().toArray();
    network.lock().lock();
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      refreshComputed();
      Tensor rows = Device.indices(distinct);
      Tensor words = torch.index_select(network.masters().words(), 0, rows);
      GradientPass pass =
          passes.of(
              computed,
              computedGradients,
              packed,
              words,
              Arrays.stream(ids).map(id -> Arrays.binarySearch(distinct, id)).toArray());
      LossGradient loss = lossGradient(pass.forward(), packed, batch);
      Tensor ofWords = pass.backward(loss.ofRows());
      gatherGradients();
      double norm = optimiser.step(gradients.flat(), rows, ofWords, rate);
      network.changed();
      if (!Double.isFinite(norm) || !Float.isFinite(loss.loss())) {
        throw new Failure.Refused(
            "training diverged in step "
                + (optimiser.steps() + 1)
                + " (loss "
                + loss.loss()
                + ", gradient "
                + norm
                + ") at a rate of "
                + rate
                + ": the base model's weights or the rate are out of range");
      }
      return loss.loss();
    } finally {
      network.lock().unlock();
    }
  }

  private record LossGradient(float loss, Tensor ofRows) {}

  /// The loss, and its gradient by the embedded rows, by automatic differentiation.
  private LossGradient lossGradient(Tensor embedded, PackedBatch packed, ContrastiveBatch batch) {
    int questions = batch.questions().size();
    int passages = batch.passages().size();
    Tensor leaf = embedded.detach();
    leaf.set_requires_grad(true);
    try (var _ = new AutoGradMode(true)) {
      Tensor ordered = torch.index_select(leaf, 0, Device.indices(packed.rowOf()));
      Tensor scores =
          ordered
              .narrow(0, 0, questions)
              .matmul(ordered.narrow(0, questions, passages).t())
              .div(new Scalar(settings.temperature()))
              .add(exclusions(batch));
      long[] targets = Arrays.stream(batch.positives()).asLongStream().toArray();
      Tensor loss = torch.cross_entropy_loss(scores, Device.indices(targets));
      loss.backward();
      return new LossGradient(loss.item_float(), leaf.grad());
    }
  }

  /// 0, or far below every score where a pair is excluded: `[questions, passages]`.
  private static Tensor exclusions(ContrastiveBatch batch) {
    int questions = batch.questions().size();
    int passages = batch.passages().size();
    float[] exclusions = new float[questions * passages];
    for (int i = 0; i < questions; i++) {
      for (int j = 0; j < passages; j++) {
        exclusions[i * passages + j] = batch.excluded(i, j) ? EXCLUDED : 0;
      }
    }
    return Device.floats(exclusions, questions, passages);
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

  public Precision precision() {
    return settings.precision();
  }

  /// Steps taken since the start of the training, also before a [#restore].
  public long steps() {
    return optimiser.steps();
  }

  /// A copy of the optimiser's state. With the network's weights, it is all that a training needs
  /// to go on to the same bits.
  public NamedTensors state() {
    network.lock().lock();
    try (var _ = new Scope()) {
      return optimiser.state();
    } finally {
      network.lock().unlock();
    }
  }

  /// Takes up a state that [#state] gave.
  public void restore(NamedTensors state) {
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
  }
}
