package dev.whetstone.torch;

import dev.whetstone.core.Failure;
import dev.whetstone.core.LengthBatches;
import dev.whetstone.core.NamedTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Trains a [Network] in place with InfoNCE (van den Oord et al., 2018): for each question, the
/// cross-entropy of its passage among all passages of the batch, scores being cosine / temperature.
/// Deterministic: the same weights and batches give the same bits on the same machine. Used by one
/// thread at a time; close it to free the optimiser's state (the network stays).
///
/// ## Prefixes
///
/// With [Objective#dimensions] the loss is the mean of that of the whole vectors and of those of
/// their first `d` components, brought to unit length (Kusupati et al., NeurIPS 2022, *Matryoshka
/// representation learning*): then a shortened vector ranks much as the whole one.
///
/// ## Batches that do not fit
///
/// More questions in a step are more negatives for each, and the intermediates of the network grow
/// with them: 128 questions with a hard negative each are some 60,000 tokens, 12 GB for a network of
/// 12 layers and 384 dimensions. A batch of more tokens than [Limits#chunkTokens] is therefore done
/// in chunks of about as many (Gao et al., RepL4NLP 2021, *GradCache*):
///
/// 1. each chunk goes forward, its rows are kept and its intermediates dropped;
/// 2. the loss of all rows gives the gradient of each row;
/// 3. each chunk goes forward again and backward from the gradients of its rows; the weights'
///    gradients are summed.
///
/// The gradient of the loss by the weights is the sum over the rows of the gradient by the row times
/// that of the row by the weights, so the outcome is that of one pass over the batch, to rounding
/// (`ContrastiveTrainingTest`); nothing in the network depends on other rows or on chance. Memory is
/// that of one chunk and one more buffer of gradients; cost a third more, as there are four passes
/// instead of three.
public final class ContrastiveTraining implements AutoCloseable {
  /// How steps are done.
  ///
  /// @param objective what is minimised
  /// @param update how the weights move
  /// @param limits what a pass may take
  public record StepSettings(
      Precision precision, Objective objective, Update update, Limits limits) {
    /// Temperature .05, decay .01, norm 1.
    public static StepSettings usual(Precision precision) {
      return of(precision, .05);
    }

    /// Decay .01, norm 1, the same rate in all layers, the whole vector alone.
    public static StepSettings of(Precision precision, double temperature) {
      return new StepSettings(
          precision, new Objective(temperature, List.of()), Update.USUAL, Limits.USUAL);
    }
  }

  /// What is minimised.
  ///
  /// @param temperature of the softmax: above 0; .02 to .1 are usual
  /// @param dimensions prefixes whose losses count as much as that of the whole vector
  public record Objective(double temperature, List<Integer> dimensions) {
    public Objective {
      dimensions = List.copyOf(dimensions);
      if (!(temperature > 0) || dimensions.stream().anyMatch(each -> each < 1)) {
        throw new IllegalArgumentException(
            "temperature " + temperature + ", dimensions " + dimensions);
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
  public record Limits(int chunkTokens) {
    /// A batch of 32 questions of 64 tokens, each with two passages of 224: 16,384.
    public static final Limits USUAL = new Limits(32 * (64 + 2 * 224));

    public Limits {
      if (chunkTokens < 1) {
        throw new IllegalArgumentException("chunks of " + chunkTokens + " tokens");
      }
    }
  }

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
    var update = settings.update();
    this.optimiser =
        new AdamW(masters, update.weightDecay(), update.maximalNorm(), update.layerDecay());
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
    network.lock().lock();
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      refreshComputed();
      var cache = new GradientCache(passes, computed, computedGradients, sequences);
      List<List<Integer>> chunks = chunks(sequences);
      LossGradient loss;
      Tensor ofWords;
      if (chunks.size() == 1) {
        GradientCache.Chunk whole = cache.chunk(chunks.getFirst());
        loss = lossGradient(whole.forward(), batch);
        ofWords = whole.backward(loss.ofRows());
        gatherGradients();
      } else {
        loss = lossGradient(cache.rows(chunks), batch);
        Tensor sum = torch.zeros_like(gradients.flat());
        ofWords = cache.backward(chunks, loss.ofRows(), () -> add(sum));
        gradients.flat().copy_(sum);
      }
      double norm = optimiser.step(gradients.flat(), cache.words(), ofWords, rate);
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

  /// All in one where they fit; else of like lengths.
  private List<List<Integer>> chunks(List<int[]> sequences) {
    int most = settings.limits().chunkTokens();
    if (PackedBatch.of(sequences).tokens() <= most) {
      return List.of(IntStream.range(0, sequences.size()).boxed().toList());
    }
    return LengthBatches.of(
        sequences.size(), i -> sequences.get(i).length, most, Integer.MAX_VALUE);
  }

  private void add(Tensor sum) {
    gatherGradients();
    sum.add_(gradients.flat());
  }

  private record LossGradient(float loss, Tensor ofRows) {}

  /// The loss, and its gradient by the rows, by automatic differentiation.
  ///
  /// @param rows of the questions, then of the passages: `[questions + passages, dimension]`
  private LossGradient lossGradient(Tensor rows, ContrastiveBatch batch) {
    Tensor leaf = rows.detach();
    leaf.set_requires_grad(true);
    try (var _ = new AutoGradMode(true)) {
      Tensor loss = ContrastiveLoss.of(leaf, batch, settings.objective());
      loss.backward();
      return new LossGradient(loss.item_float(), leaf.grad());
    }
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
