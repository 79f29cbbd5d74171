package dev.whetstone.train;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.TrainingPairs;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a model is fine-tuned with.
///
/// @param base the model to fine-tune
/// @param passages all passages that can be found
/// @param baseVectors of `passages` by `base`; null when there are none: no hard negatives are
///   mined and nothing is chosen then
/// @param pairs to train on; each kind may be empty
/// @param dev questions of people to choose on; may be empty
/// @param writtenDev questions that a language model wrote, to choose on where people's are too
///   few: about other documents than those of `pairs`; may be empty
/// @param keywords the keyword search that the app uses
public record TrainingData(
    Model base,
    List<Passage> passages,
    @Nullable Vectors baseVectors,
    TrainingPairs pairs,
    DevQuestions dev,
    DevQuestions writtenDev,
    KeywordSearch keywords) {
  public TrainingData {
    passages = List.copyOf(passages);
  }

  public List<Pair> labels() {
    return pairs.labels();
  }

  public List<Pair> written() {
    return pairs.written();
  }

  public List<Pair> documents() {
    return pairs.documents();
  }

  /// The questions to choose on.
  public DevQuestions choosing() {
    return DevQuestions.choosing(dev, writtenDev);
  }

  /// The same with other questions to choose on.
  TrainingData choosingOn(DevQuestions questions) {
    return new TrainingData(base, passages, baseVectors, pairs, questions, writtenDev, keywords);
  }

  /// The same without what a language model wrote.
  TrainingData documentsAlone() {
    var alone = new TrainingPairs(pairs.labels(), List.of(), pairs.documents());
    return new TrainingData(base, passages, baseVectors, alone, dev, DevQuestions.NONE, keywords);
  }

  /// The same with other pairs of documents.
  TrainingData withDocuments(List<Pair> documents) {
    return new TrainingData(
        base,
        passages,
        baseVectors,
        new TrainingPairs(pairs.labels(), pairs.written(), documents),
        dev,
        writtenDev,
        keywords);
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

    /// People's questions where there are enough of them to choose by, else written ones where
    /// there are more.
    public static DevQuestions choosing(DevQuestions asked, DevQuestions written) {
      boolean few = asked.ids().size() < Planner.FEWEST_TO_CHOOSE;
      return few && written.ids().size() > asked.ids().size() ? written : asked;
    }

    /// Ids of those that can be scored, in the order of the judgements.
    public List<String> ids() {
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
