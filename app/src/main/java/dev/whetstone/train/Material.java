package dev.whetstone.train;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.Pair;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a recipe works with.
///
/// @param base the model to sharpen
/// @param passages all passages that can be found
/// @param baseVectors of `passages` by `base`; null when there are none: no hard negatives are
///   mined and nothing is chosen then
/// @param labels pairs from judged questions; may be empty
/// @param documents pairs made of the documents alone; may be empty
/// @param devQuestions id → text of the questions to choose on; may be empty
/// @param dev their judgements
/// @param words BM25's best 100 for a question
public record Material(
    Model base,
    List<Passage> passages,
    @Nullable Vectors baseVectors,
    List<Pair> labels,
    List<Pair> documents,
    Map<String, String> devQuestions,
    Qrels dev,
    Words words) {
  public Material {
    passages = List.copyOf(passages);
    labels = List.copyOf(labels);
    documents = List.copyOf(documents);
    devQuestions = Map.copyOf(devQuestions);
  }

  /// The word search that the app uses.
  @FunctionalInterface
  public interface Words {
    /// The best 100 passages for a question.
    Ranking search(String question);
  }
}
