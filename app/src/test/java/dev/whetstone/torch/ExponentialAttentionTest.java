package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/// The oracle is libtorch's attention in fp64.
class ExponentialAttentionTest {
  private static final int HEADS = 3;
  private static final int WIDTH = 8;

  @Test
  void itIsSoftmaxAttentionOverTheKeysThatAreNoPadding() {
    torch.manual_seed(5);
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      int[] lengths = {7, 5, 6};

      assertThat(largestDifference(lengths, 7, 7, ScalarType.Double)).isLessThan(1e-7);
      assertThat(largestDifference(lengths, 1, 7, ScalarType.Double)).isLessThan(1e-7);
      assertThat(largestDifference(lengths, 7, 7, ScalarType.BFloat16)).isLessThan(.03);
    }
  }

  /// As of a head that looks at one token alone.
  @Test
  void aScoreFarBeyondTheOthersIsNoInfinity() {
    torch.manual_seed(7);
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      Tensor one = torch.randn(1, HEADS, 5, WIDTH).mul(new Scalar(100)).to(ScalarType.Double);
      Tensor context = Device.empty(ScalarType.Double, 1, HEADS, 5, WIDTH);

      ExponentialAttention.compute(
          one, one, one, Device.floats(new float[] {1, 1, 1, 1, 1}, 1, 1, 5, 1), context);

      Tensor expected =
          torch.scaled_dot_product_attention(
              one, one, one, new TensorOptional(), 0.0, false, new DoubleOptional(), false);
      assertThat(context.sub(expected).abs().max().item_double()).isLessThan(1e-6);
    }
  }

  @Test
  void moreSequencesThanAreComputedAtOnceStandInTheirOrder() {
    torch.manual_seed(6);
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      int[] lengths = new int[40];
      Arrays.setAll(lengths, i -> 150 - i);

      assertThat(largestDifference(lengths, 150, 150, ScalarType.Double)).isLessThan(1e-7);
    }
  }

  private static double largestDifference(int[] lengths, int rows, int length, ScalarType type) {
    int count = lengths.length;
    Tensor query = torch.randn(count, HEADS, rows, WIDTH).to(type);
    Tensor key = torch.randn(count, HEADS, length, WIDTH).to(type);
    Tensor value = torch.randn(count, HEADS, length, WIDTH).to(type);
    float[] share = new float[count * length];
    float[] mask = new float[count * length];
    for (int i = 0; i < share.length; i++) {
      boolean token = i % length < lengths[i / length];
      share[i] = token ? 1 : 0;
      mask[i] = token ? 0 : -1e30f;
    }
    Tensor context = Device.empty(type, count, HEADS, rows, WIDTH);

    ExponentialAttention.compute(
        query, key, value, Device.floats(share, count, 1, length, 1).to(type), context);

    Tensor expected =
        torch.scaled_dot_product_attention(
            query.to(ScalarType.Double),
            key.to(ScalarType.Double),
            value.to(ScalarType.Double),
            new TensorOptional(Device.floats(mask, count, 1, 1, length).to(ScalarType.Double)),
            0.0,
            false,
            new DoubleOptional(),
            false);
    return context.to(ScalarType.Double).sub(expected).abs().max().item_double();
  }
}
