package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription.Linear;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The maps by oneDNN in 8 bits, for inference.
///
/// **Method.** Each output's weights are rounded to whole numbers from -127 to 127 with a scale of
/// their own, once; so is each row of the inputs, whenever it is computed. The products are summed
/// exactly in 32 bits, and a sum times both scales is the result. All else is fp32: the residual
/// stream, norms, attention, GELU.
///
/// **Without a sign.** oneDNN has fast kernels for inputs from 0 to 255 alone. So 128 is added to
/// those with a sign, which it takes off the sums. The outputs of GELU are never below -.17: there
/// [#BELOW_ZERO] is enough, and a row whose largest output is above 1.6 is rounded half as
/// coarsely.
///
/// **Elementwise work** takes a third of the time of embedding. libtorch's kernels are fast where
/// the elements of a row are multiplied by one number or by a row of numbers, and three times
/// slower where two inputs have one number each for a row: therefore what is added is a row, of one
/// number.
///
/// **Why a scale a row.** States have outliers, and one scale for all rows would round the others
/// coarsely: 1 - cosine to fp32 would be four times as large, and a text's vector would depend on
/// the texts beside it.
///
/// **Where it is exact.** With VNNI. Without it CPUs add pairs of products in 16 bits, where some
/// sums are cut off: whether the vectors are good enough there is for the caller to measure.
///
/// **Smoothing** (Xiao et al., *SmoothQuant*, ICML 2023). Some columns of the states are far larger
/// than the others in every row, and take up the row's scale. Each column is divided by `√(largest
/// input / largest weight)`, and its weights are multiplied by it: the products are the same, and
/// both factors are rounded evenly. How large the inputs are is [observed][ObservedMaps] once.
///
/// Safe for many threads; close it to free the copies.
final class Int8Maps implements LinearMaps, AutoCloseable {
  private static final int MOST = 127;

  /// Of the 256 numbers, for negative outputs of GELU.
  private static final int BELOW_ZERO = 24;

  /// Of a row of zeros, which has no scale.
  private static final double LEAST = 1e-30;

  private final Weights weights;
  private final Map<String, Tensor> largest; // by the weight's name
  private final Map<Outputs, Layout> rounded = new ConcurrentHashMap<>();

  /// @param scales of the outputs: `[count]`
  /// @param zeros their zero points: `[count]`
  /// @param bias `[count]`
  /// @param smoothing by which the columns of the inputs are multiplied first: `[in]`
  private record Layout(
      Tensor weight, Tensor scales, Tensor zeros, Tensor bias, Optional<Tensor> smoothing) {
    void free() {
      for (Tensor each : List.of(weight, scales, zeros, bias)) {
        Scope.free(each);
      }
      smoothing.ifPresent(Scope::free);
    }
  }

  /// @param weights in fp32, not owned; they must not change
  /// @param largest what [ObservedMaps#largest] gave; owned
  Int8Maps(Weights weights, Map<String, Tensor> largest) {
    this.weights = weights;
    this.largest = Map.copyOf(largest);
  }

  private Layout map(Linear linear, long from, long count) {
    return rounded.computeIfAbsent(new Outputs(linear, from, count), this::rounded);
  }

  private Layout rounded(Outputs of) {
    Linear linear = of.linear();
    try (var scope = new Scope()) {
      Tensor rows = weights.get(linear.weightName()).narrow(0, of.from(), of.count());
      Tensor inputs = largest.get(linear.weightName());
      Optional<Tensor> smoothing = Optional.empty();
      if (inputs != null) {
        Tensor ofWeights = rows.abs().amax(new long[] {0}, false).clamp_min_(new Scalar(LEAST));
        Tensor factors = inputs.div(ofWeights).sqrt_();
        rows = rows.mul(factors);
        smoothing = Optional.of(scope.keep(factors.reciprocal()));
      }
      Tensor scales = scales(rows);
      Tensor whole = rows.div(scales).round_();
      Tensor bias =
          linear.bias()
              ? weights.get(linear.biasName()).narrow(0, of.from(), of.count()).clone()
              : Device.zeros(ScalarType.Float, of.count());
      return new Layout(
          scope.keep(Kernels.packInt8(whole.to(ScalarType.Char))),
          scope.keep(scales.squeeze(1).contiguous()),
          scope.keep(Device.zeros(ScalarType.Long, of.count())),
          scope.keep(bias),
          smoothing);
    }
  }

  /// Of each row, which it takes to numbers from -127 to 127: `[rows, 1]`.
  private static Tensor scales(Tensor rows) {
    Tensor negative = rows.amin(new long[] {1}, true).neg_();
    return torch
        .maximum(rows.amax(new long[] {1}, true), negative)
        .clamp_min_(new Scalar(LEAST))
        .div_(new Scalar(MOST));
  }

  @Override
  public ScalarType type() {
    return ScalarType.Float;
  }

  @Override
  public Tensor apply(Tensor states, Linear linear, long from, long count) {
    Layout map = map(linear, from, count);
    Tensor in = map.smoothing().map(states::mul).orElse(states);
    Tensor scales = scales(in);
    return product(in, scales, MOST + 1, map);
  }

  /// @param scales of the inputs: `[rows, 1]`
  /// @param zero the whole number that stands for 0
  private static Tensor product(Tensor in, Tensor scales, int zero, Layout map) {
    Tensor shift = torch.full(new long[] {in.size(1)}, new Scalar(zero + .5));
    Tensor whole = torch.addcmul(shift, in, scales.reciprocal()).to(ScalarType.Byte);
    Tensor sums = Kernels.int8Linear(whole, zero, map.weight(), map.scales(), map.zeros());
    return torch.addcmul(map.bias(), sums, scales);
  }

  @Override
  public Tensor feedForward(Tensor in, Linear up, Linear down, Tensor residual) {
    Tensor activated = gelu(in, up);
    Tensor above = activated.amax(new long[] {1}, true).div_(new Scalar(255 - BELOW_ZERO));
    Tensor below = activated.amin(new long[] {1}, true).div_(new Scalar(-BELOW_ZERO));
    Tensor scales = torch.maximum(above, below).clamp_min_(new Scalar(LEAST));
    return product(activated, scales, BELOW_ZERO, map(down, 0, down.out())).add_(residual);
  }

  @Override
  public void close() {
    rounded.values().forEach(Layout::free);
    rounded.clear();
    largest.values().forEach(Scope::free);
  }
}
