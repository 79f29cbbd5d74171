package dev.whetstone.workspace;

import java.util.Optional;

/// The records of the steps, for readers.
@FunctionalInterface
public interface RecordView {
  /// Empty where the step was not done yet, or its record is damaged: then it is done again.
  Optional<StepRecord> read(String step);
}
