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

/// What a model is fine-tuned with.
///
/// @param base the model to fine-tune
/// @param passages all passages that can be found
/// @param baseVectors of `passages` by `base`; null when there are none: no hard negatives are
///   mined and nothing is chosen then
/// @param labels pairs from judged questions; may be empty
/// @param documents pairs made of the documents alone; may be empty
/// @param dev the questions to choose on; may be empty
/// @param keywords the keyword search that the app uses
public record TrainingData(
    Model base,
    List<Passage> passages,
    @Nullable Vectors baseVectors,
    List<Pair> labels,
    List<Pair> documents,
    DevQuestions dev,
    KeywordSearch keywords) {
  public TrainingData {
    passages = List.copyOf(passages);
    labels = List.copyOf(labels);
    documents = List.copyOf(documents);
  }

  /// Questions to choose on, with the passages that answer them.
  ///
  /// @param texts by question id
  /// @param judgements of these questions and maybe others
  public record DevQuestions(Map<String, String> texts, Qrels judgements) {
    public static final DevQuestions NONE = new DevQuestions(Map.of(), Qrels.EMPTY);

    public DevQuestions {
      texts = Map.copyOf(texts);
    }

    /// Ids of those that can be scored, in the order of the judgements.
    List<String> ids() {
      return judgements.queries().stream().filter(texts::containsKey).toList();
    }

    /// @throws IllegalArgumentException if there is no such question
    String text(String id) {
      String text = texts.get(id);
      if (text == null) {
        throw new IllegalArgumentException("no dev question " + id);
      }
      return text;
    }
  }

  /// Keyword search (BM25) over the passages.
  @FunctionalInterface
  public interface KeywordSearch {
    /// The best 100 passages for a question.
    Ranking search(String question);
  }
}
