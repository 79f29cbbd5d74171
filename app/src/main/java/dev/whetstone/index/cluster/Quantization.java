package dev.whetstone.index.cluster;

/// How an engine keeps vectors for looking them up; the whole ones are kept beside in every case.
public enum Quantization {
  /// Whole floats: the cosines of the search are exact.
  NONE,

  /// A byte a dimension: a quarter of the memory.
  INT8,

  /// A bit a dimension (better binary quantization): a thirtieth of the memory; needs oversampling.
  BBQ
}
