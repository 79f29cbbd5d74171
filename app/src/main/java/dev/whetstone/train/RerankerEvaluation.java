package dev.whetstone.train;

import dev.whetstone.core.BatchedRows;
import dev.whetstone.core.Hit;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.PairTokens;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.evaluate.RerankScores;
import dev.whetstone.evaluate.Scored;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.torch.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Scores candidates on the dev questions, each once, and stores what it found: they reorder the
/// best passages of the first stage, mixed with its order by the weight that is best for them. For
/// one thread; close it to free the native memory.
final class RerankerEvaluation implements AutoCloseable {
  private static final int BATCH_TOKENS = 2048;

  private final RerankerData data;
  private final RerankerPlan plan;
  private final Path folder;
  private final Progress progress;
  private final Qrels dev;
  private @Nullable Network network;
  private @Nullable Pool pool;

  /// @param dev the questions that are asked
  /// @param folder for the scores
  RerankerEvaluation(
      RerankerData data, RerankerPlan plan, Qrels dev, Path folder, Progress progress) {
    this.data = data;
    this.plan = plan;
    this.dev = dev;
    this.folder = folder;
    this.progress = progress;
  }

  /// What a candidate scored.
  ///
  /// @param weight of its scores against the first stage's
  record Score(DevPool.CandidateScores figures, double weight) {}

  /// @param plan hash of the plan
  record Stored(String plan, Score score) {}

  /// @param pairs of all questions, in order
  private record Pool(
      Map<String, Ranking> rankings,
      List<String> questions,
      List<Hit> hits,
      List<PairTokens> pairs) {}

  /// Whether a candidate was scored before.
  boolean knows(String name) {
    return known(name) != null;
  }

  /// @param name of the candidate in this plan: the same name, the same weights
  Score of(String name, Supplier<NamedTensors> weights) {
    Score known = known(name);
    if (known != null) {
      return known;
    }
    var stored = new Stored(plan.hash(), score(name, weights.get()));
    WholeFile.write(file(name), Json.sealed(Json.pretty(stored)));
    return stored.score();
  }

  private @Nullable Score known(String name) {
    return Json.kept(file(name), Stored.class)
        .filter(stored -> stored.plan().equals(plan.hash()))
        .map(Stored::score)
        .orElse(null);
  }

  private Path file(String name) {
    return folder.resolve(name.replace(' ', '-') + ".json");
  }

  private Score score(String name, NamedTensors weights) {
    Pool on = pool();
    RerankScores scores = new RerankScores(scores(name, on, weights));
    int depth = plan.search().depth();
    double weight = scores.weight(on.rankings(), depth, dev).weight();
    List<Double> each = ndcg(scores.reorder(on.rankings(), depth, weight));
    double mean = each.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    var losses = new ArrayList<Double>();
    for (String query : dev.queries()) {
      losses.add(loss(scores.byQuery().getOrDefault(query, Map.of()), dev.relevant(query)));
    }
    return new Score(new DevPool.CandidateScores(new DevScore(mean, mean), each, losses), weight);
  }

  private List<Double> ndcg(Map<String, Ranking> rankings) {
    return Scored.of(rankings, dev).each().stream().map(Metrics::ndcg10).toList();
  }

  /// What the first stage alone scores.
  double firstStage() {
    return ndcg(pool().rankings()).stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private Map<String, Map<String, Float>> scores(String name, Pool on, NamedTensors weights) {
    Network scorer = network(weights);
    var scores = new HashMap<String, Map<String, Float>>();
    List<PairTokens> pairs = on.pairs();
    try (var task = progress.start("choose: " + name, pairs.size(), "pairs")) {
      float[] computed =
          new BatchedRows<>(pairs, PairTokens::length, BATCH_TOKENS, Integer.MAX_VALUE)
              .compute(
                  (batches, finished) ->
                      scorer.scoreAll(batches, plan.speed().precision(), finished),
                  1,
                  (_, count) -> task.advance(count));
      for (int pair = 0; pair < computed.length; pair++) {
        scores
            .computeIfAbsent(on.questions().get(pair), _ -> new HashMap<>())
            .put(on.hits().get(pair).passageId(), computed[pair]);
      }
    }
    return scores;
  }

  private Network network(NamedTensors weights) {
    Network made = network;
    if (made == null) {
      made = Network.of(data.start().network(plan.shape().layers()), weights);
      network = made;
    } else {
      made.load(weights);
    }
    return made;
  }

  private Pool pool() {
    Pool made = pool;
    if (made != null) {
      return made;
    }
    Map<String, Passage> byId =
        data.passages().stream().collect(Collectors.toMap(Passage::id, Function.identity()));
    List<String> ids = dev.queries();
    FirstStage.Found found =
        data.firstStage().search(ids.stream().map(data.dev()::text).distinct().toList());
    var rankings = new LinkedHashMap<String, Ranking>();
    var questions = new ArrayList<String>();
    var hits = new ArrayList<Hit>();
    var pairs = new ArrayList<PairTokens>();
    for (String id : ids) {
      String text = data.dev().text(id);
      Ranking ranking = found.of(text);
      rankings.put(id, ranking);
      List<Hit> first =
          ranking.hits().subList(0, Math.min(plan.search().depth(), ranking.hits().size())).stream()
              .filter(hit -> byId.containsKey(hit.passageId()))
              .toList();
      List<String> texts =
          first.stream().map(Hit::passageId).map(byId::get).map(Passage::embedded).toList();
      pairs.addAll(data.start().tokenizer().pairs(text, texts));
      hits.addAll(first);
      first.forEach(_ -> questions.add(id));
    }
    made = new Pool(rankings, questions, hits, pairs);
    pool = made;
    return made;
  }

  /// What the answers among the passages lack of their softmax, in nats; 0 where none was found.
  private static double loss(Map<String, Float> scores, Set<String> relevant) {
    double most = scores.values().stream().mapToDouble(Float::doubleValue).max().orElse(0);
    double all = 0;
    double right = 0;
    for (var one : scores.entrySet()) {
      double weight = Math.exp(one.getValue() - most);
      all += weight;
      right += relevant.contains(one.getKey()) ? weight : 0;
    }
    return right == 0 ? 0 : Math.log(all) - Math.log(right);
  }

  @Override
  public void close() {
    if (network != null) {
      network.close();
      network = null;
    }
  }
}
