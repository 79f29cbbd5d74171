package dev.whetstone.torch;

import dev.whetstone.torch.ContrastiveTraining.LossSettings;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// The loss of a contrastive step as a function of the embedded rows, for automatic
/// differentiation: the mean over prefixes of the mean over questions of `-log softmax` of the
/// positive's score, scores being cosine / temperature; what is excluded has no score.
final class ContrastiveLoss {
  /// Far below every score.
  private static final float EXCLUDED = -1e9f;

  private ContrastiveLoss() {}

  /// @param rows unit rows of the questions, then of the passages: `[questions + passages,
  ///   dimension]`
  /// @return in nats, without a side
  static Tensor of(Tensor rows, ContrastiveBatch batch, LossSettings settings) {
    long dimension = rows.size(1);
    Tensor excluded = exclusions(batch);
    long[] targets = Arrays.stream(batch.positives()).asLongStream().toArray();
    Tensor loss = ofUnitRows(rows, batch, settings, excluded, targets);
    int losses = 1;
    for (int prefix : settings.dimensions()) {
      if (prefix < dimension) {
        Tensor part = unit(rows.narrow(1, 0, prefix));
        loss = loss.add(ofUnitRows(part, batch, settings, excluded, targets));
        losses++;
      }
    }
    return losses == 1 ? loss : loss.div(new Scalar((double) losses));
  }

  private static Tensor ofUnitRows(
      Tensor rows, ContrastiveBatch batch, LossSettings settings, Tensor excluded, long[] targets) {
    int questions = batch.questions().size();
    int passages = batch.passages().size();
    Tensor scores =
        rows.narrow(0, 0, questions)
            .matmul(rows.narrow(0, questions, passages).t())
            .div(new Scalar(settings.temperature()))
            .add(excluded);
    return torch.cross_entropy_loss(scores, Device.indices(targets));
  }

  private static Tensor unit(Tensor rows) {
    Tensor squares = rows.mul(rows).sum(new long[] {1}, true, new ScalarTypeOptional());
    return rows.div(squares.sqrt().clamp_min(new Scalar(1e-12)));
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
}
