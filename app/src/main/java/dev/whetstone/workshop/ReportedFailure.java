package dev.whetstone.workshop;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import java.util.List;

/// A failure that is told among other things, and ends nothing.
public record ReportedFailure(String message, List<Remedy> remedies) {
  public ReportedFailure {
    remedies = List.copyOf(remedies);
  }

  static ReportedFailure of(Failure failure) {
    return new ReportedFailure(String.valueOf(failure.getMessage()), failure.remedies());
  }
}
