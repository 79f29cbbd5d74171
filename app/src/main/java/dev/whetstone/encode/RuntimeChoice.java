package dev.whetstone.encode;

/// What computes the vectors.
public enum RuntimeChoice {
  /// Questions by ONNX Runtime; passages by what a trial on this machine found fastest.
  AUTO,
  /// ONNX Runtime in fp32: the reference, there on every machine.
  ONNX_FP32,
  /// libtorch in fp32.
  TORCH_FP32,
  /// libtorch in bfloat16: the same space while its cosine to fp32 stays at .999 or above.
  TORCH_BF16
}
