package dev.whetstone.answer;

import dev.whetstone.core.Abstention;
import dev.whetstone.core.Failure;
import java.util.ArrayList;
import java.util.List;

/// What speaks for and against the passages found answering the question. The fused score is not
/// among it: fusion makes the best hit of any question look good.
///
/// @param passageCosine of the question and its nearest passage
/// @param sentenceCosine of the question and its nearest sentence
/// @param margin how far the nearest passage's cosine is above the mean of the others'
/// @param topCoverage the share of the question's idf mass that the top three passages hold
/// @param held the share of the question that they hold, its words weighed as in [QuestionWords]
/// @param missing how weighty a name or technical word is that the documents found never name
/// @param agreement how alike the arms' best passages are: 1 when they are the same one
/// @param rerank the best passage's score by the reranker, as it gives it; NaN where none was asked
/// @param rerankMargin how far that is above the mean of the others'; NaN likewise
public record Support(
    double passageCosine,
    double sentenceCosine,
    double margin,
    double topCoverage,
    double held,
    double missing,
    double agreement,
    double rerank,
    double rerankMargin) {
  /// The features' names, in the order of [#values()].
  public static final List<String> NAMES =
      List.of(
          "passageCosine",
          "sentenceCosine",
          "margin",
          "topCoverage",
          "held",
          "missing",
          "agreement",
          "rerank",
          "rerankMargin");

  /// Those that are known without a reranker.
  static final List<String> WITHOUT_RERANKER = NAMES.subList(0, 7);

  /// Whether more of a feature speaks for an answer (1) or against it (-1), in the order of
  /// [#values()].
  static final List<Integer> DIRECTIONS = List.of(1, 1, 1, 1, 1, -1, 1, 1, 1);

  /// The likelihood that the passages answer the question, by a model of some of the features.
  double likelihood(Abstention model) {
    return model.likelihood(values(model.names()));
  }

  /// The least and the greatest likelihood of all supports whose features lie between those of this
  /// and of `other`: the likelihood rises or falls with each feature, by the sign of its weight.
  ValueRange likelihood(Support other, Abstention model) {
    List<Double> ours = values(model.names());
    List<Double> others = other.values(model.names());
    List<Double> least = new ArrayList<>();
    List<Double> most = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      double low = Math.min(ours.get(i), others.get(i));
      double high = Math.max(ours.get(i), others.get(i));
      boolean rises = model.weights().get(i) >= 0;
      least.add(rises ? low : high);
      most.add(rises ? high : low);
    }
    return new ValueRange(model.likelihood(least), model.likelihood(most));
  }

  /// The same with other values of what [QuestionWords] weighs.
  Support withWords(double newHeld, double newMissing) {
    return new Support(
        passageCosine,
        sentenceCosine,
        margin,
        topCoverage,
        newHeld,
        newMissing,
        agreement,
        rerank,
        rerankMargin);
  }

  /// Checks that the model was fitted on features that this program computes: all of them, or those
  /// that an earlier version computed.
  ///
  /// @throws Failure.CorruptArtifact if it was fitted on others
  static Abstention require(Abstention model) {
    if (!NAMES.containsAll(model.names())) {
      throw new Failure.CorruptArtifact(
          "the abstention model was fitted by another version (features "
              + model.names()
              + "): fit it again");
    }
    return model;
  }

  /// The features, in the order of [#NAMES].
  public List<Double> values() {
    return List.of(
        passageCosine,
        sentenceCosine,
        margin,
        topCoverage,
        held,
        missing,
        agreement,
        rerank,
        rerankMargin);
  }

  private List<Double> values(List<String> names) {
    List<Double> values = values();
    return names.stream().map(name -> values.get(NAMES.indexOf(name))).toList();
  }
}
