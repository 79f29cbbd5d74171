package dev.whetstone.torch;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// One step's sequences through the network in chunks, each with a [GradientPass] of its own; what
/// they share is the words that occur. [#rows] once, then [#backward] once, in one open [Scope].
///
/// The last chunk's intermediates are kept between the two, so that it goes forward once only: a
/// step of `n` chunks costs `n - 1` forward passes more, and memory is still that of one chunk.
final class GradientCache {
  private final GradientPass.Factory passes;
  private final Weights weights;
  private final Weights gradients;
  private final Arena arena;
  private final Chunks chunks;
  private final long[] distinct;
  private final Tensor wordRows;
  private final Tensor words;
  private final GradientPass last;

  /// @param weights to compute with; their words are the masters'
  /// @param gradients overwritten by each backward pass
  /// @param arena with nothing taken
  GradientCache(
      GradientPass.Factory passes, Weights weights, Weights gradients, Chunks chunks, Arena arena) {
    this.passes = passes;
    this.weights = weights;
    this.gradients = gradients;
    this.arena = arena;
    this.chunks = chunks;
    this.distinct = chunks.distinct();
    this.wordRows = Device.indices(distinct);
    this.words = torch.index_select(weights.words(), 0, wordRows);
    arena.reserve(
        chunks.packed().stream()
            .mapToLong(chunk -> GradientPass.elements(weights, chunk))
            .max()
            .orElse(0));
    this.last = pass(chunks.size() - 1);
  }

  /// Rows of the word table that occur, each once, rising: `[u]`.
  Tensor words() {
    return wordRows;
  }

  /// The rows of all sequences, in their order: `[sequences, dimension]`.
  Tensor rows() {
    Tensor all =
        Device.zeros(
            weights.words().scalar_type(),
            chunks.sequences(),
            weights.layout().description().dimension());
    for (int i = 0; i < chunks.size() - 1; i++) {
      try (var _ = new Scope()) {
        GradientPass pass = pass(i);
        place(pass.forward(), i, all);
        pass.drop();
      }
    }
    place(last.forward(), chunks.size() - 1, all);
    return all;
  }

  private void place(Tensor packed, int chunk, Tensor all) {
    try (var _ = new Scope()) {
      Tensor rows =
          torch.index_select(packed, 0, Device.indices(chunks.packed().get(chunk).rowOf()));
      all.index_copy_(0, indices(chunk), rows);
    }
  }

  /// Goes back through each chunk.
  ///
  /// @param ofRows gradient of the rows that [#rows] gave
  /// @param each is called after a chunk has overwritten the gradients
  /// @return of the words: `[u, hidden]`
  Tensor backward(Tensor ofRows, Runnable each) {
    Tensor ofWords = torch.zeros_like(words);
    for (int i = chunks.size() - 1; i >= 0; i--) {
      try (var _ = new Scope()) {
        GradientPass pass = last;
        if (i < chunks.size() - 1) {
          pass = pass(i);
          pass.forward();
        }
        Tensor some = torch.index_select(ofRows, 0, indices(i));
        Tensor packed = torch.index_select(some, 0, Device.indices(chunks.packed().get(i).order()));
        ofWords.add_(pass.backward(packed));
        each.run();
      }
    }
    return ofWords;
  }

  private Tensor indices(int chunk) {
    return Device.indices(
        chunks.numbers().get(chunk).stream().mapToLong(Integer::longValue).toArray());
  }

  private GradientPass pass(int chunk) {
    PackedBatch packed = chunks.packed().get(chunk);
    long[] wordOf =
        Arrays.stream(packed.ids()).map(id -> Arrays.binarySearch(distinct, id)).toArray();
    return passes.of(weights, gradients, packed, words, wordOf, arena);
  }
}
