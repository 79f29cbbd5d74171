package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription.Linear;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// The linear maps of a network's layers, `in · weightᵀ + bias`, and what follows them at once.
/// Results belong to the open [Scope].
sealed interface LinearMaps {
  /// The outputs `[from, from + count)` alone.
  ///
  /// @param in `[rows, linear.in]`
  /// @return `[rows, count]`
  Tensor apply(Tensor in, Linear linear, long from, long count);

  /// @return `[rows, linear.out]`
  default Tensor apply(Tensor in, Linear linear) {
    return apply(in, linear, 0, linear.out());
  }

  /// The activation GELU of the outputs.
  Tensor gelu(Tensor in, Linear linear);

  /// The outputs and `residual`, `[rows, linear.out]`.
  Tensor plus(Tensor in, Linear linear, Tensor residual);

  /// By libtorch's general operators: in any precision, differentiable.
  record Plain(Weights weights) implements LinearMaps {
    @Override
    public Tensor apply(Tensor in, Linear linear, long from, long count) {
      boolean all = count == linear.out();
      Tensor weight = weights.get(linear.weightName());
      Tensor rows = all ? weight : weight.narrow(0, from, count);
      if (!linear.bias()) {
        return in.matmul(rows.t());
      }
      Tensor bias = weights.get(linear.biasName());
      return dense(in, rows, all ? bias : bias.narrow(0, from, count));
    }

    /// `in · weightᵀ + bias`. In fp32 the product and then the sum is faster than `linear`; in bf16
    /// `linear` hands the bias to oneDNN.
    static Tensor dense(Tensor in, Tensor weight, Tensor bias) {
      return Kernels.isBf16(in)
          ? torch.linear(in, weight, new TensorOptional(bias))
          : in.matmul(weight.t()).add_(bias);
    }

    @Override
    public Tensor gelu(Tensor in, Linear linear) {
      return torch.gelu(apply(in, linear));
    }

    @Override
    public Tensor plus(Tensor in, Linear linear, Tensor residual) {
      return residual.add(apply(in, linear));
    }
  }

  /// By oneDNN, for inference in bf16: each weight is laid out once as its kernels read it, and
  /// GELU or the residual is applied to the sums before they are rounded. Safe for many threads;
  /// close it to free the copies.
  ///
  /// Measured on one core with AMX, 1,024 rows, best of 8, in ns a row: 384 → 1,152 outputs 780
  /// against 1,110; 384 → 1,536 with GELU 1,740 against 2,080; 1,536 → 384 with the residual 1,220
  /// against 1,640.
  final class Packed implements LinearMaps, AutoCloseable {
    /// The rows for which oneDNN chooses the layout; other numbers of rows are as well.
    private static final long ROWS = 1024;

    private final Weights weights;
    private final Map<Outputs, Tensor> packed = new ConcurrentHashMap<>();

    private record Outputs(Linear linear, long from, long count) {}

    /// @param weights in bf16, not owned; they must not change
    Packed(Weights weights) {
      this.weights = weights;
    }

    private Tensor weight(Outputs outputs) {
      return packed.computeIfAbsent(
          outputs,
          of -> {
            try (var scope = new Scope()) {
              Tensor weight = weights.get(of.linear().weightName());
              Tensor rows = weight.narrow(0, of.from(), of.count()).contiguous();
              return scope.keep(Kernels.packLinear(rows, ROWS));
            }
          });
    }

    private Optional<Tensor> bias(Outputs outputs) {
      return outputs.linear().bias()
          ? Optional.of(
              weights.get(outputs.linear().biasName()).narrow(0, outputs.from(), outputs.count()))
          : Optional.empty();
    }

    @Override
    public Tensor apply(Tensor in, Linear linear, long from, long count) {
      var outputs = new Outputs(linear, from, count);
      return Kernels.packedLinear(in, weight(outputs), bias(outputs), "none");
    }

    @Override
    public Tensor gelu(Tensor in, Linear linear) {
      var outputs = new Outputs(linear, 0, linear.out());
      return Kernels.packedLinear(in, weight(outputs), bias(outputs), "gelu");
    }

    @Override
    public Tensor plus(Tensor in, Linear linear, Tensor residual) {
      var outputs = new Outputs(linear, 0, linear.out());
      return Kernels.packedLinearPlus(in, residual, weight(outputs), bias(outputs));
    }

    @Override
    public void close() {
      packed.values().forEach(Scope::free);
      packed.clear();
    }
  }
}
