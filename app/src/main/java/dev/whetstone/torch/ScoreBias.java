package dev.whetstone.torch;

import dev.whetstone.core.RelativeBias;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// A relative bias of one group of a [TrainingPass]: what is added to the scores of all layers
/// alike, by the distance of two places, and the sum of its gradients over the layers. Belongs to
/// the open [Scope].
final class ScoreBias {
  private final RelativeBias bias;
  private final Tensor table;
  private final Tensor buckets;
  private final Tensor values;
  private final Tensor gradient;
  private final int length;

  /// @param table of the bias: `[buckets, heads]`, fp32 or fp64
  /// @param type of the scores
  ScoreBias(RelativeBias bias, Tensor table, int length, ScalarType type) {
    this.bias = bias;
    this.table = table;
    this.length = length;
    this.buckets = Device.indices(AttentionPositions.buckets(bias, length, length));
    this.values = AttentionPositions.bias(table, buckets, length, length).to(type).contiguous();
    this.gradient = Device.zeros(table.scalar_type(), values.size(0), length, length);
  }

  /// Adds to the scores of some heads.
  ///
  /// @param scores `[sequences, heads, rows, length]`, of the first `rows` places
  void addTo(Tensor scores, int head) {
    scores.add_(part(values, head, scores));
  }

  /// Takes the gradient of scores that [#addTo] was called with.
  void backward(Tensor ofScores, int head) {
    part(gradient, head, ofScores)
        .add_(ofScores.sum(new long[] {0}, false, new ScalarTypeOptional(gradient.scalar_type())));
  }

  private static Tensor part(Tensor all, int head, Tensor scores) {
    return all.narrow(0, head, scores.size(1)).narrow(1, 0, scores.size(2));
  }

  /// The gradient of the table, when all layers have been through: `[buckets, heads]`.
  Tensor ofTable() {
    Tensor pairs = gradient.permute(1, 2, 0).reshape((long) length * length, table.size(1));
    return torch.embedding_dense_backward(pairs, buckets, bias.table().rows(), -1, false);
  }
}
