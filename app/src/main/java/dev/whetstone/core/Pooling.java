package dev.whetstone.core;

/// How token states become one vector.
public enum Pooling {
  /// The state of the first token.
  CLS,
  /// The mean over the tokens that are not padding.
  MEAN
}
