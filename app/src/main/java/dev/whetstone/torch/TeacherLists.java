package dev.whetstone.torch;

import dev.whetstone.torch.ContrastiveBatch.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// The candidates of a batch's questions with a teacher's shares, laid out for automatic
/// differentiation: one row a question that has candidates, padded to the longest.
///
/// The divergence is `Σ_i Σ_j p_ij (log p_ij − log q_ij) / questions`, with the teacher's shares
/// `p_i` and the student's softmax `q_i` over the same candidates (Kullback & Leibler, 1951). It is
/// 0 where the student gives the teacher's shares.
final class TeacherLists {
  /// Far below every score.
  private static final float ABSENT = -1e9f;

  private final int questions;
  private final int rows;
  private final int width;

  /// Of each candidate in the scores of all pairs: `[rows * width]`.
  private final Tensor places;

  /// 0, or far below every score where a row has no more candidates: `[rows, width]`.
  private final Tensor absent;

  /// `[rows, width]`.
  private final Tensor shares;

  /// `Σ p log p`.
  private final double negativeEntropy;

  private TeacherLists(int questions, int passages, List<List<Target>> lists) {
    this.questions = questions;
    this.rows = (int) lists.stream().filter(list -> !list.isEmpty()).count();
    this.width = lists.stream().mapToInt(List::size).max().orElse(0);
    long[] at = new long[rows * width];
    float[] mask = new float[rows * width];
    float[] share = new float[rows * width];
    Arrays.fill(mask, ABSENT);
    double sum = 0;
    int row = 0;
    for (int i = 0; i < lists.size(); i++) {
      List<Target> list = lists.get(i);
      for (int j = 0; j < list.size(); j++) {
        int place = row * width + j;
        at[place] = (long) i * passages + list.get(j).passage();
        mask[place] = 0;
        share[place] = (float) list.get(j).share();
        sum += share[place] > 0 ? share[place] * Math.log(share[place]) : 0;
      }
      row += list.isEmpty() ? 0 : 1;
    }
    this.places = Device.indices(at);
    this.absent = Device.floats(mask, rows, width);
    this.shares = Device.floats(share, rows, width);
    this.negativeEntropy = sum;
  }

  /// Called in an open [Scope]; nothing where no question has candidates.
  static Optional<TeacherLists> of(ContrastiveBatch batch) {
    return batch.targets().stream().allMatch(List::isEmpty)
        ? Optional.empty()
        : Optional.of(
            new TeacherLists(batch.questions().size(), batch.passages().size(), batch.targets()));
  }

  /// @param scores of all pairs, cosine / temperature: `[questions, passages]`
  /// @return in nats, without a side
  Tensor divergence(Tensor scores) {
    Tensor candidates =
        torch.index_select(scores.reshape(scores.numel()), 0, places).view(rows, width).add(absent);
    Tensor crossEntropy = torch.log_softmax(candidates, 1).mul(shares).sum().neg();
    return crossEntropy.add(new Scalar(negativeEntropy)).div(new Scalar((double) questions));
  }
}
