package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Weights as inference in one precision reads them, and the passes over them. Safe for many
/// threads while the weights do not change; close it to free its copies.
final class Inference implements AutoCloseable {
  private static final int OBSERVED_TEXTS = 16;
  private static final int OBSERVED_WORDS = 32;

  private final Weights weights;
  private final boolean ownsWeights;
  private final LinearMaps linears;

  private Inference(Weights weights, boolean ownsWeights, LinearMaps linears) {
    this.weights = weights;
    this.ownsWeights = ownsWeights;
    this.linears = linears;
  }

  /// @param masters in fp32, not owned
  static Inference of(Weights masters, Precision precision) {
    return switch (precision) {
      case FP32 -> new Inference(masters, false, new LinearMaps.Plain(masters));
      case BF16 ->
          Kernels.packsLinears()
              ? new Inference(masters, false, new LinearMaps.Packed(masters))
              : narrow(masters);
      case INT8 -> new Inference(masters, false, new Int8Maps(masters, largest(masters)));
    };
  }

  /// How large the inputs of the linear maps are, for texts of random words: what makes columns
  /// large is in the weights, whatever the words.
  private static Map<String, Tensor> largest(Weights masters) {
    NetworkDescription description = masters.layout().description();
    var random = new Random(1);
    int words = Math.min(OBSERVED_WORDS, description.maxTokens());
    List<int[]> texts =
        Stream.generate(() -> random.ints(words, 0, description.vocabulary()).toArray())
            .limit(OBSERVED_TEXTS)
            .toList();
    var observed = new ObservedMaps(masters);
    boolean whole = false;
    try (var observing = new Inference(masters, false, observed)) {
      var _ = observing.compute(PackedBatch.of(texts));
      whole = true;
    } finally {
      if (!whole) {
        observed.largest().values().forEach(Scope::free);
      }
    }
    return observed.largest();
  }

  private static Inference narrow(Weights masters) {
    Weights cast = masters.withLinears(ScalarType.BFloat16);
    return new Inference(cast, true, new LinearMaps.Plain(cast));
  }

  /// Computes a batch, without gradients.
  ///
  /// @return row `i` for the caller's sequence `i`: `[size * dimension]`
  float[] compute(PackedBatch batch) {
    if (linears instanceof LinearMaps.Packed) {
      float[] rows = compute(batch, NetworkPass.Attention.EXPONENTIAL);
      if (finite(rows)) {
        return rows;
      }
    }
    return compute(batch, NetworkPass.Attention.FUSED);
  }

  private float[] compute(PackedBatch batch, NetworkPass.Attention attention) {
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      Tensor rows =
          new NetworkPass(weights, linears, batch, attention).compute(weights.words(), batch.ids());
      return Device.read(torch.index_select(rows, 0, Device.indices(batch.rowOf())));
    }
  }

  private static boolean finite(float[] rows) {
    for (float value : rows) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    switch (linears) {
      case LinearMaps.Packed packed -> packed.close();
      case Int8Maps int8 -> int8.close();
      case LinearMaps.Plain _, ObservedMaps _ -> {}
    }
    if (ownsWeights) {
      weights.close();
    }
  }
}
