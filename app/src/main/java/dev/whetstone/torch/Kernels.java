package dev.whetstone.torch;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// libtorch's operators that its C++ interface keeps private, called through its dispatcher. Within
/// an open [Scope].
final class Kernels {
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
