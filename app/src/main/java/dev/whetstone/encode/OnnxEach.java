package dev.whetstone.encode;

import dev.whetstone.core.Parallel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;

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
    var rows = new AtomicReference<>(new float[0]);
    embedAll(List.of(ids), (_, computed) -> rows.set(computed));
    return rows.get();
  }

  /// The texts of all batches are dealt out one by one: questions come as a single batch.
  @Override
  public void embedAll(List<List<int[]>> batches, BiConsumer<Integer, float[]> finished) {
    var texts = new ArrayList<Text>();
    var left = new AtomicInteger[batches.size()];
    var rows = new float[batches.size()][];
    for (int batch = 0; batch < batches.size(); batch++) {
      List<int[]> ids = batches.get(batch);
      left[batch] = new AtomicInteger(ids.size());
      rows[batch] = new float[ids.size() * head.network().dimension()];
      for (int row = 0; row < ids.size(); row++) {
        texts.add(new Text(batch, row));
      }
    }
    var turn = new Object();
    IntConsumer compute =
        number -> {
          Text text = texts.get(number);
          int batch = text.batch();
          float[] vector = one(batches.get(batch).get(text.row()));
          System.arraycopy(vector, 0, rows[batch], text.row() * vector.length, vector.length);
          if (left[batch].decrementAndGet() == 0) {
            synchronized (turn) {
              finished.accept(batch, rows[batch]);
            }
          }
        };
    if (texts.size() == 1) {
      compute.accept(0); // no thread is made for one question
    } else {
      Parallel.forEach(threads, texts.size(), () -> {}, compute);
    }
  }

  private record Text(int batch, int row) {}

  private float[] one(int[] ids) {
    List<int[]> alone = List.of(ids);
    return session.run(alone, ONE_TYPE, (tokens, states) -> head.vectors(alone, tokens, states));
  }

  @Override
  public void close() {
    session.close();
  }
}
