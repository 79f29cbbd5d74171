package dev.whetstone.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Attention of short sequences in bf16, for inference: `softmax(Q Kᵀ / √width) V`.
///
/// **Problem.** Many texts of an index are short: 10 to 60 tokens, with heads of 32 or 64 numbers.
/// libtorch's attention in blocks packs keys and values for AMX from 64 tokens on; below, it takes
/// ten times as long as all of the layer's large products together.
///
/// **Method.** `softmax(s) V = (exp(s) V) / (exp(s) 1)`. The scores of many heads and sequences are
/// one batched product, the exponential runs over all of them as one run of numbers, and a column
/// of ones beside the values gives the divisors with the second product. Keys that are padding have
/// a row of zeros there, so no mask is added to the scores.
///
/// **Limits.** The largest score of a row is subtracted first: a head may look at one token with a
/// score of more than 100 (bge-small's last layer does), whose exponential would be infinite.
/// Padding counts for that maximum; where its score is 88 larger than those of all tokens, they all
/// give 0 and the row is NaN, which [Inference] notices and computes again with libtorch's
/// attention.
///
/// **Cost.** Measured on one core with AMX under other load, best of 8, 12 heads of 32, in ns a
/// token: at 24 tokens a sequence 2,300 against 15,000 in blocks, at 48 2,700 against 23,000, at 63
/// 3,300 against 33,000; at 64 2,900 against 1,900, and no gain from there on.
final class ExponentialAttention {
  /// Rows of queries from which libtorch's attention is faster.
  static final int TOO_LONG = 64;

  /// Numbers of scores that are computed at once, so that they stay in a core's cache.
  private static final long SCORES = 1 << 19;

  private ExponentialAttention() {}

  /// Computes the context of all rows.
  ///
  /// @param query `[count, heads, rows, width]`, strides as you like
  /// @param key `[count, heads, length, width]`; value likewise
  /// @param share 1 for tokens, 0 for padding: `[count, 1, length, 1]`
  /// @param context destination: `[count, heads, rows, width]`, strides as you like
  static void compute(Tensor query, Tensor key, Tensor value, Tensor share, Tensor context) {
    long count = query.size(0);
    long scores = query.size(1) * query.size(2) * key.size(2);
    long step = Math.max(1, SCORES / scores);
    for (long from = 0; from < count; from += step) {
      long size = Math.min(step, count - from);
      try (var _ = new Scope()) {
        some(
            query.narrow(0, from, size),
            key.narrow(0, from, size),
            value.narrow(0, from, size),
            share.narrow(0, from, size),
            context.narrow(0, from, size));
      }
    }
  }

  private static void some(Tensor query, Tensor key, Tensor value, Tensor share, Tensor context) {
    long count = query.size(0);
    long heads = query.size(1);
    long length = key.size(2);
    long width = query.size(3);
    ScalarType type = query.scalar_type();
    Tensor scaled = Device.empty(type, count, heads, query.size(2), width);
    torch.mul_out(scaled, query, Device.number(1 / Math.sqrt((double) width)));
    Tensor keys = Device.empty(type, count, heads, length, width);
    keys.copy_(key);
    Tensor values = Device.empty(type, count, heads, length, width + 1);
    torch.mul_out(values.narrow(3, 0, width), value, share);
    values.narrow(3, width, 1).copy_(share);
    Tensor scores =
        torch.bmm(
            scaled.view(count * heads, query.size(2), width),
            keys.view(count * heads, length, width).transpose(1, 2));
    scores.sub_(scores.amax(new long[] {2}, true)).exp_();
    Tensor sums =
        torch
            .bmm(scores, values.view(count * heads, length, width + 1))
            .view(count, heads, query.size(2), width + 1);
    torch.div_out(context, sums.narrow(3, 0, width), sums.narrow(3, width, 1));
  }
}
