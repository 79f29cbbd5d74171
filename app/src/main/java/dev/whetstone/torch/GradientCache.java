package dev.whetstone.torch;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// One step's sequences through the network in chunks, each with a [GradientPass] of its own; what
/// they share is the words that occur. For use in one open [Scope].
final class GradientCache {
  private final GradientPass.Factory passes;
  private final Weights weights;
  private final Weights gradients;
  private final List<int[]> sequences;
  private final long[] distinct;
  private final Tensor wordRows;
  private final Tensor words;

  /// @param weights to compute with; their words are the masters'
  /// @param gradients overwritten by each backward pass
  GradientCache(
      GradientPass.Factory passes, Weights weights, Weights gradients, List<int[]> sequences) {
    this.passes = passes;
    this.weights = weights;
    this.gradients = gradients;
    this.sequences = sequences;
    this.distinct = PackedBatch.distinct(sequences);
    this.wordRows = Device.indices(distinct);
    this.words = torch.index_select(weights.words(), 0, wordRows);
  }

  /// Rows of the word table that occur, each once, rising: `[u]`.
  Tensor words() {
    return wordRows;
  }

  /// A pass over some of the sequences.
  Chunk chunk(List<Integer> numbers) {
    return new Chunk(numbers);
  }

  /// The rows of all sequences, in their order, keeping no intermediate: `[sequences, dimension]`.
  Tensor rows(List<List<Integer>> chunks) {
    Tensor all = null;
    for (List<Integer> numbers : chunks) {
      try (var scope = new Scope()) {
        Tensor some = chunk(numbers).forward();
        if (all == null) {
          all = scope.hand(Device.zeros(some.scalar_type(), sequences.size(), some.size(1)));
        }
        all.index_copy_(0, indices(numbers), some);
      }
    }
    if (all == null) {
      throw new IllegalArgumentException("a step without a sequence");
    }
    return all;
  }

  /// Goes back through each chunk.
  ///
  /// @param ofRows gradient of the rows that [#rows] gave
  /// @param each is called after a chunk has overwritten the gradients
  /// @return of the words: `[u, hidden]`
  Tensor backward(List<List<Integer>> chunks, Tensor ofRows, Runnable each) {
    Tensor ofWords = torch.zeros_like(words);
    for (List<Integer> numbers : chunks) {
      try (var _ = new Scope()) {
        Chunk chunk = chunk(numbers);
        chunk.forward();
        ofWords.add_(chunk.backward(torch.index_select(ofRows, 0, indices(numbers))));
        each.run();
      }
    }
    return ofWords;
  }

  private static Tensor indices(List<Integer> numbers) {
    return Device.indices(numbers.stream().mapToLong(Integer::longValue).toArray());
  }

  /// Forward once, then backward once at most.
  final class Chunk {
    private final PackedBatch packed;
    private final GradientPass pass;

    private Chunk(List<Integer> numbers) {
      this.packed = PackedBatch.of(numbers.stream().map(sequences::get).toList());
      long[] wordOf =
          Arrays.stream(packed.ids()).map(id -> Arrays.binarySearch(distinct, id)).toArray();
      this.pass = passes.of(weights, gradients, packed, words, wordOf);
    }

    /// @return unit rows in the order of the numbers
    Tensor forward() {
      return torch.index_select(pass.forward(), 0, Device.indices(packed.rowOf()));
    }

    /// @param ofRows of the rows that [#forward] gave
    /// @return of the words
    Tensor backward(Tensor ofRows) {
      return pass.backward(torch.index_select(ofRows, 0, Device.indices(packed.order())));
    }
  }
}
