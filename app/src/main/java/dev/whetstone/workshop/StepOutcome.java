package dev.whetstone.workshop;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// What came of a step that was asked for.
///
/// @param upToDate it had nothing to do; then the result is that of its last run
/// @param seconds that it took now
/// @param result null where the last run was recorded by an earlier version, or in another form
/// @param words what such a version recorded of it; null for others
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StepOutcome<R extends StepResult>(
    String step, boolean upToDate, double seconds, @Nullable R result, @Nullable String words) {

  static <R extends StepResult> StepOutcome<R> of(String step, long began, R result) {
    return new StepOutcome<>(step, false, (System.nanoTime() - began) / 1e9, result, null);
  }
}
