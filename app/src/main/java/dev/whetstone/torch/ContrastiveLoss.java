package dev.whetstone.torch;

import dev.whetstone.torch.ContrastiveTraining.LossSettings;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// The loss of a contrastive step as a function of the embedded rows, for automatic
/// differentiation: the mean over prefixes of the mean over questions of `-log softmax` of the
/// positive's score, scores being cosine / temperature; what is excluded has no score. With a
/// teacher, the divergence of the student's softmax over each question's candidates is added
/// ([TeacherLists]).
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
    Tensor targets = Device.indices(Arrays.stream(batch.positives()).asLongStream().toArray());
    @Nullable TeacherLists lists =
        settings.distillation() > 0 ? TeacherLists.of(batch).orElse(null) : null;
    var given = new Given(batch, settings, excluded, targets, lists);
    Tensor loss = ofUnitRows(rows, given);
    int losses = 1;
    for (int prefix : settings.dimensions()) {
      if (prefix < dimension) {
        Tensor part = unit(rows.narrow(1, 0, prefix));
        loss = loss.add(ofUnitRows(part, given));
        losses++;
      }
    }
    return losses == 1 ? loss : loss.div(new Scalar((double) losses));
  }

  /// What is the same for all prefixes.
  ///
  /// @param targets the index of each question's passage
  /// @param lists null without a teacher
  private record Given(
      ContrastiveBatch batch,
      LossSettings settings,
      Tensor excluded,
      Tensor targets,
      @Nullable TeacherLists lists) {}

  private static Tensor ofUnitRows(Tensor rows, Given given) {
    int questions = given.batch.questions().size();
    int passages = given.batch.passages().size();
    Tensor scores =
        rows.narrow(0, 0, questions)
            .matmul(rows.narrow(0, questions, passages).t())
            .div(new Scalar(given.settings.temperature()));
    Tensor loss = torch.cross_entropy_loss(scores.add(given.excluded), given.targets);
    return given.lists == null
        ? loss
        : loss.add(given.lists.divergence(scores), new Scalar(given.settings.distillation()));
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
