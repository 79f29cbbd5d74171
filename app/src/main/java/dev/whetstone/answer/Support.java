package dev.whetstone.answer;

import java.util.List;

/// What speaks for and against the passages found answering the question. The fused score is not
/// among it: fusion makes the best hit of any question look good.
///
/// @param passageCosine of the question and its nearest passage
/// @param sentenceCosine of the question and its nearest sentence
/// @param margin how far the nearest passage's cosine is above the mean of the others'
/// @param topCoverage the share of the question's idf mass that the top three passages hold
/// @param held the share of the question that they hold, its words weighed as in [QuestionWords]
/// @param unknown the share of the question that no passage of the index holds, weighed likewise
/// @param foreign how weighty a name or technical word is that no passage of the index holds
/// @param agreement how alike the arms' best passages are: 1 when they are the same one
public record Support(
    double passageCosine,
    double sentenceCosine,
    double margin,
    double topCoverage,
    double held,
    double unknown,
    double foreign,
    double agreement) {
  /// The features' names, in the order of [#values()].
  public static final List<String> NAMES =
      List.of(
          "passageCosine",
          "sentenceCosine",
          "margin",
          "topCoverage",
          "held",
          "unknown",
          "foreign",
          "agreement");

  public List<Double> values() {
    return List.of(
        passageCosine, sentenceCosine, margin, topCoverage, held, unknown, foreign, agreement);
  }
}
