package dev.whetstone.index.cluster;

/// How an engine keeps vectors for looking them up; the whole ones are kept beside in every case.
public enum Quantization {
  /// Whole floats: the cosines of the search are exact. Oversampling applies to indices that
  /// another program created, which may be quantized nevertheless.
  NONE(3),

  /// A byte a dimension: a quarter of the memory.
  INT8(2),

  /// A bit a dimension (better binary quantization): a thirtieth of the memory; needs oversampling.
  BBQ(3);

  private final double oversample;

  Quantization(double oversample) {
    this.oversample = oversample;
  }

  /// How many times the candidates wanted are ranked anew by their whole vectors, where nothing
  /// else is set.
  public double oversample() {
    return oversample;
  }
}
