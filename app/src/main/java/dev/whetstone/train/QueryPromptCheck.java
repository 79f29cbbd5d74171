package dev.whetstone.train;

import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.evaluate.Scored;
import dev.whetstone.pairs.Pair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Whether the base's query prompt helps on these documents: worth from −1 to +10 points of
/// nDCG@10, depending on the collection. Settled by the untrained base on questions that people
/// asked (written ones where there are none), those to learn from and those to choose on; put
/// before questions where these are too few.
final class QueryPromptCheck {
  private static final int FEWEST = 40;
  private static final int MOST = 400;

  private QueryPromptCheck() {}

  /// @param encoder with the base's weights
  static boolean helps(TrainingData data, CandidateEncoder encoder) {
    String prompt = data.base().prompts().query();
    Vectors vectors = data.baseVectors();
    Qrels qrels = questions(data);
    if (prompt.isEmpty() || vectors == null || qrels.queries().size() < FEWEST) {
      return true;
    }
    List<String> texts = qrels.queries();
    var figures = new LinkedHashMap<Double, List<Double>>();
    figures.put(1.0, ndcg(vectors, texts, encoder.questions(prompt, texts), qrels));
    figures.put(0.0, ndcg(vectors, texts, encoder.questions("", texts), qrels));
    return StandardErrorRule.of(figures, 1) > .5;
  }

  /// Question text → its passages.
  private static Qrels questions(TrainingData data) {
    var gains = new LinkedHashMap<String, Map<String, Integer>>();
    for (String id : data.dev().ids()) {
      gains.put(data.dev().text(id), data.dev().judgements().of(id));
    }
    for (Pair pair : data.labels().isEmpty() ? data.written() : data.labels()) {
      var judged = new LinkedHashMap<>(gains.getOrDefault(pair.question(), Map.of()));
      judged.put(pair.passageId(), 1);
      gains.put(pair.question(), judged);
    }
    return new Qrels(gains).limit(MOST);
  }

  private static List<Double> ndcg(
      Vectors vectors, List<String> texts, List<float[]> queries, Qrels qrels) {
    Map<String, Ranking> dense = Rankings.dense(vectors, texts, queries);
    return Scored.of(dense, qrels).each().stream().map(Metrics::ndcg10).toList();
  }
}
