package dev.whetstone.workshop.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Lease;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.search.ExactSearch;
import dev.whetstone.search.HybridSearch;
import dev.whetstone.workspace.SharedEncoders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Checks a new generation before it serves.
///
/// The problem: an index can be built without an error and still answer worse than the one it is to
/// replace. Approximate search may miss neighbours (a graph that is too sparse, quantization that
/// is too coarse), and a bulk load may lose documents.
///
/// The method has two parts. *Recall*: the questions' vectors and the vectors of at most [#SAMPLE]
/// passages are searched in the generation, and compared with exact search over the same vectors;
/// the figure is the mean share of the exact ten nearest that the engine finds, where a passage as
/// near as the tenth (within [#TIE]) counts as found. Below [#LEAST_RECALL] the generation does not
/// serve. *Shadow*: the same questions are put to the generation that serves and to the new one,
/// each with the encoder of its own space, as the app searches; the overlap and the changed answers
/// are told, and decide nothing, since a better model changes answers on purpose.
///
/// The sample is drawn by hash, so that two checks of one state ask the same. For example, with 64
/// logged questions and 128 passages there are 64 + 100 = 164 searches. Cost: two hundred searches
/// at most, and one pass over all vectors for each, which is a second for 100,000 passages.
///
/// Safe for one thread. Never: a generation that serves with fewer passages than were written,
/// which [Indexing] looks at before it asks this.
///
/// @param questions to ask; may be empty
/// @param origin where they come from
/// @param plan of the app, for the rankings that are compared; its top k passages make an answer.
///   Its reranker is left out: it reads the same passages whichever generation found them
/// @param leastRecall below which a generation is not let serve
public record PromotionCheck(
    SharedEncoders encoders,
    List<String> questions,
    Origin origin,
    RetrievalPlan plan,
    double leastRecall) {
  public static final double LEAST_RECALL = .95;
  static final int SAMPLE = 100;
  private static final int K = 10;
  private static final double TIE = 1e-6;

  public PromotionCheck {
    questions = sample(questions);
    plan = plan.withReranker(new RetrievalPlan.Reranker.None());
  }

  public enum Origin {
    /// The question log.
    LOG,
    /// The headings of the passages, where there is no log.
    HEADINGS
  }

  /// @param recall mean share of the exact 10 nearest passages that the engine finds
  /// @param probes how many searches it is the mean of
  public record Recall(double recall, int probes) {}

  /// Old and new generation asked the same questions.
  ///
  /// @param overlap mean share of the 10 best passages that both rank there
  /// @param changed questions whose answer is made from other passages than before
  public record Shadow(int questions, Origin origin, double overlap, int changed) {}

  /// @param shadow null where the generations were not compared: nothing served before, there is no
  ///   question, or no model here made the generation before
  /// @param spaceBefore of the generation that served; null where none did
  public record Findings(Recall recall, @Nullable Shadow shadow, @Nullable String spaceBefore) {}

  /// Checks a new generation.
  ///
  /// @param before the generation that serves; null for none
  Findings of(PassageIndex after, Vectors vectors, @Nullable PassageIndex before) {
    return new Findings(
        recall(after, vectors),
        before == null ? null : shadow(before, after),
        before == null ? null : before.space().value());
  }

  /// The same ones each time, whatever their order.
  private static List<String> sample(List<String> all) {
    return all.stream()
        .distinct()
        .sorted(Comparator.comparing((String text) -> Sha256.id("shadow", text)))
        .limit(SAMPLE)
        .toList();
  }

  /// Questions for a workspace without a log: the headings of its passages.
  public static List<String> headings(List<Passage> passages) {
    return passages.stream()
        .filter(passage -> !passage.headings().isEmpty())
        .map(passage -> String.join(" ", passage.headings()))
        .distinct()
        .toList();
  }

  /// Searches for the questions and for passages' own vectors, and compares with exact search. A
  /// passage as near as the tenth counts as found, whichever of those it is.
  Recall recall(PassageIndex index, Vectors vectors) {
    int k = Math.min(K, vectors.size());
    List<float[]> probes = new ArrayList<>();
    try (Lease<Encoder> lease = encoders.take(index.space())) {
      probes.addAll(lease.value().queries(questions));
    }
    var sample = new TreeMap<String, Integer>();
    for (int row = 0; row < vectors.size(); row++) {
      sample.put(Sha256.id("probe", vectors.ids().get(row)), row);
      if (sample.size() > SAMPLE) {
        sample.pollLastEntry();
      }
    }
    sample.values().forEach(row -> probes.add(vectors.vector(row)));
    if (k == 0 || probes.isEmpty()) {
      return new Recall(1, 0);
    }
    List<Ranking> exact =
        ExactSearch.search(vectors, probes, k, Runtime.getRuntime().availableProcessors());
    double sum = 0;
    for (int i = 0; i < probes.size(); i++) {
      double tenth = exact.get(i).hits().getLast().score() - TIE;
      float[] probe = probes.get(i);
      long found =
          index.nearest(probe, k, Filter.ALL).ids().stream()
              .mapToInt(vectors::row)
              .filter(row -> row >= 0 && cosine(vectors.vector(row), probe) >= tenth)
              .count();
      sum += (double) found / k;
    }
    return new Recall(sum / probes.size(), probes.size());
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /// Asks both generations.
  ///
  /// @return null where there is no question, or no model here that made the old one
  @Nullable Shadow shadow(PassageIndex before, PassageIndex after) {
    if (questions.isEmpty() || before.size() == 0) {
      return null;
    }
    try (Lease<Encoder> old = encoders.take(before.space());
        Lease<Encoder> fresh = encoders.take(after.space())) {
      int depth = Math.max(K, plan.topK());
      double overlap = 0;
      int changed = 0;
      for (String question : questions) {
        List<String> was = best(old.value(), before, question, depth);
        List<String> is = best(fresh.value(), after, question, depth);
        overlap += overlap(was, is);
        changed +=
            new HashSet<>(first(was, plan.topK())).equals(new HashSet<>(first(is, plan.topK())))
                ? 0
                : 1;
      }
      return new Shadow(questions.size(), origin, overlap / questions.size(), changed);
    } catch (Failure.Refused e) {
      return null;
    }
  }

  private List<String> best(Encoder encoder, PassageIndex index, String question, int depth) {
    return new HybridSearch(encoder, index, plan)
        .retrieve(question, depth, Filter.ALL).ranking().hits().stream()
            .map(Hit::passageId)
            .toList();
  }

  private static double overlap(List<String> was, List<String> is) {
    int k = Math.min(K, Math.max(was.size(), is.size()));
    if (k == 0) {
      return 1;
    }
    var both = new HashSet<>(first(was, K));
    both.retainAll(first(is, K));
    return (double) both.size() / k;
  }

  private static List<String> first(List<String> ids, int k) {
    return ids.subList(0, Math.min(k, ids.size()));
  }
}
