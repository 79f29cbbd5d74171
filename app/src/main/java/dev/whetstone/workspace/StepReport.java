package dev.whetstone.workspace;

import java.util.List;

/// What a step did, for people.
///
/// @param upToDate it had nothing to do
/// @param lines the first is the result in one line; more follow where there is more to say
public record StepReport(String step, boolean upToDate, double seconds, List<String> lines) {
  public StepReport {
    lines = List.copyOf(lines);
  }
}
