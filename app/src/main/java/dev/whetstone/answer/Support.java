package dev.whetstone.answer;

import java.util.List;

/// What speaks for and against the passages found answering the question. The fused score is not
/// among it: fusion makes the best hit of any question look good.
///
/// @param passageCosine of the question and its nearest passage
/// @param sentenceCosine of the question and its nearest sentence
/// @param margin how far the nearest passage's cosine is above the mean of the others'
/// @param wordsScore the best BM25 score for each unit of the question's idf mass
/// @param passageCoverage the share of the question's idf mass that the best of the top five
///   passages holds
/// @param topCoverage the share that the top three passages hold together
/// @param sentenceCoverage the share that the best sentence of them holds
/// @param unknown the share of the question's idf mass that no passage of the index holds
/// @param agreement how alike the arms' best passages are: 1 when they are the same one
/// @param focus the share of the top five passages that come from one document
public record Support(
    double passageCosine,
    double sentenceCosine,
    double margin,
    double wordsScore,
    double passageCoverage,
    double topCoverage,
    double sentenceCoverage,
    double unknown,
    double agreement,
    double focus) {
  /// The features' names, in the order of [#values()].
  public static final List<String> NAMES =
      List.of(
          "passageCosine",
          "sentenceCosine",
          "margin",
          "wordsScore",
          "passageCoverage",
          "topCoverage",
          "sentenceCoverage",
          "unknown",
          "agreement",
          "focus");

  public List<Double> values() {
    return List.of(
        passageCosine,
        sentenceCosine,
        margin,
        wordsScore,
        passageCoverage,
        topCoverage,
        sentenceCoverage,
        unknown,
        agreement,
        focus);
  }
}
