package dev.whetstone.torch;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import java.util.ArrayList;
import java.util.Arrays;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

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
  private final NetworkTraining training;

  public ContrastiveTraining(Network network, StepSettings settings) {
    this(network, settings, GradientPass::of);
  }

  /// @param passes the fastest, or for comparison always [AutogradPass]
  ContrastiveTraining(Network network, StepSettings settings, GradientPass.Factory passes) {
    this.network = network;
    this.settings = settings;
    this.training =
        new NetworkTraining(
            network, passes, settings.precision(), settings.weightDecay(), settings.maximalNorm());
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
    return training.step(packed, rate, rows -> lossGradient(rows, packed, batch));
  }

  /// The loss, and its gradient by the embedded rows, by automatic differentiation.
  private NetworkTraining.LossGradient lossGradient(
      Tensor embedded, PackedBatch packed, ContrastiveBatch batch) {
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
      return new NetworkTraining.LossGradient(loss.item_float(), leaf.grad());
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

  public Precision precision() {
    return settings.precision();
  }

  /// Steps taken since the start of the training, also before a [#restore].
  public long steps() {
    return training.steps();
  }

  /// A copy of the optimiser's state. With the network's weights, it is all that a training needs
  /// to go on to the same bits.
  public NamedTensors state() {
    return training.state();
  }

  /// Takes up a state that [#state] gave.
  public void restore(NamedTensors state) {
    training.restore(state);
  }

  @Override
  public void close() {
    training.close();
  }
}
