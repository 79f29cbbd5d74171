package dev.whetstone.torch;

import java.util.Optional;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// libtorch's operators that its C++ interface keeps private, called through its dispatcher. Within
/// an open [Scope].
final class Kernels {
  private static final String PACKED_LINEAR = "mkldnn::_linear_pointwise";
  private static final String INT8_LINEAR = "onednn::qlinear_pointwise";

  private Kernels() {}

  /// The gradient of a softmax along the last side, fused: `out * (grad - sum(grad * out))`.
  ///
  /// @param into destination, may be the gradient itself
  static void softmaxBackward(Tensor gradient, Tensor out, Tensor into) {
    call(
        "aten::_softmax_backward_data",
        "out",
        new IValue(gradient),
        new IValue(out),
        new IValue(-1L),
        type(out),
        new IValue(into));
  }

  /// Attention in blocks that never hold all scores (Dao et al., 2022).
  ///
  /// @param query `[batch, heads, length, width]`, strides as you like; key and value likewise
  /// @return the context, strided `[batch, length, heads, width]`, and the logarithm of each row's
  ///   sum
  static Tensor[] flashAttention(Tensor query, Tensor key, Tensor value, IValue mask) {
    IValueVector out =
        call(
            "aten::_scaled_dot_product_flash_attention_for_cpu",
            new IValue(query),
            new IValue(key),
            new IValue(value),
            new IValue(0.0),
            new IValue(false),
            mask,
            new IValue());
    return new Tensor[] {out.get(0).toTensor().detach(), out.get(1).toTensor().detach()};
  }

  /// @param forward what [#flashAttention] returned
  /// @return gradients of query, key and value
  static Tensor[] flashAttentionBackward(
      Tensor gradient, Tensor query, Tensor key, Tensor value, Tensor[] forward, IValue mask) {
    IValueVector out =
        call(
            "aten::_scaled_dot_product_flash_attention_for_cpu_backward",
            new IValue(gradient),
            new IValue(query),
            new IValue(key),
            new IValue(value),
            new IValue(forward[0]),
            new IValue(forward[1]),
            new IValue(0.0),
            new IValue(false),
            mask,
            new IValue());
    return new Tensor[] {
      out.get(0).toTensor().detach(), out.get(1).toTensor().detach(), out.get(2).toTensor().detach()
    };
  }

  /// One fused update of AdamW, in place.
  ///
  /// @param step number of this update, from 1: one float
  /// @param divisor of the gradient, which is overwritten: one float
  static void adamW(
      Tensor weights,
      Tensor gradient,
      Tensor first,
      Tensor second,
      Tensor step,
      double rate,
      double weightDecay,
      Tensor divisor) {
    call(
        "aten::_fused_adamw_",
        list(weights),
        list(gradient),
        list(first),
        list(second),
        list(),
        list(step),
        new IValue(rate),
        new IValue(.9),
        new IValue(.999),
        new IValue(weightDecay),
        new IValue(1e-8),
        new IValue(false),
        new IValue(false),
        new IValue(divisor),
        new IValue());
  }

  /// Whether [#packLinear] and what takes its result compute in bf16 on this machine: oneDNN
  /// refuses where the processor lacks the instructions.
  static boolean packsLinears() {
    return Packing.WORKS;
  }

  /// The same in fp32.
  static boolean packsFloats() {
    return PackingFloats.WORKS;
  }

  /// Tried when it is first asked for.
  private static final class Packing {
    static final boolean WORKS = works(() -> tryPacking(ScalarType.BFloat16));
  }

  /// Tried when it is first asked for.
  private static final class PackingFloats {
    static final boolean WORKS = works(() -> tryPacking(ScalarType.Float));
  }

  private static void tryPacking(ScalarType type) {
    Tensor one = Device.zeros(type, 32, 32);
    var _ = packedLinear(one, packLinear(one, 32), Optional.empty(), "gelu");
  }

  private static boolean works(Runnable kernel) {
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      kernel.run();
      return true;
    } catch (RuntimeException _) { // as JavaCPP throws what C++ throws
      return false;
    }
  }

  /// A weight in the layout that oneDNN's kernels read, for [#packedLinear].
  ///
  /// @param weight `[out, in]`, contiguous
  /// @param rows of the inputs, more or less
  static Tensor packLinear(Tensor weight, long rows) {
    return call("mkldnn::_reorder_linear_weight", new IValue(weight), new IValue(rows))
        .get(0)
        .toTensor()
        .detach();
  }

  /// `in · weightᵀ + bias`, and an activation of the sums before they are rounded.
  ///
  /// @param weight from [#packLinear]
  /// @param activation `none` or `gelu`
  static Tensor packedLinear(Tensor in, Tensor weight, Optional<Tensor> bias, String activation) {
    OperatorHandle operator = Dispatcher.singleton().findSchemaOrThrow(PACKED_LINEAR, "");
    var stack =
        new IValueVector(
            new IValue(in),
            new IValue(weight),
            bias.map(IValue::new).orElseGet(IValue::new),
            new IValue(activation),
            noNumbers(operator, 4),
            new IValue("none"));
    operator.callBoxed(stack);
    return stack.get(0).toTensor().detach();
  }

  /// `in · weightᵀ + bias + residual`, rounded once.
  static Tensor packedLinearPlus(Tensor in, Tensor residual, Tensor weight, Optional<Tensor> bias) {
    var stack =
        new IValueVector(
            new IValue(in),
            new IValue(residual),
            new IValue(weight),
            bias.map(IValue::new).orElseGet(IValue::new),
            new IValue("add"));
    Dispatcher.singleton().findSchemaOrThrow(PACKED_LINEAR, "binary").callBoxed(stack);
    return stack.get(0).toTensor().detach();
  }

  /// Whether [#int8Linear] computes on this machine.
  static boolean multipliesInt8() {
    return Int8.WORKS;
  }

  /// Tried when it is first asked for.
  private static final class Int8 {
    static final boolean WORKS = works(Kernels::tryInt8);
  }

  private static void tryInt8() {
    Tensor weight = packInt8(Device.zeros(ScalarType.Char, 32, 32));
    Tensor zeros = Device.zeros(ScalarType.Long, 32);
    Tensor scales = Device.zeros(ScalarType.Float, 32);
    var _ = int8Linear(Device.zeros(ScalarType.Byte, 32, 32), 0, weight, scales, zeros);
  }

  /// A weight in whole numbers, laid out for [#int8Linear].
  ///
  /// @param weight `[out, in]`, of 8 bits, contiguous
  static Tensor packInt8(Tensor weight) {
    return call("onednn::qlinear_prepack", new IValue(weight), new IValue())
        .get(0)
        .toTensor()
        .detach();
  }

  /// `in · weightᵀ` times the scale of each output, in fp32.
  ///
  /// @param in of 8 bits without a sign: `[rows, in]`
  /// @param zero what stands for 0 in it
  /// @param weight from [#packInt8]
  /// @param scales `[out]`
  /// @param zeros zero points of the outputs: `[out]`
  static Tensor int8Linear(Tensor in, int zero, Tensor weight, Tensor scales, Tensor zeros) {
    OperatorHandle operator = Dispatcher.singleton().findSchemaOrThrow(INT8_LINEAR, "");
    var stack =
        new IValueVector(
            new IValue(in),
            new IValue(1.0),
            new IValue((long) zero),
            new IValue(weight),
            new IValue(scales),
            new IValue(zeros),
            new IValue(),
            new IValue(1.0),
            new IValue(0L),
            new IValue((long) ScalarType.Float.value),
            new IValue("none"),
            noNumbers(operator, 11),
            new IValue(""));
    operator.callBoxed(stack);
    return stack.get(0).toTensor().detach();
  }

  /// An empty list of the type that an argument has.
  private static IValue noNumbers(OperatorHandle operator, int argument) {
    var type = operator.schema().arguments().getPointer(argument).type().get();
    return new IValue(new GenericList(type.containedType(0)));
  }

  private static IValue list(Tensor... tensors) {
    var list = new GenericList(new Type.TypePtr(TensorType.get()));
    for (Tensor tensor : tensors) {
      list.push_back(new IValue(tensor));
    }
    return new IValue(list);
  }

  private static IValue type(Tensor tensor) {
    return new IValue((long) tensor.scalar_type().intern().value);
  }

  private static IValueVector call(String operator, IValue... arguments) {
    return call(operator, "", arguments);
  }

  private static IValueVector call(String operator, String overload, IValue... arguments) {
    var stack = new IValueVector(arguments);
    OperatorHandle handle = Dispatcher.singleton().findSchemaOrThrow(operator, overload);
    handle.callBoxed(stack);
    return stack;
  }

  static boolean isBf16(Tensor tensor) {
    return tensor.scalar_type().intern() == ScalarType.BFloat16;
  }
}
