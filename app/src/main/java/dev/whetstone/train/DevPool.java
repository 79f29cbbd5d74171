package dev.whetstone.train;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.evaluate.Scored;
import dev.whetstone.evaluate.WeightTuning;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// A small corpus to choose on: for every dev question its relevant passages and the best of each
/// arm of the base, and random passages. Candidates differ on it much as they do on the whole
/// corpus, at a fraction of the cost.
final class DevPool {
  private static final double TEMPERATURE = .05;

  private final List<Passage> passages;
  private final List<String> ids;
  private final List<String> questions;
  private final Qrels qrels;
  private final Map<String, Ranking> words;

  private DevPool(
      List<Passage> passages,
      List<String> ids,
      List<String> questions,
      Qrels qrels,
      Map<String, Ranking> words) {
    this.passages = passages;
    this.ids = ids;
    this.questions = questions;
    this.qrels = qrels;
    this.words = words;
  }

  /// @param dense the base's rankings of the dev questions
  /// @param top how many of each arm
  /// @param random how many random passages
  static DevPool of(TrainingData data, Map<String, Ranking> dense, int top, int random, long seed) {
    var words = new LinkedHashMap<String, Ranking>();
    var chosen = new LinkedHashSet<String>();
    List<String> ids = data.dev().ids();
    for (String id : ids) {
      Ranking found = data.keywords().search(data.dev().text(id));
      words.put(id, found);
      chosen.addAll(data.dev().judgements().relevant(id));
      best(found, top, chosen);
      best(dense.getOrDefault(id, Ranking.EMPTY), top, chosen);
    }
    var order = new ArrayList<>(data.passages());
    Collections.shuffle(order, new Random(seed));
    order.stream().limit(random).map(Passage::id).forEach(chosen::add);
    List<Passage> passages = data.passages().stream().filter(p -> chosen.contains(p.id())).toList();
    return new DevPool(
        passages,
        ids,
        ids.stream().map(data.dev()::text).toList(),
        data.dev().judgements(),
        Rankings.within(words, chosen));
  }

  private static void best(Ranking ranking, int top, Set<String> into) {
    ranking.hits().stream().limit(top).map(Hit::passageId).forEach(into::add);
  }

  List<Passage> passages() {
    return passages;
  }

  /// The texts of the dev questions, in the order [#score] wants their vectors.
  List<String> questions() {
    return questions;
  }

  /// The vectors of [#passages()] among those of the whole corpus.
  ///
  /// @throws IllegalArgumentException if a passage has none there
  Vectors part(Vectors all) {
    return part(passages, all);
  }

  /// The vectors of some passages among those of all.
  ///
  /// @throws IllegalArgumentException if a passage has none there
  static Vectors part(List<Passage> passages, Vectors all) {
    List<String> chosen = passages.stream().map(Passage::id).toList();
    var rows = new HashMap<String, Integer>();
    for (int row = 0; row < all.ids().size(); row++) {
      rows.put(all.ids().get(row), row);
    }
    var values = new float[Math.multiplyExact(chosen.size(), all.dimension())];
    for (int i = 0; i < chosen.size(); i++) {
      Integer row = rows.get(chosen.get(i));
      if (row == null) {
        throw new IllegalArgumentException("the passage " + chosen.get(i) + " has no vector");
      }
      float[] vector = all.vector(row);
      System.arraycopy(vector, 0, values, i * all.dimension(), all.dimension());
    }
    return new Vectors(all.space(), chosen, all.dimension(), values);
  }

  /// What a candidate scored.
  ///
  /// @param each (dense + hybrid) / 2 of every question
  /// @param losses of every question: what its passages lack of all of the pool's softmax, in nats
  record CandidateScores(DevScore mean, List<Double> each, List<Double> losses) {}

  /// @param pool vectors of [#passages()]
  /// @param queries vectors of [#questions()]
  CandidateScores score(Vectors pool, List<float[]> queries) {
    Qrels judged = qrels.only(ids);
    Map<String, Ranking> dense = Rankings.dense(pool, ids, queries);
    double weight = WeightTuning.choose(words, dense, judged).weight();
    Scored byDense = Scored.of(dense, judged);
    Scored byBoth = Scored.of(Rankings.fused(RetrievalPlan.hybrid(weight), words, dense), judged);
    var each = new ArrayList<Double>();
    for (int i = 0; i < byDense.each().size(); i++) {
      each.add((byDense.each().get(i).ndcg10() + byBoth.each().get(i).ndcg10()) / 2);
    }
    var losses = new ArrayList<Double>();
    for (int i = 0; i < ids.size(); i++) {
      losses.add(loss(pool, queries.get(i), qrels.relevant(ids.get(i))));
    }
    return new CandidateScores(
        new DevScore(byDense.mean().ndcg10(), byBoth.mean().ndcg10()), each, losses);
  }

  /// Smoother than a rank: it also moves where no passage overtakes another.
  private static double loss(Vectors pool, float[] query, Set<String> relevant) {
    double all = 0;
    double right = 0;
    for (int row = 0; row < pool.ids().size(); row++) {
      float[] passage = pool.vector(row);
      double cosine = 0;
      for (int i = 0; i < passage.length; i++) {
        cosine += passage[i] * query[i];
      }
      double weight = Math.exp((cosine - 1) / TEMPERATURE);
      all += weight;
      right += relevant.contains(pool.ids().get(row)) ? weight : 0;
    }
    return Math.log(all) - Math.log(Math.max(right, Double.MIN_NORMAL));
  }
}
