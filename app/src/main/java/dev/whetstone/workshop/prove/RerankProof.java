package dev.whetstone.workshop.prove;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.encode.PairScorer;
import dev.whetstone.evaluate.Comparison;
import dev.whetstone.evaluate.Contrast;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.evaluate.NamedRanking;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.evaluate.RerankScores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Proves a reranker on held-out questions: what it gains over the hybrid whose best passages it
/// reorders, and what that costs.
///
/// ## Problem
///
/// A reranker costs as much as everything else in a search together, and may make the order worse:
/// popular ones often lose to an embedding model that knows the documents. How many passages it can
/// reorder in the time that a question may take depends on the machine, and its gain on that depth.
///
/// ## Method
///
/// 1. **Speed.** The time of a dozen passages is measured on a few questions ([ScorerSpeed]); so
///    many passages as fit the budget are its depth, from 2 to [#MOST_DEPTH].
/// 2. **Scores.** The passages of the deepest budget are scored once for each question; rankings of
///    smaller depths are made from the same scores.
/// 3. **Weight.** Its share against the fused score is chosen on dev questions, for each depth
///    ([RerankScores#weight]).
/// 4. **Verdict.** It is taken only if the 95 % interval of its gain over the hybrid that serves
///    lies above zero (by the [Gate], at half of the level's error: the interval has two sides).
///    That "no reranker" is the outcome is as right as its opposite.
///
/// ## Invariants
///
/// The questions are the ones that prove the model, so neither model nor reranker has learnt from
/// them. Depth and weight of the verdict are those that will serve.
public final class RerankProof {
  public static final String RERANKED_BASE = "reranked_base";
  public static final String RERANKED_TUNED = "reranked_tuned";
  public static final String RERANKED_UNTRAINED = "reranked_untrained";

  static final int MOST_DEPTH = 50;
  private static final int LEAST_DEPTH = 2;

  /// Milliseconds a question for which the gain is reported beside the budget.
  private static final List<Double> BUDGETS = List.of(50.0, 150.0, 500.0);

  private static final int MOST_DEV = 100;

  /// Times vary from one measurement to the next.
  private static final double TOLERANCE = 1.2;

  private final Setup setup;
  private final Found heldOut;
  private final Found dev;
  private final Progress progress;
  private final LongSupplier nanos;

  /// What is proven, and how.
  ///
  /// @param name of the reranker in the report
  /// @param scorer stays the caller's
  /// @param untrained the loaded reranker that it was trained from; null where there is none
  /// @param passages id → embedded text
  /// @param budget the longest that reordering may take a question
  /// @param level one-sided confidence that the gate asks of models
  public record Setup(
      String name,
      PairScorer scorer,
      @Nullable PairScorer untrained,
      Map<String, String> passages,
      Duration budget,
      double level,
      long seed) {}

  /// Questions with what they find.
  ///
  /// @param texts question id → text
  /// @param base the hybrid of the model that served before
  /// @param tuned the hybrid of the candidate
  public record Found(
      Map<String, String> texts,
      Qrels qrels,
      Map<String, Ranking> base,
      Map<String, Ranking> tuned) {
    /// Of all rankings of a proof.
    public static Found of(Map<String, String> texts, Qrels qrels, List<NamedRanking> rankings) {
      return new Found(
          texts,
          qrels,
          byName(rankings, ProofRankings.HYBRID_BASE),
          byName(rankings, ProofRankings.HYBRID_TUNED));
    }

    private static Map<String, Ranking> byName(List<NamedRanking> rankings, String name) {
      return rankings.stream()
          .filter(one -> one.name().equals(name))
          .findFirst()
          .map(NamedRanking::byQuery)
          .orElseThrow(() -> new IllegalArgumentException("no ranking " + name));
    }
  }

  public RerankProof(Setup setup, Found heldOut, Found dev, Progress progress) {
    this(setup, heldOut, dev, progress, System::nanoTime);
  }

  RerankProof(Setup setup, Found heldOut, Found dev, Progress progress, LongSupplier nanos) {
    this.setup = setup;
    this.heldOut = heldOut;
    this.dev = dev;
    this.progress = progress;
    this.nanos = nanos;
  }

  /// Proves it.
  ///
  /// @param tuned whether the candidate serves, or else the model before
  public RerankReport run(boolean tuned) {
    Map<String, Ranking> hybrid = tuned ? heldOut.tuned() : heldOut.base();
    Map<String, Ranking> devHybrid = tuned ? dev.tuned() : dev.base();
    String over = tuned ? ProofRankings.HYBRID_TUNED : ProofRankings.HYBRID_BASE;
    var speed = new ScorerSpeed(setup.scorer(), heldOut.texts(), hybrid, setup.passages(), nanos);
    double each = speed.passageMillis();
    double budget = setup.budget().toMillis();
    int depth = fitting(speed, budget, depth(budget, each));
    double most = Math.max(budget, BUDGETS.getLast());
    int deepest = Math.max(depth, depth(most, each));
    if (deepest < LEAST_DEPTH) {
      String words =
          String.format(
              Locale.ROOT,
              "a passage takes %.0f ms here, so fewer than %d fit %.0f ms",
              each,
              LEAST_DEPTH,
              most);
      return new RerankReport(
          setup.name(),
          over,
          new RerankReport.Use(budget, 0, 0, 0, each),
          Map.of(),
          Map.of(),
          List.of(),
          new RerankReport.Verdict(false, words));
    }
    Qrels asked = dev.qrels().only(dev.texts().keySet()).limit(MOST_DEV);
    RerankScores devScores =
        scores(setup.scorer(), asked.queries(), dev, List.of(devHybrid), deepest);
    List<String> queries = heldOut.qrels().queries();
    RerankScores scores =
        scores(setup.scorer(), queries, heldOut, List.of(heldOut.base(), heldOut.tuned()), deepest);
    double weight = devScores.weight(devHybrid, Math.max(depth, LEAST_DEPTH), asked).weight();
    var budgets = new ArrayList<RerankReport.AtBudget>();
    for (double millis : BUDGETS) {
      int fits = millis == budget ? depth : depth(millis, each);
      double share = fits == 0 ? 0 : devScores.weight(devHybrid, fits, asked).weight();
      budgets.add(
          new RerankReport.AtBudget(
              millis,
              fits,
              share,
              fits == 0 ? Gain.NONE : gain(hybrid, scores.reorder(hybrid, fits, share))));
    }
    return depth == 0
        ? tooSlow(over, each, budget, budgets)
        : compared(
            over,
            new RerankReport.Use(budget, depth, weight, speed.questionMillis(depth), each),
            scores,
            untrained(queries, depth, devHybrid, asked),
            budgets);
  }

  /// A depth whose time is within the budget: more passages may take more than their share.
  private static int fitting(ScorerSpeed speed, double budget, int depth) {
    double millis = speed.questionMillis(depth);
    return depth == 0 || millis <= TOLERANCE * budget ? depth : depth(budget, millis / depth);
  }

  /// How many passages fit; 0 where fewer than two do.
  private static int depth(double millis, double each) {
    int fits = (int) Math.min(MOST_DEPTH, millis / Math.max(1e-3, each));
    return fits < LEAST_DEPTH ? 0 : fits;
  }

  private RerankReport tooSlow(
      String over, double each, double budget, List<RerankReport.AtBudget> budgets) {
    String words =
        String.format(
            Locale.ROOT,
            "a passage takes %.0f ms here, so fewer than %d fit the budget of %.0f ms",
            each,
            LEAST_DEPTH,
            budget);
    return new RerankReport(
        setup.name(),
        over,
        new RerankReport.Use(budget, 0, 0, 0, each),
        Map.of(),
        Map.of(),
        budgets,
        new RerankReport.Verdict(false, words));
  }

  /// The reranker that training began with, with a weight of its own.
  private record Untrained(RerankScores scores, double weight) {}

  private @Nullable Untrained untrained(
      List<String> queries, int depth, Map<String, Ranking> devHybrid, Qrels asked) {
    PairScorer scorer = setup.untrained();
    if (scorer == null) {
      return null;
    }
    RerankScores onDev = scores(scorer, asked.queries(), dev, List.of(devHybrid), depth);
    return new Untrained(
        scores(scorer, queries, heldOut, List.of(heldOut.tuned()), depth),
        onDev.weight(devHybrid, depth, asked).weight());
  }

  private RerankReport compared(
      String over,
      RerankReport.Use use,
      RerankScores scores,
      @Nullable Untrained untrained,
      List<RerankReport.AtBudget> budgets) {
    var rankings = new ArrayList<NamedRanking>();
    rankings.add(new NamedRanking(ProofRankings.HYBRID_BASE, heldOut.base()));
    rankings.add(new NamedRanking(ProofRankings.HYBRID_TUNED, heldOut.tuned()));
    rankings.add(
        new NamedRanking(RERANKED_BASE, scores.reorder(heldOut.base(), use.depth(), use.weight())));
    rankings.add(
        new NamedRanking(
            RERANKED_TUNED, scores.reorder(heldOut.tuned(), use.depth(), use.weight())));
    var contrasts = new ArrayList<Contrast>();
    contrasts.add(new Contrast(RERANKED_BASE, ProofRankings.HYBRID_BASE, RERANKED_BASE));
    contrasts.add(new Contrast(RERANKED_TUNED, ProofRankings.HYBRID_TUNED, RERANKED_TUNED));
    if (untrained != null) {
      rankings.add(
          new NamedRanking(
              RERANKED_UNTRAINED,
              untrained.scores().reorder(heldOut.tuned(), use.depth(), untrained.weight())));
      contrasts.add(
          new Contrast(RERANKED_UNTRAINED, ProofRankings.HYBRID_TUNED, RERANKED_UNTRAINED));
    }
    Contrast judged = contrasts.get(over.equals(ProofRankings.HYBRID_TUNED) ? 1 : 0);
    var comparison =
        Comparison.of(rankings, contrasts, judged, heldOut.qrels(), gate(), setup.seed());
    var metrics = new LinkedHashMap<String, Metrics>(comparison.metrics());
    metrics.remove(ProofRankings.HYBRID_BASE);
    metrics.remove(ProofRankings.HYBRID_TUNED);
    return new RerankReport(
        setup.name(),
        over,
        use,
        metrics,
        comparison.gains(),
        budgets,
        new RerankReport.Verdict(comparison.verdict().promoted(), comparison.verdict().reason()));
  }

  /// Of one side of the interval.
  private Gate gate() {
    return new Gate(1 - (1 - setup.level()) / 2);
  }

  private Gain gain(Map<String, Ranking> hybrid, Map<String, Ranking> reranked) {
    var contrast = new Contrast("gain", "hybrid", "reranked");
    return Comparison.of(
            List.of(new NamedRanking("hybrid", hybrid), new NamedRanking("reranked", reranked)),
            List.of(contrast),
            contrast,
            heldOut.qrels(),
            gate(),
            setup.seed())
        .gain(contrast);
  }

  /// Scores the first passages of all rankings, each pair once.
  private RerankScores scores(
      PairScorer scorer,
      List<String> queries,
      Found found,
      List<Map<String, Ranking>> rankings,
      int depth) {
    var scores = new HashMap<String, Map<String, Float>>();
    try (var task = progress.start("rerank", queries.size(), "questions")) {
      for (String query : queries) {
        var passages =
            rankings.stream()
                .flatMap(
                    all ->
                        all.getOrDefault(query, Ranking.EMPTY).hits().stream()
                            .limit(depth)
                            .map(Hit::passageId))
                .distinct()
                .toList();
        float[] some =
            scorer.score(
                found.texts().getOrDefault(query, ""),
                passages.stream().map(id -> setup.passages().getOrDefault(id, "")).toList());
        var of = new HashMap<String, Float>();
        for (int i = 0; i < some.length; i++) {
          of.put(passages.get(i), some[i]);
        }
        scores.put(query, of);
        task.advance(1);
      }
    }
    return new RerankScores(scores);
  }
}
