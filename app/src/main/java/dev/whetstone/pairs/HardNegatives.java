package dev.whetstone.pairs;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.Vectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/// Passages that a question finds and that do not answer it, to be told apart in training. They are
/// drawn at random from the ranks `first` … `last` of both rankings, never a known positive, never
/// a copy of one ([Copies]), and none whose cosine is above `margin` times the best positive's:
/// most of those are answers without a judgement. Source of the filter: Moreira et al.,
/// *NV-Retriever*, 2024 (TopK-PercPos, .95).
///
/// @param each how many for a question; fewer when there are fewer fit ones
/// @param first rank, from 1
/// @param last rank
public record HardNegatives(int each, int first, int last, double margin, long seed) {
  /// Leaves nothing out for being near.
  public static final double NO_MARGIN = Double.POSITIVE_INFINITY;

  public HardNegatives {
    if (each < 0 || first < 1 || last < first || !(margin > 0)) {
      throw new IllegalArgumentException(
          "hard negatives: " + each + " of ranks " + first + " to " + last + ", margin " + margin);
    }
  }

  /// `each` of the ranks 2 to 50 with the margin .95.
  public static HardNegatives standard(int each, long seed) {
    return new HardNegatives(each, 2, 50, .95, seed);
  }

  /// `each` of the ranks 2 to 50, however near to the question: for one who can tell which of them
  /// answer it.
  public static HardNegatives candidates(int each, long seed) {
    return new HardNegatives(each, 2, 50, NO_MARGIN, seed);
  }

  /// The same, drawn by another seed.
  public HardNegatives withSeed(long other) {
    return new HardNegatives(each, first, last, margin, other);
  }

  /// Mines for one question.
  ///
  /// @param query its vector, of the space of `vectors`
  /// @param positives ids of every passage known to answer it; at least one with a vector
  /// @param words BM25's ranking of the question
  /// @param dense the model's ranking of the question
  /// @param passages id → passage, of all that rank
  /// @return ids in the order drawn; the same for the same question and seed
  public List<String> mine(
      String questionId,
      float[] query,
      Set<String> positives,
      Ranking words,
      Ranking dense,
      Vectors vectors,
      Map<String, Passage> passages) {
    double best = Double.NEGATIVE_INFINITY;
    var texts = new HashSet<String>();
    for (String id : positives) {
      int row = vectors.row(id);
      if (row >= 0) {
        best = Math.max(best, vectors.dot(row, query));
      }
      Passage passage = passages.get(id);
      if (passage != null) {
        texts.add(passage.text());
      }
    }
    var candidates = new LinkedHashSet<String>();
    candidates.addAll(ranks(dense));
    candidates.addAll(ranks(words));
    var fit = new ArrayList<String>();
    for (String id : candidates) {
      Passage passage = passages.get(id);
      int row = vectors.row(id);
      if (passage != null
          && row >= 0
          && !positives.contains(id)
          && (margin == NO_MARGIN || vectors.dot(row, query) <= margin * best)
          && texts.add(passage.text())) {
        fit.add(id);
      }
    }
    long mixed = Long.parseUnsignedLong(Sha256.id(String.valueOf(seed), questionId), 16);
    Collections.shuffle(fit, new Random(mixed));
    var drawn = new ArrayList<String>();
    for (int i = 0; i < fit.size() && drawn.size() < each; i++) {
      if (!copy(fit.get(i), positives, passages)) {
        drawn.add(fit.get(i));
      }
    }
    return List.copyOf(drawn);
  }

  private static boolean copy(String id, Set<String> of, Map<String, Passage> passages) {
    Passage passage = passages.get(id);
    return passage != null
        && of.stream()
            .map(passages::get)
            .filter(Objects::nonNull)
            .anyMatch(
                positive ->
                    EqualPassages.key(positive).equals(EqualPassages.key(passage))
                        || Copies.similar(positive.text(), passage.text()));
  }

  private List<String> ranks(Ranking ranking) {
    List<Hit> hits = ranking.hits();
    return hits.subList(Math.min(first - 1, hits.size()), Math.min(last, hits.size())).stream()
        .map(Hit::passageId)
        .toList();
  }
}
