package dev.whetstone.questions;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/// What the checks found of a written question.
///
/// @param faults in the order of [QuestionFault]; empty for a question that is kept
/// @param copied the share of its content terms that stand in the passage, in [0, 1]
/// @param longestRun how many of its words in a row stand so in the passage
/// @param wordsRank the place of its passage in the ranking by words, from 1; 0 where it is not
///   among those looked at
/// @param denseRank the same by vectors; 0 also where there are none
/// @param hybridRank the same in the fused ranking
public record QuestionChecks(
    List<QuestionFault> faults,
    double copied,
    int longestRun,
    int wordsRank,
    int denseRank,
    int hybridRank) {
  public QuestionChecks {
    faults = List.copyOf(faults);
  }

  /// Whether it trains and chooses: no check has a fault to find.
  @JsonIgnore
  public boolean kept() {
    return faults.isEmpty();
  }

  /// Whether it may be shown for review: as [#kept()], without regard to what the search finds.
  @JsonIgnore
  public boolean reviewable() {
    return faults.stream().allMatch(QuestionFault::bySearch);
  }
}
