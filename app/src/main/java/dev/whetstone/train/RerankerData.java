package dev.whetstone.train;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Pair;
import java.time.Duration;
import java.util.List;

/// What a reranker is trained with.
///
/// @param start what training begins with
/// @param passages all passages that can be found
/// @param firstStage what it is to reorder
/// @param labels pairs of questions that people asked, or a language model wrote: their origins say
///   which
/// @param dev the questions to choose on; may be empty
/// @param budget the longest that it may take to reorder the passages of a question
public record RerankerData(
    RerankerStart start,
    List<Passage> passages,
    FirstStage firstStage,
    List<Pair> labels,
    TrainingData.DevQuestions dev,
    Duration budget) {
  public RerankerData {
    passages = List.copyOf(passages);
    labels = List.copyOf(labels);
  }
}
