package dev.whetstone.core;

/// A question and a passage as one sequence of token ids: `[CLS] question [SEP] passage [SEP]` in
/// BERT's form. The first tokens are of type 0, those from [#secondFrom] of type 1, where the
/// network distinguishes types. Not to be changed, though it holds an array.
public final class PairTokens {
  private final int[] ids;
  private final int secondFrom;

  /// @param ids with special tokens, at least one; not copied
  /// @param secondFrom place of the first token of type 1; `ids.length` where all are of type 0
  public PairTokens(int[] ids, int secondFrom) {
    if (ids.length == 0 || secondFrom < 0 || secondFrom > ids.length) {
      throw new IllegalArgumentException(
          ids.length + " tokens, of which the second text begins at " + secondFrom);
    }
    this.ids = ids;
    this.secondFrom = secondFrom;
  }

  /// The array itself.
  public int[] ids() {
    return ids;
  }

  public int secondFrom() {
    return secondFrom;
  }

  /// Tokens, special ones included.
  public int length() {
    return ids.length;
  }
}
