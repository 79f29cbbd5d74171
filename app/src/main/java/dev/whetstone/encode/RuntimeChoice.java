package dev.whetstone.encode;

/// What computes the vectors.
public enum RuntimeChoice {
  /// Passages by what a trial on this machine found fastest; questions by ONNX Runtime, in a server
  /// in 8 bits where a trial found those close enough. A server embeds passages in fp32.
  AUTO,
  /// ONNX Runtime in fp32: the reference, there on every machine.
  ONNX_FP32,
  /// libtorch in fp32.
  TORCH_FP32,
  /// libtorch in bfloat16: the same space while its cosine to fp32 stays at .999 or above.
  TORCH_BF16,
  /// libtorch with products in 8 bits: the same space likewise. Fast on CPUs with VNNI.
  TORCH_INT8;

  /// Whether its vectors have to be held against those of fp32.
  boolean rounds() {
    return this == TORCH_BF16 || this == TORCH_INT8;
  }
}
