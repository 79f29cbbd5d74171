package dev.whetstone.guard;

import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What the guard found.
///
/// @param outcome its verdict
/// @param parts one for each language that the base knows
/// @param reason why it did not run, or not in every language; empty where it did
public record GuardReport(Outcome outcome, List<Part> parts, String reason) {
  /// The verdict.
  public enum Outcome {
    /// In no language did the candidate lose more than it may.
    KEPT,
    /// In one it lost more than [ForgettingGuard#MOST_LOST].
    FORGOT,
    /// Nothing was measured.
    NOT_RUN
  }

  /// One language's figures.
  ///
  /// @param base its nDCG@10, 0–1
  /// @param candidate its nDCG@10
  /// @param change candidate − base, with its interval
  /// @param source of the passages, with their licence
  public record Part(
      String language,
      int questions,
      int passages,
      double base,
      double candidate,
      Gain change,
      String source) {
    /// Whether it is a loss that is refused.
    boolean forgot() {
      return change.mean() < -ForgettingGuard.MOST_LOST;
    }
  }

  public GuardReport {
    parts = List.copyOf(parts);
  }

  /// @param missing why a language is missing; empty where none is
  static GuardReport of(List<Part> parts, String missing) {
    boolean forgot = parts.stream().anyMatch(Part::forgot);
    return new GuardReport(forgot ? Outcome.FORGOT : Outcome.KEPT, parts, missing);
  }

  /// @param reason in the words a user reads
  public static GuardReport notRun(String reason) {
    return new GuardReport(Outcome.NOT_RUN, List.of(), reason);
  }

  /// The gate's verdict under the guard: a candidate that forgot does not serve, whatever it
  /// gained.
  public Verdict judge(Verdict gate) {
    return outcome == Outcome.FORGOT && gate.promoted()
        ? new Verdict.Forgot(gate.reason() + "; but it forgot: " + words())
        : gate;
  }

  /// One line for people.
  public String words() {
    if (outcome == Outcome.NOT_RUN) {
      return "not run: " + reason;
    }
    String figures =
        parts.stream()
            .map(
                part ->
                    String.format(
                        Locale.ROOT,
                        "%+.1f [%+.1f, %+.1f] points of nDCG@10 on %d general questions in %s"
                            + " (%.3f, base %.3f)",
                        100 * part.change().mean(),
                        100 * part.change().low95(),
                        100 * part.change().high95(),
                        part.questions(),
                        part.language().equals("zh") ? "Chinese" : "English",
                        part.candidate(),
                        part.base()))
            .collect(Collectors.joining(", "));
    return figures
        + (outcome == Outcome.FORGOT
            ? String.format(
                Locale.ROOT, "; more than %.0f points are lost", 100 * ForgettingGuard.MOST_LOST)
            : "")
        + (reason.isEmpty() ? "" : "; not run in every language: " + reason);
  }
}
