package dev.whetstone.search;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import java.util.ArrayList;
import java.util.List;

/// The best `k` rows seen so far: a binary heap with the worst on top. Not safe for many threads.
final class TopK {
  private final List<String> ids;
  private final float[] scores;
  private final int[] rows;
  private int size;

  TopK(Vectors vectors, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k below 1: " + k);
    }
    ids = vectors.ids();
    int capacity = Math.min(k, vectors.size());
    scores = new float[capacity];
    rows = new int[capacity];
  }

  void offer(int row, float score) {
    if (size < rows.length) {
      size++;
      rise(size - 1, row, score);
    } else if (score >= scores[0] && better(row, score, rows[0], scores[0])) {
      sink(row, score);
    }
  }

  Ranking ranking() {
    var hits = new ArrayList<Hit>(size);
    for (int i = 0; i < size; i++) {
      hits.add(new Hit(ids.get(rows[i]), scores[i]));
    }
    return Ranking.best(hits, Math.max(1, size));
  }

  private boolean better(int row, float score, int otherRow, float otherScore) {
    return score > otherScore
        || (score == otherScore && ids.get(row).compareTo(ids.get(otherRow)) < 0);
  }

  private void rise(int hole, int row, float score) {
    while (hole > 0) {
      int parent = (hole - 1) / 2;
      if (!better(rows[parent], scores[parent], row, score)) {
        break;
      }
      scores[hole] = scores[parent];
      rows[hole] = rows[parent];
      hole = parent;
    }
    scores[hole] = score;
    rows[hole] = row;
  }

  private void sink(int row, float score) {
    int hole = 0;
    for (int child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size
          && better(rows[child], scores[child], rows[child + 1], scores[child + 1])) {
        child++;
      }
      if (!better(row, score, rows[child], scores[child])) {
        break;
      }
      scores[hole] = scores[child];
      rows[hole] = rows[child];
      hole = child;
    }
    scores[hole] = score;
    rows[hole] = row;
  }
}
