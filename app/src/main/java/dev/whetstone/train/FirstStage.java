package dev.whetstone.train;

import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.evaluate.WeightTuning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The retrieval before a reranker: the hybrid of a keyword search and a model's vectors.
///
/// @param encoder of the model; stays the caller's
/// @param vectors of all passages, by that model
/// @param denseWeight of the vectors in the hybrid, 0–1
public record FirstStage(
    Encoder encoder, Vectors vectors, TrainingData.KeywordSearch keywords, double denseWeight) {
  /// With the weight that is best on dev questions.
  public static FirstStage tuned(
      Encoder encoder,
      Vectors vectors,
      TrainingData.KeywordSearch keywords,
      TrainingData.DevQuestions dev) {
    List<String> ids = dev.ids();
    List<String> texts = ids.stream().map(dev::text).toList();
    Map<String, Ranking> dense = Rankings.dense(vectors, ids, encoder.queries(texts));
    var words = new LinkedHashMap<String, Ranking>();
    ids.forEach(id -> words.put(id, keywords.search(dev.text(id))));
    double weight = WeightTuning.choose(words, dense, dev.judgements().only(ids)).weight();
    return new FirstStage(encoder, vectors, keywords, weight);
  }

  /// What was found for questions.
  ///
  /// @param queries vectors of the questions, in their order
  /// @param rankings of the hybrid, by question text
  record Found(List<String> questions, List<float[]> queries, Map<String, Ranking> rankings) {
    Ranking of(String question) {
      return rankings.getOrDefault(question, Ranking.EMPTY);
    }
  }

  /// Searches for each question.
  ///
  /// @param questions texts, each once
  Found search(List<String> questions) {
    List<float[]> queries = encoder.queries(questions);
    Map<String, Ranking> dense = Rankings.dense(vectors, questions, queries);
    var words = new LinkedHashMap<String, Ranking>();
    questions.forEach(question -> words.put(question, keywords.search(question)));
    return new Found(
        questions, queries, Rankings.fused(RetrievalPlan.hybrid(denseWeight), words, dense));
  }
}
