package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription.Linear;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The linear maps of a network's layers, `in · weightᵀ + bias`, and what follows them at once.
/// Results belong to the open [Scope].
sealed interface LinearMaps permits LinearMaps.Plain, LinearMaps.Packed, Int8Maps, ObservedMaps {
  /// Of what goes in and comes out.
  ScalarType type();

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
  default Tensor gelu(Tensor in, Linear linear) {
    return torch.gelu(apply(in, linear));
  }

  /// The outputs and `residual`, `[rows, linear.out]`.
  default Tensor plus(Tensor in, Linear linear, Tensor residual) {
    return residual.add(apply(in, linear));
  }

  /// `down` of the GELU of `up`, and `residual`.
  default Tensor feedForward(Tensor in, Linear up, Linear down, Tensor residual) {
    return plus(gelu(in, up), down, residual);
  }

  /// By libtorch's general operators: in any precision, differentiable.
  record Plain(Weights weights) implements LinearMaps {
    @Override
    public ScalarType type() {
      return weights.get(weights.layout().queryKeyValue(0).weightName()).scalar_type();
    }

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
  }

  /// The outputs `[from, from + count)` of a linear map.
  record Outputs(Linear linear, long from, long count) {}

  /// By oneDNN, for inference in bf16: each weight is rounded and laid out once as its kernels read
  /// it, and GELU or the residual is applied to the sums before they are rounded. Safe for many
  /// threads; close it to free the copies.
  ///
  /// Measured on one core with AMX, 1,024 rows, best of 8, in ns a row: 384 → 1,152 outputs 780
  /// against 1,110; 384 → 1,536 with GELU 1,740 against 2,080; 1,536 → 384 with the residual 1,220
  /// against 1,640.
  final class Packed implements LinearMaps, AutoCloseable {
    /// The rows for which oneDNN chooses the layout; other numbers of rows are as well.
    private static final long ROWS = 1024;

    private final Weights weights;
    private final Map<Outputs, Layout> packed = new ConcurrentHashMap<>();

    private record Layout(Tensor weight, Optional<Tensor> bias) {}

    /// @param weights in fp32, not owned; they must not change
    Packed(Weights weights) {
      this.weights = weights;
    }

    private Layout map(Linear linear, long from, long count) {
      return packed.computeIfAbsent(new Outputs(linear, from, count), this::packed);
    }

    private Layout packed(Outputs of) {
      try (var scope = new Scope()) {
        Tensor rows = part(of.linear().weightName(), of);
        Optional<Tensor> bias =
            of.linear().bias()
                ? Optional.of(scope.keep(part(of.linear().biasName(), of)))
                : Optional.empty();
        return new Layout(scope.keep(Kernels.packLinear(rows, ROWS)), bias);
      }
    }

    private Tensor part(String name, Outputs of) {
      return weights.get(name).narrow(0, of.from(), of.count()).to(ScalarType.BFloat16);
    }

    @Override
    public ScalarType type() {
      return ScalarType.BFloat16;
    }

    @Override
    public Tensor apply(Tensor in, Linear linear, long from, long count) {
      Layout map = map(linear, from, count);
      return Kernels.packedLinear(in, map.weight(), map.bias(), "none");
    }

    @Override
    public Tensor gelu(Tensor in, Linear linear) {
      Layout map = map(linear, 0, linear.out());
      return Kernels.packedLinear(in, map.weight(), map.bias(), "gelu");
    }

    @Override
    public Tensor plus(Tensor in, Linear linear, Tensor residual) {
      Layout map = map(linear, 0, linear.out());
      return Kernels.packedLinearPlus(in, residual, map.weight(), map.bias());
    }

    @Override
    public void close() {
      for (Layout map : packed.values()) {
        Scope.free(map.weight());
        map.bias().ifPresent(Scope::free);
      }
      packed.clear();
    }
  }
}
