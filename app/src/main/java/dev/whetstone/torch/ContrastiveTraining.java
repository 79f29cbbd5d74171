package dev.whetstone.torch;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/// Trains a [Network] in place with InfoNCE (van den Oord et al., 2018): for each question, the
/// cross-entropy of its passage among all passages of the batch, scores being cosine / temperature.
/// Deterministic: the same weights and batches give the same bits on the same machine. Used by one
/// thread at a time; close it to free the optimiser's state (the network stays).
///
/// ## Prefixes
///
/// With [LossSettings#dimensions] the loss is the mean of that of the whole vectors and of those of
/// their first `d` components, brought to unit length (Kusupati et al., NeurIPS 2022, *Matryoshka
/// representation learning*): then a shortened vector ranks much as the whole one.
///
/// ## A teacher
///
/// With [LossSettings#distillation] `w` the loss is `InfoNCE + w · KL`, where KL is what the
/// student's softmax over the candidates of a question lacks of the teacher's shares
/// ([ContrastiveBatch#targets]), at the temperature of the rest, in the mean over all questions of
/// the batch: a question without candidates adds nothing, so a list weighs the same whatever stands
/// beside it. Where the teacher's shares come from is the caller's affair.
///
/// ## Batches that do not fit
///
/// More questions in a step are more negatives for each, and the intermediates of the network grow
/// with them: 128 questions with a hard negative each are some 60,000 tokens, 8 GB for a network of
/// 12 layers and 384 dimensions in bf16. A batch of more tokens than [Limits#chunkTokens] is
/// therefore done in chunks of about as many (Gao et al., RepL4NLP 2021, *GradCache*):
///
/// 1. each chunk goes forward, its rows are kept and its intermediates dropped (but the last
///    one's);
/// 2. the loss of all rows gives the gradient of each row;
/// 3. each chunk, the last one first, goes forward again (but that one) and backward from the
///    gradients of its rows; the weights' gradients are summed.
///
/// The gradient of the loss by the weights is the sum over the rows of the gradient by the row
/// times that of the row by the weights, so the outcome is that of one pass over the batch, to
/// rounding (`GradientCacheTest`); nothing in the network depends on other rows or on chance.
/// Memory is that of one chunk and one more buffer of gradients; `n` chunks cost `(n - 1) / 3 n`
/// more, as all but one go forward twice. How large chunks may be follows from the memory that is
/// allowed ([TrainingMemory]).
public final class ContrastiveTraining implements AutoCloseable {
  /// How steps are done.
  ///
  /// @param loss what is minimised
  /// @param update how the weights move
  /// @param limits what a pass may take
  public record StepSettings(Precision precision, LossSettings loss, Update update, Limits limits) {
    /// Temperature .05, decay .01, norm 1.
    public static StepSettings usual(Precision precision) {
      return of(precision, .05);
    }

    /// Decay .01, norm 1, the same rate in all layers, the whole vector alone.
    public static StepSettings of(Precision precision, double temperature) {
      return new StepSettings(
          precision, new LossSettings(temperature, List.of()), Update.USUAL, Limits.USUAL);
    }
  }

  /// What is minimised.
  ///
  /// @param temperature of the softmax: above 0; .02 to .1 are usual
  /// @param dimensions prefixes whose losses count as much as that of the whole vector
  /// @param distillation weight of the divergence from the teacher's shares; 0: it is not computed
  public record LossSettings(double temperature, List<Integer> dimensions, double distillation) {
    /// Without a teacher.
    public LossSettings(double temperature, List<Integer> dimensions) {
      this(temperature, dimensions, 0);
    }

    public LossSettings {
      dimensions = List.copyOf(dimensions);
      if (!(temperature > 0)
          || !(distillation >= 0)
          || dimensions.stream().anyMatch(each -> each < 1)) {
        throw new IllegalArgumentException(
            "temperature %s, dimensions %s, distillation %s"
                .formatted(temperature, dimensions, distillation));
      }
    }
  }

  /// How the weights move.
  ///
  /// @param weightDecay of all but biases and LayerNorms
  /// @param maximalNorm the gradient is scaled down to it when it is longer
  /// @param layerDecay factor of the rate from a layer to the one below, in (0, 1]; the top layer
  ///   has the whole rate, the embeddings the least
  public record Update(double weightDecay, double maximalNorm, double layerDecay) {
    static final Update USUAL = new Update(.01, 1, 1);

    public Update {
      if (!(weightDecay >= 0) || !(maximalNorm > 0) || !(layerDecay > 0 && layerDecay <= 1)) {
        throw new IllegalArgumentException(
            "decay " + weightDecay + ", norm " + maximalNorm + ", by layer " + layerDecay);
      }
    }

    /// The usual one, but for the decay by layer.
    public static Update withLayerDecay(double layerDecay) {
      return new Update(USUAL.weightDecay, USUAL.maximalNorm, layerDecay);
    }
  }

  /// What a pass may take.
  ///
  /// @param chunkTokens a batch of more tokens, padding included, goes through the network in
  ///   chunks of about so many
  /// @param lanes parts that a step is dealt out to, a core each ([NetworkTraining])
  public record Limits(int chunkTokens, int lanes) {
    /// A batch of 32 questions of 64 tokens, each with two passages of 224: 16,384.
    public static final Limits USUAL = new Limits(32 * (64 + 2 * 224));

    /// With as many lanes as there are cores, up to the most.
    public Limits(int chunkTokens) {
      this(chunkTokens, NetworkTraining.lanes());
    }

    public Limits {
      if (chunkTokens < 1 || lanes < 1) {
        throw new IllegalArgumentException(
            "chunks of " + chunkTokens + " tokens in " + lanes + " lanes");
      }
    }
  }

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
            network, passes, settings.precision(), settings.update(), settings.limits().lanes());
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
    return training.step(
        Sequences.of(sequences),
        settings.limits().chunkTokens(),
        rate,
        rows -> gradient(rows, batch));
  }

  /// The loss, and its gradient by the rows, by automatic differentiation.
  ///
  /// @param rows of the questions, then of the passages
  private NetworkTraining.LossGradient gradient(Tensor rows, ContrastiveBatch batch) {
    Tensor leaf = rows.detach().set_requires_grad(true);
    try (var _ = new AutoGradMode(true)) {
      Tensor loss = ContrastiveLoss.of(leaf, batch, settings.loss());
      loss.backward();
      return new NetworkTraining.LossGradient(loss.item_float(), leaf.grad());
    }
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
