package dev.whetstone.cli;

import dev.whetstone.commands.Remedies;
import dev.whetstone.core.Fingerprint;
import dev.whetstone.workshop.ReportedFailure;
import dev.whetstone.workshop.StepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a run would do and why, in English.
final class PlanWords {
  private static final int LONGEST_VALUE = 24;

  private PlanWords() {}

  /// A line for each step that a run does or may do, and one with the time that these took when
  /// they were last run.
  static List<String> lines(StepPlan plan) {
    var lines = new ArrayList<String>();
    double seconds = 0;
    boolean complete = true;
    for (StepPlan.Planned step : plan.steps()) {
      if (!step.upToDate()) {
        StepPlan.LastRun last = step.last();
        complete &= last != null;
        seconds += last == null ? 0 : last.seconds();
        lines.add("%-10s %s%s".formatted(step.step(), why(step), took(last)));
      }
    }
    if (!lines.isEmpty()) {
      lines.add(
          complete
              ? "about %s, if the steps take as long as last time".formatted(time(seconds))
              : seconds > 0
                  ? "about %s for the steps that were run before; how long the others take is not known yet"
                      .formatted(time(seconds))
                  : "how long it takes is not known yet: none of these steps was run before");
    }
    return lines;
  }

  /// Why a step is not up to date.
  static String why(StepPlan.Planned step) {
    return switch (step.state()) {
      case UP_TO_DATE -> "up to date";
      case NEVER_RUN -> "not done yet";
      case INPUTS_CHANGED ->
          step.changes().isEmpty()
              ? "its inputs changed"
              : step.changes().stream().map(PlanWords::change).collect(Collectors.joining(", "));
      case OUTPUT_MISSING -> "what it made is missing or does not count any more";
      case WAITS -> "if a step before it changes its inputs";
      case BLOCKED -> problem(step.problem());
    };
  }

  private static String problem(@Nullable ReportedFailure problem) {
    return problem == null
        ? "cannot be done"
        : Remedies.message(problem.message(), problem.remedies());
  }

  /// `documents changed`, `prove.level 0.95 -> 0.9`.
  private static String change(Fingerprint.Change change) {
    String before = shown(change.before());
    String now = shown(change.now());
    if (before == null || now == null) {
      return change.field() + (before == null ? " is new" : " is gone");
    }
    boolean figures = isReadable(before) && isReadable(now) && !before.equals(now);
    return figures ? change.field() + " " + before + " -> " + now : change.field() + " changed";
  }

  /// A value's first line: what stands below it is a hash of what the line names.
  private static @Nullable String shown(@Nullable String value) {
    return value == null ? null : value.lines().findFirst().orElse("");
  }

  /// Hashes are not shown.
  private static boolean isReadable(String value) {
    return value.length() <= LONGEST_VALUE && !value.isBlank() && !value.matches("[0-9a-f]{16,}");
  }

  private static String took(StepPlan.@Nullable LastRun last) {
    return last == null ? "" : " (%s last time)".formatted(time(last.seconds()));
  }

  private static String time(double seconds) {
    return seconds < 90 ? "%.0f s".formatted(seconds) : "%.0f min".formatted(seconds / 60);
  }
}
