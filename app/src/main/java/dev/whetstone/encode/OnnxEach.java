package dev.whetstone.encode;

import dev.whetstone.core.Parallel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/// ONNX Runtime over a graph in 8 bits, each text by itself on one thread, as many texts at once as
/// there are threads: nothing is padded, and the states of one text stay in the cache of its core.
/// A question alone is hardly slower on one thread than on two, so that two of them go on at once.
///
/// @param threads texts that are computed at once
record OnnxEach(OnnxSession session, VectorHead head, int threads) implements BatchRuntime {
  private static final int[] ONE_TYPE = {};

  static OnnxEach open(Path graph, VectorHead head, int threads) {
    return new OnnxEach(OnnxSession.open(graph, 1), head, threads);
  }

  @Override
  public float[] embed(List<int[]> ids) {
    if (ids.size() == 1) {
      return one(ids.getFirst());
    }
    int dimension = head.network().dimension();
    var rows = new float[ids.size() * dimension];
    Parallel.forEach(threads, ids.size(), () -> {}, i -> put(ids, i, rows));
    return rows;
  }

  @Override
  public void embedAll(List<List<int[]>> batches, BiConsumer<Integer, float[]> finished) {
    var turn = new Object();
    Parallel.forEach(
        threads,
        batches.size(),
        () -> {},
        number -> {
          List<int[]> batch = batches.get(number);
          var rows = new float[batch.size() * head.network().dimension()];
          for (int i = 0; i < batch.size(); i++) {
            put(batch, i, rows);
          }
          synchronized (turn) {
            finished.accept(number, rows);
          }
        });
  }

  private void put(List<int[]> ids, int i, float[] rows) {
    float[] row = one(ids.get(i));
    System.arraycopy(row, 0, rows, i * row.length, row.length);
  }

  private float[] one(int[] ids) {
    List<int[]> alone = List.of(ids);
    return session.run(alone, ONE_TYPE, (tokens, states) -> head.vectors(alone, tokens, states));
  }

  @Override
  public void close() {
    session.close();
  }
}
