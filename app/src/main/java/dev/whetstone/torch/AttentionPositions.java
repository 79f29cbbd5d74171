package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.SelfAttention;
import dev.whetstone.core.RelativeBias;
import dev.whetstone.core.Rotary;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// What attention knows of places, for one pass: numbers added to the scores of a pair (padding is
/// masked, a window is cut out, a relative bias is added) and the rotation of queries and keys.
/// Computed once for each group of the batch and reused by all layers alike. Belongs to the [Scope]
/// of the pass.
final class AttentionPositions {
  /// Added to the scores of what must not be seen: far below every score, and finite in bf16.
  private static final float MASKED = -1e4f;

  private final NetworkDescription description;
  private final Weights weights;
  private final PackedBatch batch;
  private final ScalarType type;
  private final Map<ScoresKey, TensorOptional> scores = new HashMap<>();
  private final Map<Rotary, Rotation> rotations = new HashMap<>();
  private final Map<PackedBatch.Group, Tensor> shares = new HashMap<>();

  /// @param first whether of the first token's row alone
  private record ScoresKey(PackedBatch.Group group, OptionalInt window, boolean first) {}

  /// Cosine and sine of each component's angle at each place: `[length, headWidth]`.
  private record Rotation(Tensor cosine, Tensor sine) {}

  /// @param type of the scores
  AttentionPositions(Weights weights, PackedBatch batch, ScalarType type) {
    this.description = weights.layout().description();
    this.weights = weights;
    this.batch = batch;
    this.type = type;
  }

  /// What is added to the scores of a group; nothing where all tokens see each other alike.
  ///
  /// @return broadcasts to `[count, heads, length, length]`
  TensorOptional scores(SelfAttention attention, PackedBatch.Group group) {
    return scores(new ScoresKey(group, attention.window(), false));
  }

  /// Only of each sequence's first token: broadcasts to `[count, heads, 1, length]`.
  TensorOptional scoresOfFirst(SelfAttention attention, PackedBatch.Group group) {
    return scores(new ScoresKey(group, attention.window(), true));
  }

  /// Whether nothing is added to the scores of a group but the mask of padding.
  boolean onlyPadding(SelfAttention attention, PackedBatch.Group group) {
    return description.stack().relativeBias().isEmpty()
        && (attention.window().isEmpty() || group.length() <= attention.window().getAsInt() + 1);
  }

  /// 1 for tokens, 0 for padding: `[count, 1, length, 1]`.
  Tensor shares(PackedBatch.Group group) {
    return shares.computeIfAbsent(
        group,
        _ -> Device.floats(batch.mask(group, 1, 0), group.count(), 1, group.length(), 1).to(type));
  }

  private TensorOptional scores(ScoresKey key) {
    return scores.computeIfAbsent(key, this::compute);
  }

  private TensorOptional compute(ScoresKey key) {
    int length = key.group().length();
    int rows = key.first() ? 1 : length;
    Optional<Tensor> sum =
        key.group().padded() ? Optional.of(padding(batch, key.group(), type)) : Optional.empty();
    if (key.window().isPresent() && length > key.window().getAsInt() + 1) {
      sum = Optional.of(plus(sum, window(key.window().getAsInt(), rows, length)));
    }
    if (description.stack().relativeBias().isPresent()) {
      sum = Optional.of(plus(sum, bias(description.stack().relativeBias().get(), rows, length)));
    }
    return sum.map(TensorOptional::new).orElseGet(TensorOptional::new);
  }

  private static Tensor plus(Optional<Tensor> sum, Tensor other) {
    return sum.map(each -> each.add(other)).orElse(other);
  }

  /// 0 for tokens, far below zero for padding: `[count, 1, 1, length]`.
  static Tensor padding(PackedBatch batch, PackedBatch.Group group, ScalarType type) {
    float[] mask = batch.mask(group, 0, MASKED);
    return Device.floats(mask, group.count(), 1, 1, group.length()).to(type);
  }

  /// 0 for keys at most `window` places away, far below zero for others: `[1, 1, rows, length]`.
  private Tensor window(int window, int rows, int length) {
    float[] mask = new float[rows * length];
    for (int row = 0; row < rows; row++) {
      for (int key = 0; key < length; key++) {
        mask[row * length + key] = Math.abs(key - row) <= window ? 0 : MASKED;
      }
    }
    return Device.floats(mask, 1, 1, rows, length).to(type);
  }

  /// `[1, heads, rows, length]`
  private Tensor bias(RelativeBias bias, int rows, int length) {
    Tensor table = weights.get(bias.table().weightName());
    return bias(table, Device.indices(buckets(bias, rows, length)), rows, length)
        .to(type)
        .unsqueeze(0);
  }

  /// The rows of a bias' table that two places have, for each pair of places.
  static long[] buckets(RelativeBias bias, int rows, int length) {
    long[] buckets = new long[rows * length];
    for (int row = 0; row < rows; row++) {
      for (int key = 0; key < length; key++) {
        buckets[row * length + key] = bias.bucket(key - row);
      }
    }
    return buckets;
  }

  /// `[heads, rows, length]`
  ///
  /// @param table `[buckets, heads]`
  /// @param buckets as of [#buckets(RelativeBias, int, int)]
  static Tensor bias(Tensor table, Tensor buckets, int rows, int length) {
    return torch.embedding(table, buckets).view(rows, length, table.size(1)).permute(2, 0, 1);
  }

  /// Queries or keys turned by the angles of their places; as they are where the layer has no
  /// rotary positions.
  ///
  /// @param tensor `[count, heads, length, headWidth]`, from place 0 on
  Tensor rotate(SelfAttention attention, Tensor tensor) {
    if (attention.rotary().isEmpty()) {
      return tensor;
    }
    Rotation rotation = rotation(attention.rotary().get(), attention);
    Tensor wide = NetworkPass.widen(tensor);
    long length = tensor.size(2);
    long half = attention.headWidth() / 2;
    Tensor quarterTurn =
        torch.cat(new TensorVector(wide.narrow(3, half, half).neg(), wide.narrow(3, 0, half)), 3);
    return wide.mul(rotation.cosine().narrow(0, 0, length))
        .add(quarterTurn.mul(rotation.sine().narrow(0, 0, length)))
        .to(tensor.scalar_type());
  }

  /// Computes what [#rotate] keeps for all layers alike in the scope that is open now.
  void prepareRotation(SelfAttention attention) {
    attention.rotary().ifPresent(rotary -> rotation(rotary, attention));
  }

  private Rotation rotation(Rotary rotary, SelfAttention attention) {
    return rotations.computeIfAbsent(rotary, each -> rotation(each, attention.headWidth()));
  }

  private Rotation rotation(Rotary rotary, int headWidth) {
    int length = batch.longest();
    Tensor angles =
        Device.floats(rotary.angles(length, headWidth), length, headWidth / 2)
            .to(type.intern() == ScalarType.Double ? ScalarType.Double : ScalarType.Float);
    Tensor both = torch.cat(new TensorVector(angles, angles), 1);
    return new Rotation(both.cos(), both.sin());
  }
}
