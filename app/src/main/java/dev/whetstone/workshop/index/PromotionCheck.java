package dev.whetstone.workshop.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
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
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is looked at before a new generation serves: that it holds what it should, that its search
/// finds what exact search finds, and how its answers differ from those of the generation before.
///
/// @param questions to ask; may be empty
/// @param kind where they come from, as `of the log`
/// @param plan of the app, for the rankings that are compared; its top k passages make an answer
/// @param leastRecall below which a generation is not let serve
public record PromotionCheck(
    SharedEncoders encoders,
    List<String> questions,
    String kind,
    RetrievalPlan plan,
    double leastRecall) {
  public static final double LEAST_RECALL = .95;
  static final int SAMPLE = 100;
  private static final int K = 10;
  private static final double TIE = 1e-6;

  public PromotionCheck {
    questions = sample(questions);
  }

  /// @param recall mean share of the exact 10 nearest passages that the engine finds
  /// @param probes how many searches it is the mean of
  record Recall(double recall, int probes) {}

  /// Old and new generation asked the same questions.
  ///
  /// @param overlap mean share of the 10 best passages that both rank there
  /// @param changed questions whose answer is made from other passages than before
  record Shadow(int questions, double overlap, int changed) {}

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
    try (SharedEncoders.Lease lease = encoders.take(index.space())) {
      probes.addAll(lease.encoder().queries(questions));
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
    try (SharedEncoders.Lease old = encoders.take(before.space());
        SharedEncoders.Lease fresh = encoders.take(after.space())) {
      int depth = Math.max(K, plan.topK());
      double overlap = 0;
      int changed = 0;
      for (String question : questions) {
        List<String> was = best(old.encoder(), before, question, depth);
        List<String> is = best(fresh.encoder(), after, question, depth);
        overlap += overlap(was, is);
        changed +=
            new HashSet<>(first(was, plan.topK())).equals(new HashSet<>(first(is, plan.topK())))
                ? 0
                : 1;
      }
      return new Shadow(questions.size(), overlap / questions.size(), changed);
    } catch (Failure.Refused e) {
      return null;
    }
  }

  private List<String> best(Encoder encoder, PassageIndex index, String question, int depth) {
    return new HybridSearch(encoder, index, plan)
        .retrieve(question, depth, Filter.ALL).fused().hits().stream().map(Hit::passageId).toList();
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

  String words(Recall recall) {
    return String.format(
        Locale.ROOT,
        "finds %.3f of the 10 nearest that exact search finds (%d searches)",
        recall.recall(),
        recall.probes());
  }

  String words(@Nullable Shadow shadow, SpaceId before) {
    if (shadow == null) {
      return questions.isEmpty()
          ? "not compared with the generation before: there is no question to ask"
          : "not compared with the generation before: its space, " + before + ", has no model here";
    }
    return String.format(
        Locale.ROOT,
        "%d questions %s to the generation before and to this one: %.2f of the 10 best are the"
            + " same, %d answers are made from other passages",
        shadow.questions(),
        kind,
        shadow.overlap(),
        shadow.changed());
  }
}
