package dev.whetstone.search;

import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Nearest neighbours by looking at every vector: the oracle of approximate search, and what
/// evaluation uses. Scores are cosines; ties ascending by id. A question alone and the same
/// question in a batch give the same bits.
///
/// The batch form turns blocks of rows on their side, so that one coordinate of many rows lies
/// together: the innermost loop then runs over rows without a sum across lanes, which the JIT
/// compiles to SIMD. A block fits in a core's second-level cache and serves all questions of a
/// thread.
public final class ExactSearch {
  private static final int BLOCK = 256; // rows; × 384 floats = 393 kB

  private ExactSearch() {}

  /// @param query `[dimension]`, of unit length
  /// @param k from 1
  public static Ranking search(Vectors vectors, float[] query, int k) {
    check(vectors, query);
    var top = new TopK(vectors, k);
    float[] data = vectors.data();
    for (int row = 0, at = 0; row < vectors.size(); row++, at += query.length) {
      top.offer(row, dot(data, at, query));
    }
    return top.ranking();
  }

  /// Searches for many questions with `threads` threads.
  ///
  /// @param queries each `[dimension]`, of unit length
  /// @param k from 1
  /// @return one ranking for each query, in their order
  public static List<Ranking> search(Vectors vectors, List<float[]> queries, int k, int threads) {
    for (float[] query : queries) {
      check(vectors, query);
    }
    int share = Math.max(1, Math.ceilDiv(queries.size(), threads));
    var parts = new ArrayList<Future<List<Ranking>>>();
    try (var pool = Executors.newFixedThreadPool(threads)) {
      for (int from = 0; from < queries.size(); from += share) {
        List<float[]> part = queries.subList(from, Math.min(queries.size(), from + share));
        parts.add(pool.submit(() -> searchBlockwise(vectors, part, k)));
      }
    }
    var rankings = new ArrayList<Ranking>(queries.size());
    for (Future<List<Ranking>> part : parts) {
      rankings.addAll(result(part));
    }
    return rankings;
  }

  private static List<Ranking> result(Future<List<Ranking>> part) {
    try {
      return part.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while searching", e);
    }
  }

  private static List<Ranking> searchBlockwise(Vectors vectors, List<float[]> queries, int k) {
    int dimension = vectors.dimension();
    List<TopK> nearest = queries.stream().map(_ -> new TopK(vectors, k)).toList();
    var block = new float[dimension][BLOCK];
    var sums = new float[BLOCK];
    for (int from = 0; from < vectors.size(); from += BLOCK) {
      int rows = Math.min(BLOCK, vectors.size() - from);
      turn(vectors.data(), from, rows, block);
      for (int q = 0; q < queries.size(); q++) {
        dots(block, queries.get(q), sums);
        TopK top = nearest.get(q);
        for (int row = 0; row < rows; row++) {
          top.offer(from + row, sums[row]);
        }
      }
    }
    return nearest.stream().map(TopK::ranking).toList();
  }

  private static void turn(float[] data, int from, int rows, float[][] block) {
    for (int d = 0; d < block.length; d++) {
      float[] line = block[d];
      for (int row = 0, at = from * block.length + d; row < rows; row++, at += block.length) {
        line[row] = data[at];
      }
    }
  }

  /// `sums[row] = block[·][row] · query`, four coordinates at a time, in the order of [#dot].
  private static void dots(float[][] block, float[] query, float[] sums) {
    Arrays.fill(sums, 0);
    int d = 0;
    for (; d + 4 <= query.length; d += 4) {
      addFour(block[d], block[d + 1], block[d + 2], block[d + 3], query, d, sums);
    }
    for (; d < query.length; d++) {
      float[] line = block[d];
      float q = query[d];
      for (int row = 0; row < BLOCK; row++) {
        sums[row] += line[row] * q;
      }
    }
  }

  private static void addFour(
      float[] a, float[] b, float[] c, float[] e, float[] query, int d, float[] sums) {
    float q0 = query[d];
    float q1 = query[d + 1];
    float q2 = query[d + 2];
    float q3 = query[d + 3];
    for (int row = 0; row < BLOCK; row++) {
      sums[row] += (a[row] * q0 + b[row] * q1) + (c[row] * q2 + e[row] * q3);
    }
  }

  private static float dot(float[] data, int at, float[] query) {
    float sum = 0;
    int d = 0;
    for (; d + 4 <= query.length; d += 4, at += 4) {
      sum +=
          (data[at] * query[d] + data[at + 1] * query[d + 1])
              + (data[at + 2] * query[d + 2] + data[at + 3] * query[d + 3]);
    }
    for (; d < query.length; d++, at++) {
      sum += data[at] * query[d];
    }
    return sum;
  }

  private static void check(Vectors vectors, float[] query) {
    if (query.length != vectors.dimension()) {
      throw new IllegalArgumentException(
          "a query of " + query.length + " floats for vectors of " + vectors.dimension());
    }
  }
}
