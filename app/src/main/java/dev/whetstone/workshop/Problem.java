package dev.whetstone.workshop;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import java.util.List;

/// A failure that is told among other things, and ends nothing.
public record Problem(String message, List<Remedy> remedies) {
  public Problem {
    remedies = List.copyOf(remedies);
  }

  static Problem of(Failure failure) {
    return new Problem(String.valueOf(failure.getMessage()), failure.remedies());
  }
}
