package dev.whetstone.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Attention by matrix products over blocks of sequences and heads, as many as have [#SCORES]
/// scores: from the scores to the context a block stays in the processor's cache. Nothing is kept
/// for the gradient, which computes each block's scores anew: one product more than the seven of a
/// step, in place of writing and reading scores that are as large as all other intermediates of a
/// layer at 512 tokens.
///
/// @param scores of a block, at most, but for a block of one sequence and head
/// @param query `[count, rows, heads, width]`
/// @param key `[count, length, heads, width]`; value likewise
record AttentionBlocks(
    Arena arena, long scores, Tensor query, Tensor key, Tensor value, Additions additions)
    implements AttentionKernel {
  /// Scores of a block: 1 MB in bf16; there are two such in a block, and less beside them.
  static final long SCORES = 1 << 19;

  /// Parameters as of [AttentionKernel#forward].
  ///
  /// @param scores of a block: [#SCORES]
  static AttentionBlocks of(
      Scope scope, Arena arena, long scores, Inputs inputs, Additions additions, Tensor context) {
    var all =
        new AttentionBlocks(
            arena,
            scores,
            scope.hand(inputs.query()),
            scope.hand(inputs.key()),
            scope.hand(inputs.value()),
            additions);
    all.forEach(
        block -> {
          Tensor shares = block.shares();
          Tensor out = block.take(block.rows());
          torch.bmm_out(out, shares, block.value);
          scatter(out, block.cut(context));
        });
    return all;
  }

  @Override
  public void backward(Tensor gradient, Inputs into) {
    forEach(
        block -> {
          Tensor shares = block.shares();
          Tensor ofContext = block.byHead(gradient);
          Tensor out = block.take(block.length());
          torch.bmm_out(out, shares.transpose(1, 2), ofContext);
          scatter(out, block.cut(into.value()));
          Tensor ofScores = block.scores;
          torch.bmm_out(ofScores, ofContext, block.value.transpose(1, 2));
          Kernels.softmaxBackward(ofScores, shares, ofScores);
          additions.bias().ifPresent(bias -> bias.backward(block.bySequence(), block.head));
          torch.bmm_out(out, ofScores.transpose(1, 2), block.query);
          scatter(out, block.cut(into.key()));
          torch.bmm_out(ofContext, ofScores, block.key).mul_(block.scale);
          scatter(ofContext, block.cut(into.query()));
        });
  }

  @Override
  public void free() {
    query.close();
    key.close();
    value.close();
  }

  /// What a group takes of an arena for a while.
  ///
  /// @param pairs of a sequence and a head
  static long passing(long pairs, long rows, long length, long width) {
    long block = Math.min(pairs, fitting(SCORES, rows, length));
    return 2 * Arena.elements(block * rows, length)
        + 3 * Arena.elements(block * rows, width)
        + 3 * Arena.elements(block * length, width);
  }

  /// Pairs of a sequence and a head in a block.
  private static long fitting(long scores, long rows, long length) {
    return Math.max(1, scores / (rows * length));
  }

  private interface Work {
    void on(Block block);
  }

  private void forEach(Work work) {
    int count = (int) query.size(0);
    int heads = (int) query.size(2);
    int fitting = Math.toIntExact(fitting(scores, query.size(1), key.size(1)));
    int sequences = Math.clamp(fitting / heads, 1, count);
    int each = Math.min(fitting, heads);
    for (int sequence = 0; sequence < count; sequence += sequences) {
      for (int head = 0; head < heads; head += each) {
        long mark = arena.top();
        try (var _ = new Scope()) {
          work.on(
              new Block(
                  sequence,
                  Math.min(sequences, count - sequence),
                  head,
                  Math.min(each, heads - head)));
        }
        arena.release(mark);
      }
    }
  }

  private static void scatter(Tensor rows, Tensor into) {
    into.copy_(rows.view(into.size(0), into.size(2), into.size(1), into.size(3)).transpose(1, 2));
  }

  /// Some sequences and heads.
  private final class Block {
    private final int sequence;
    private final int sequences;
    private final int head;
    private final int heads;
    private final Scalar scale = AttentionKernel.scale(AttentionBlocks.this.query.size(3));

    /// `[sequences * heads, rows, width]`, scaled
    private final Tensor query;

    /// `[sequences * heads, length, width]`; value likewise
    private final Tensor key;

    private final Tensor value;

    /// `[sequences * heads, rows, length]`
    private final Tensor scores;

    Block(int sequence, int sequences, int head, int heads) {
      this.sequence = sequence;
      this.sequences = sequences;
      this.head = head;
      this.heads = heads;
      this.query = byHead(AttentionBlocks.this.query).mul_(scale);
      this.key = byHead(AttentionBlocks.this.key);
      this.value = byHead(AttentionBlocks.this.value);
      this.scores = arena.take(pairs() * rows(), length()).view(pairs(), rows(), length());
    }

    private long pairs() {
      return (long) sequences * heads;
    }

    long rows() {
      return AttentionBlocks.this.query.size(1);
    }

    long length() {
      return AttentionBlocks.this.key.size(1);
    }

    /// `[sequences * heads, n, width]`
    Tensor take(long n) {
      long width = AttentionBlocks.this.query.size(3);
      return arena.take(pairs() * n, width).view(pairs(), n, width);
    }

    /// This block of `[count, n, heads, width]`.
    Tensor cut(Tensor tensor) {
      return tensor.narrow(0, sequence, sequences).narrow(2, head, heads);
    }

    Tensor byHead(Tensor tensor) {
      long n = tensor.size(1);
      Tensor out = take(n);
      out.view(sequences, heads, n, tensor.size(3)).copy_(cut(tensor).transpose(1, 2));
      return out;
    }

    /// The scores as `[sequences, heads, rows, length]`.
    Tensor bySequence() {
      return scores.view(sequences, heads, rows(), length());
    }

    /// The softmax: `[sequences * heads, rows, length]`. The scores are free afterwards.
    Tensor shares() {
      torch.bmm_out(scores, query, key.transpose(1, 2));
      additions.mask().ifPresent(mask -> bySequence().add_(mask.narrow(0, sequence, sequences)));
      additions.bias().ifPresent(bias -> bias.addTo(bySequence(), head));
      Tensor shares = arena.take(pairs() * rows(), length()).view(pairs(), rows(), length());
      return torch.softmax_out(shares, scores, -1);
    }
  }
}
