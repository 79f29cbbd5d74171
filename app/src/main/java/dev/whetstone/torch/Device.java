package dev.whetstone.torch;

import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Where tensors live and are computed: all tensors are made here, and copied to and from Java
/// here, so that this is the place to change for another device. The CPU is the only one now.
/// Tensors belong to the open [Scope].
final class Device {
  private Device() {}

  private static TensorOptions options(ScalarType type) {
    return new TensorOptions(type); // libtorch's default device: the CPU
  }

  static Tensor zeros(ScalarType type, long... shape) {
    return torch.zeros(shape, options(type));
  }

  /// Of no particular content.
  static Tensor empty(ScalarType type, long... shape) {
    return torch.empty(shape, options(type), new MemoryFormatOptional());
  }

  /// A copy, fp32.
  static Tensor floats(float[] values, long... shape) {
    return AbstractTensor.create(values, shape);
  }

  /// One number, fp32, without a side.
  static Tensor number(double value) {
    return AbstractTensor.create((float) value).squeeze();
  }

  /// Row numbers: `[values.length]`.
  static Tensor indices(long[] values) {
    return AbstractTensor.create(values, values.length);
  }

  /// The same of a list.
  static Tensor indices(List<Integer> values) {
    return indices(values.stream().mapToLong(Integer::longValue).toArray());
  }

  /// A copy of a contiguous fp32 tensor.
  static float[] read(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    FloatBuffer buffer = tensor.createBuffer();
    buffer.get(values);
    return values;
  }

  /// Reads the next floats of a contiguous fp32 tensor, or overwrites them: its memory itself.
  static FloatBuffer memory(Tensor tensor) {
    return tensor.createBuffer();
  }
}
