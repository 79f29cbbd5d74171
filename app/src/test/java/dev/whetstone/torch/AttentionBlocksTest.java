package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Attention in blocks against the formula and automatic differentiation, in doubles.
class AttentionBlocksTest {
  private static final int COUNT = 5;
  private static final int HEADS = 3;
  private static final int LENGTH = 7;
  private static final int WIDTH = 4;

  /// Blocks of one head, of two of three heads, of two sequences, of all.
  @ParameterizedTest
  @CsvSource({"7, 1", "7, 49", "7, 98", "7, 300", "7, 100000", "1, 1", "1, 14", "1, 42", "1, 999"})
  void contextAndGradientsAreThoseOfTheFormula(int rows, long scores) {
    torch.manual_seed(3);
    try (var _ = new Scope();
        var arena = new Arena(ScalarType.Double)) {
      Tensor query = random(rows);
      Tensor keyValue = random(2 * LENGTH).view(COUNT, LENGTH, 2, HEADS, WIDTH);
      var inputs = new AttentionKernel.Inputs(query, keyValue.select(2, 0), keyValue.select(2, 1));
      Tensor mask = torch.randn(COUNT, 1, 1, LENGTH).to(ScalarType.Double);
      var additions = new AttentionKernel.Additions(Optional.of(mask), Optional.empty());
      Tensor direction = random(rows);
      Tensor context = torch.zeros_like(query);
      var into =
          new AttentionKernel.Inputs(random(rows), random(LENGTH), random(LENGTH)); // overwritten

      try (var scope = new Scope()) {
        AttentionBlocks blocks =
            AttentionBlocks.of(scope, arena, scores, inputs, additions, context);
        blocks.backward(direction, into);
        assertThat(arena.top()).isZero();
      }

      Tensor[] expected = formula(inputs, mask, direction);
      assertThat(difference(context, expected[0])).isLessThan(1e-12);
      assertThat(difference(into.query(), expected[1])).isLessThan(1e-12);
      assertThat(difference(into.key(), expected[2])).isLessThan(1e-12);
      assertThat(difference(into.value(), expected[3])).isLessThan(1e-12);
    }
  }

  private static Tensor random(int rows) {
    return torch.randn(COUNT, rows, HEADS, WIDTH).to(ScalarType.Double);
  }

  /// The context, and the gradients of query, key and value of `sum(context * direction)`.
  private static Tensor[] formula(AttentionKernel.Inputs inputs, Tensor mask, Tensor direction) {
    try (var _ = new AutoGradMode(true)) {
      Function<Tensor, Tensor> leaf = tensor -> tensor.detach().set_requires_grad(true);
      Tensor query = leaf.apply(inputs.query());
      Tensor key = leaf.apply(inputs.key());
      Tensor value = leaf.apply(inputs.value());
      Tensor scores =
          query
              .transpose(1, 2)
              .matmul(key.transpose(1, 2).transpose(2, 3))
              .div(new Scalar(Math.sqrt(WIDTH)))
              .add(mask);
      Tensor context = scores.softmax(-1).matmul(value.transpose(1, 2)).transpose(1, 2);
      context.mul(direction).sum().backward();
      return new Tensor[] {context.detach(), query.grad(), key.grad(), value.grad()};
    }
  }

  private static double difference(Tensor left, Tensor right) {
    return left.sub(right).abs().max().item_double();
  }
}
