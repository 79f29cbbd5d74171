package dev.whetstone.workshop.questions;

import dev.whetstone.questions.WriterEstimate;

/// What writing questions will take, as far as can be told before.
///
/// @param passages that will be asked about
/// @param cached of these, whose replies are there from before and cost nothing
/// @param cost in the unit of the settings' prices; 0 where they name none
public record WritingEstimate(
    int passages, int cached, long tokensRead, long tokensWritten, double seconds, double cost) {
  static WritingEstimate of(WriterEstimate estimate) {
    return new WritingEstimate(
        estimate.passages(),
        estimate.cached(),
        estimate.tokensRead(),
        estimate.tokensWritten(),
        estimate.time().toMillis() / 1000.0,
        estimate.money());
  }
}
