package dev.whetstone.deploy;

import dev.whetstone.core.Lease;
import dev.whetstone.core.LengthBatches;
import dev.whetstone.core.Vectors;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// One request's texts on their way through an [EmbeddingQueue]. Texts leave it shortest first, so
/// that those computed together are of like length.
final class EmbeddingJob {
  private final Lease<OpenModel> model;
  private final Role role;
  private final List<String> texts;
  private final List<Integer> order;
  private final int tokens;
  private final float[] rows;
  private final CompletableFuture<EmbeddingResult> done = new CompletableFuture<>();
  private int taken; // guarded by the queue
  private int computed; // by the batching thread alone

  /// @param model held by the request until the job is done
  /// @param lengths of the texts in tokens
  EmbeddingJob(Lease<OpenModel> model, Role role, List<String> texts, List<Integer> lengths) {
    this.model = model;
    this.role = role;
    this.texts = List.copyOf(texts);
    this.tokens = lengths.stream().mapToInt(Integer::intValue).sum();
    this.rows = new float[Math.multiplyExact(texts.size(), model.value().dimension())];
    this.order = LengthBatches.order(texts.size(), lengths::get);
  }

  /// The request's lease; closed once the request no longer waits.
  Lease<OpenModel> model() {
    return model;
  }

  Role role() {
    return role;
  }

  /// Ends when the last text is computed, exceptionally when that failed; cancelling it drops what
  /// was not yet begun.
  CompletableFuture<EmbeddingResult> done() {
    return done;
  }

  /// The rows of the next texts, at most so many; empty when all were given out.
  List<Integer> take(int most) {
    int to = Math.min(order.size(), taken + most);
    List<Integer> rowsTaken = order.subList(taken, to);
    taken = to;
    return rowsTaken;
  }

  boolean exhausted() {
    return taken == order.size();
  }

  String text(int row) {
    return texts.get(row);
  }

  void put(int row, float[] from, int at) {
    int dimension = model.value().dimension();
    System.arraycopy(from, at, rows, row * dimension, dimension);
    if (++computed == texts.size()) {
      List<String> ids = IntStream.range(0, computed).mapToObj(String::valueOf).toList();
      var vectors = new Vectors(model.value().space(), ids, dimension, rows);
      done.complete(new EmbeddingResult(vectors, tokens));
    }
  }
}
