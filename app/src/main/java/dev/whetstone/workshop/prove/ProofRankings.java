package dev.whetstone.workshop.prove;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.evaluate.Contrast;
import dev.whetstone.evaluate.NamedRanking;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.evaluate.WeightTuning;
import dev.whetstone.index.PassageIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The rankings by which a candidate is compared with what serves, on questions that neither was
/// trained on: BM25, exact search in each space, and the hybrid of both.
public final class ProofRankings {
  /// The rankings' names in reports.
  public static final String BM25 = "bm25";

  public static final String BASE = "base";
  public static final String TUNED = "tuned";
  public static final String HYBRID_BASE = "hybrid_base";
  public static final String HYBRID_TUNED = "hybrid_tuned";

  /// The gain of the candidate's dense ranking over the base's.
  public static final Contrast DENSE = new Contrast("dense", BASE, TUNED);

  /// The gain of the candidate's hybrid over the base's.
  public static final Contrast HYBRID = new Contrast("hybrid", HYBRID_BASE, HYBRID_TUNED);

  public static final List<Contrast> CONTRASTS = List.of(DENSE, HYBRID);

  /// A model with the vectors of all passages in its space.
  public record Side(Encoder encoder, Vectors vectors) {}

  /// @param base of the dense ranking in the base's hybrid
  /// @param tuned in the candidate's
  public record Weights(double base, double tuned) {}

  private final PassageIndex words;
  private final Side base;
  private final Side tuned;
  private final UnaryOperator<String> group;

  /// @param words BM25 over the passages
  public ProofRankings(PassageIndex words, Side base, Side tuned) {
    this(words, base, tuned, passage -> passage);
  }

  /// @param words BM25 over the passages
  /// @param group names the group of passages that count as one in every ranking, before the fusion
  public ProofRankings(PassageIndex words, Side base, Side tuned, UnaryOperator<String> group) {
    this.words = words;
    this.base = base;
    this.tuned = tuned;
    this.group = group;
  }

  /// The weights that are best on dev questions, for each model by itself; .5 where there are none.
  public Weights weights(Map<String, String> questions, Qrels dev) {
    ArmRankings arms = armRankings(questions);
    return new Weights(
        WeightTuning.choose(arms.words(), arms.base(), dev).weight(),
        WeightTuning.choose(arms.words(), arms.tuned(), dev).weight());
  }

  /// The five rankings, in the order of reports.
  public List<NamedRanking> of(Map<String, String> questions, Weights weights) {
    ArmRankings arms = armRankings(questions);
    var base = RetrievalPlan.hybrid(weights.base());
    var tuned = RetrievalPlan.hybrid(weights.tuned());
    return List.of(
        new NamedRanking(BM25, arms.words()),
        new NamedRanking(BASE, arms.base()),
        new NamedRanking(TUNED, arms.tuned()),
        new NamedRanking(HYBRID_BASE, Rankings.fused(base, arms.words(), arms.base())),
        new NamedRanking(HYBRID_TUNED, Rankings.fused(tuned, arms.words(), arms.tuned())));
  }

  /// The gains of [#shortened] over the whole vectors: what they cost.
  public static List<Contrast> contrasts(List<Integer> dimensions) {
    var contrasts = new ArrayList<Contrast>();
    for (int dimension : dimensions) {
      contrasts.add(new Contrast("dense_" + dimension, TUNED, TUNED + "_" + dimension));
      contrasts.add(
          new Contrast("hybrid_" + dimension, HYBRID_TUNED, HYBRID_TUNED + "_" + dimension));
    }
    return contrasts;
  }

  /// What shorter vectors of the candidate would find: for each number of dimensions, the dense
  /// ranking by the first ones and its hybrid, with the weight of the whole vectors.
  public List<NamedRanking> shortened(
      Map<String, String> questions, Weights weights, List<Integer> dimensions) {
    if (dimensions.isEmpty()) {
      return List.of();
    }
    List<String> ids = new ArrayList<>(questions.keySet());
    List<float[]> queries =
        tuned.encoder().queries(ids.stream().map(questions::get).map(String::valueOf).toList());
    Map<String, Ranking> found = Rankings.grouped(words(questions), group);
    var rankings = new ArrayList<NamedRanking>();
    for (int dimension : dimensions) {
      Vectors part = tuned.vectors().prefix(dimension, tuned.vectors().space());
      List<float[]> parts = queries.stream().map(q -> Vectors.prefix(q, dimension)).toList();
      Map<String, Ranking> dense = Rankings.grouped(Rankings.dense(part, ids, parts), group);
      rankings.add(new NamedRanking(TUNED + "_" + dimension, dense));
      var plan = RetrievalPlan.hybrid(weights.tuned());
      rankings.add(
          new NamedRanking(HYBRID_TUNED + "_" + dimension, Rankings.fused(plan, found, dense)));
    }
    return rankings;
  }

  /// Each arm's rankings: query id → ranking.
  private record ArmRankings(
      Map<String, Ranking> words, Map<String, Ranking> base, Map<String, Ranking> tuned) {}

  private ArmRankings armRankings(Map<String, String> questions) {
    return new ArmRankings(
        Rankings.grouped(words(questions), group),
        Rankings.grouped(dense(questions, base), group),
        Rankings.grouped(dense(questions, tuned), group));
  }

  private Map<String, Ranking> words(Map<String, String> questions) {
    var rankings = new HashMap<String, Ranking>();
    questions.forEach(
        (id, text) -> rankings.put(id, words.words(text, Rankings.DEPTH, Filter.ALL)));
    return rankings;
  }

  private Map<String, Ranking> dense(Map<String, String> questions, Side side) {
    List<String> ids = new ArrayList<>(questions.keySet());
    List<float[]> queries =
        side.encoder().queries(ids.stream().map(questions::get).map(String::valueOf).toList());
    return Rankings.dense(side.vectors(), ids, queries);
  }
}
