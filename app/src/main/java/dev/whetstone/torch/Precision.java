package dev.whetstone.torch;

/// In which numbers the network computes. Master weights, sums of gradients and the optimiser are
/// fp32 in all.
public enum Precision {
  /// 32-bit floats.
  FP32,
  /// bfloat16 (8 bits of mantissa) for matrix products and the residual stream. Only fast where the
  /// CPU has instructions for it: ask [Calibration].
  BF16,
  /// 8-bit whole numbers for the factors of the layers' products, fp32 for all else: for inference
  /// alone, see [Int8Maps].
  INT8
}
