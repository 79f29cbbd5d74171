package dev.whetstone.torch;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.PairTokens;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Trains a [Network] that scores pairs, in place, with the listwise softmax cross-entropy: for
/// each question, what its passage lacks of the softmax over the scores of its candidates (Cao et
/// al., *ListNet*, ICML 2007, with one relevant passage; for cross-encoders Gao, Dai & Callan,
/// *Rethink Training of BERT Rerankers*, ECIR 2021). Only differences within a list count, so that
/// a score need not say the same for every question.
///
/// Deterministic, as [ContrastiveTraining]. Used by one thread at a time; close it to free the
/// optimiser's state (the network stays).
public final class ListwiseTraining implements AutoCloseable {
  /// Far below every score.
  private static final float ABSENT = -1e9f;

  private static final double WEIGHT_DECAY = .01;
  private static final double MAXIMAL_NORM = 1;

  private final Network network;
  private final NetworkTraining training;
  private final ContrastiveTraining.Limits limits;

  /// Up to 16,384 tokens at once.
  ///
  /// @param network that scores pairs
  public ListwiseTraining(Network network, Precision precision) {
    this(network, precision, ContrastiveTraining.Limits.USUAL);
  }

  /// @param network that scores pairs
  public ListwiseTraining(Network network, Precision precision, ContrastiveTraining.Limits limits) {
    if (!network.description().scores()) {
      throw new IllegalArgumentException("the network embeds texts; it has no head that scores");
    }
    this.network = network;
    this.limits = limits;
    this.training =
        new NetworkTraining(
            network,
            GradientPass::of,
            precision,
            new ContrastiveTraining.Update(WEIGHT_DECAY, MAXIMAL_NORM, 1),
            limits.lanes());
  }

  /// Computes the loss and its gradient, and updates the network's weights.
  ///
  /// @param rate the learning rate of this step
  /// @return the mean loss of the lists before the update, in nats
  /// @throws Failure.Refused if the gradient is not finite; the weights are then as they were
  public float step(ListwiseBatch batch, double rate) {
    List<PairTokens> pairs = batch.pairs();
    network.check(pairs.stream().map(PairTokens::ids).toList());
    return training.step(
        Sequences.ofPairs(pairs), limits.chunkTokens(), rate, rows -> lossGradient(rows, batch));
  }

  /// The loss, and its gradient by the scores, by automatic differentiation.
  ///
  /// @param scores in the order of the pairs: `[pairs, 1]`
  private static NetworkTraining.LossGradient lossGradient(Tensor scores, ListwiseBatch batch) {
    int lists = batch.lists().size();
    int width = batch.lists().stream().mapToInt(List::size).max().orElse(0);
    long[] places = new long[lists * width];
    float[] absent = new float[lists * width];
    Arrays.fill(absent, ABSENT);
    int pair = 0;
    for (int i = 0; i < lists; i++) {
      for (int j = 0; j < batch.lists().get(i).size(); j++) {
        places[i * width + j] = pair++;
        absent[i * width + j] = 0;
      }
    }
    Tensor leaf = scores.detach();
    leaf.set_requires_grad(true);
    try (var _ = new AutoGradMode(true)) {
      Tensor table =
          torch
              .index_select(leaf.view(-1), 0, Device.indices(places))
              .view(lists, width)
              .add(Device.floats(absent, lists, width));
      Tensor loss = torch.cross_entropy_loss(table, Device.indices(new long[lists]));
      loss.backward();
      return new NetworkTraining.LossGradient(loss.item_float(), leaf.grad());
    }
  }

  /// Steps taken since the start of the training, also before a [#restore].
  public long steps() {
    return training.steps();
  }

  /// A copy of the optimiser's state, see [ContrastiveTraining#state].
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
