package dev.whetstone.torch;

import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;

/// A training step's pass over the network of any description: [NetworkPass] forward, libtorch's
/// automatic differentiation backward. Keeps every intermediate until the scope closes.
final class AutogradPass implements GradientPass {
  private final Weights leaves;
  private final Weights gradients;
  private final NetworkPass pass;
  private final Tensor words;
  private final long[] wordOf;
  private Tensor rows;

  /// Like [TrainingPass]'s.
  AutogradPass(Weights weights, Weights gradients, PackedBatch batch, Tensor words, long[] wordOf) {
    this.leaves = weights.leaves();
    this.gradients = gradients;
    this.pass = new NetworkPass(leaves, batch, NetworkPass.Attention.DIFFERENTIABLE);
    this.words = words.detach().set_requires_grad(true);
    this.wordOf = wordOf;
    this.rows = this.words; // replaced by forward
  }

  @Override
  public Tensor forward() {
    try (var _ = new AutoGradMode(true)) {
      rows = pass.compute(words, wordOf);
      return rows;
    }
  }

  @Override
  public void drop() {} // it takes nothing of an arena

  @Override
  public Tensor backward(Tensor gradient) {
    rows.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    for (String name : gradients.layout().names()) {
      Tensor found = leaves.get(name).grad();
      if (found.defined()) {
        gradients.get(name).copy_(found);
      } else {
        gradients.get(name).zero_();
      }
    }
    return words.grad();
  }
}
