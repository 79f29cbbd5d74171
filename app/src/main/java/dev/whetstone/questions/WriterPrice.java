package dev.whetstone.questions;

/// What a model's tokens cost, in any one unit of money.
///
/// @param read a million tokens of prompts, from 0
/// @param written a million tokens of replies, from 0
public record WriterPrice(double read, double written) {
  /// Of a model that costs nothing, or whose price is not known.
  public static final WriterPrice NONE = new WriterPrice(0, 0);

  public WriterPrice {
    if (!(read >= 0 && written >= 0)) {
      throw new IllegalArgumentException("prices of " + read + " and " + written);
    }
  }

  boolean isNone() {
    return read == 0 && written == 0;
  }

  /// What so many tokens cost.
  public double of(long tokensRead, long tokensWritten) {
    return (tokensRead * read + tokensWritten * written) / 1e6;
  }
}
