package dev.whetstone.torch;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Some of a step's sequences through the network in chunks, each with a [GradientPass] of its own.
/// [#rows] once, then [#backward] of each chunk, the last one first, in one open [Scope].
///
/// The last chunk's intermediates are kept between the two, so that it goes forward once only: `n`
/// chunks cost `n - 1` forward passes more, and memory is still that of one chunk.
final class GradientCache {
  private final GradientPass.Factory passes;
  private final Weights weights;
  private final Weights gradients;
  private final StepWords words;
  private final Arena arena;
  private final List<List<Integer>> numbers;
  private final List<PackedBatch> chunks;
  private final GradientPass last;
  private final Tensor ofWords;

  /// @param weights to compute with
  /// @param gradients overwritten by each backward pass
  /// @param numbers of the sequences in each chunk, of one chunk at least
  /// @param arena with nothing taken
  GradientCache(
      GradientPass.Factory passes,
      Weights weights,
      Weights gradients,
      StepWords words,
      Sequences<?> sequences,
      List<List<Integer>> numbers,
      Arena arena) {
    this.passes = passes;
    this.weights = weights;
    this.gradients = gradients;
    this.words = words;
    this.arena = arena;
    this.numbers = numbers;
    this.chunks = numbers.stream().map(sequences::pack).toList();
    arena.reserve(
        chunks.stream().mapToLong(chunk -> GradientPass.elements(weights, chunk)).max().orElse(0));
    this.last = pass(chunks.size() - 1);
    this.ofWords = torch.zeros_like(words.table());
  }

  int chunks() {
    return chunks.size();
  }

  /// The number of the sequence that each row of [#rows] is of.
  List<Integer> order() {
    return IntStream.range(0, chunks.size()).boxed().flatMap(i -> order(i).stream()).toList();
  }

  private List<Integer> order(int chunk) {
    List<Integer> some = numbers.get(chunk);
    return Arrays.stream(chunks.get(chunk).order())
        .mapToObj(place -> some.get((int) place))
        .toList();
  }

  /// The rows of all chunks' sequences, in [#order]: `[sequences, dimension]`.
  Tensor rows() {
    int count = numbers.stream().mapToInt(List::size).sum();
    Tensor all =
        Device.zeros(
            weights.words().scalar_type(), count, weights.layout().description().dimension());
    int from = 0;
    for (int i = 0; i < chunks.size() - 1; i++) {
      try (var _ = new Scope()) {
        GradientPass pass = pass(i);
        all.narrow(0, from, chunks.get(i).size()).copy_(pass.forward());
        pass.drop();
      }
      from += chunks.get(i).size();
    }
    all.narrow(0, from, chunks.getLast().size()).copy_(last.forward());
    return all;
  }

  /// Goes back through a chunk and overwrites the gradients.
  ///
  /// @param ofRows gradient of the rows of all the step's sequences, in their order
  void backward(int chunk, Tensor ofRows) {
    try (var _ = new Scope()) {
      GradientPass pass = last;
      if (chunk < chunks.size() - 1) {
        pass = pass(chunk);
        pass.forward();
      }
      Tensor ofChunk = torch.index_select(ofRows, 0, Device.indices(order(chunk)));
      ofWords.add_(pass.backward(ofChunk));
    }
  }

  /// Of the words' rows, of the chunks that were gone back through: `[u, hidden]`.
  Tensor ofWords() {
    return ofWords;
  }

  private GradientPass pass(int chunk) {
    PackedBatch packed = chunks.get(chunk);
    return passes.of(weights, gradients, packed, words.table(), words.of(packed), arena);
  }
}
