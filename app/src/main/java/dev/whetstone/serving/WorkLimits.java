package dev.whetstone.serving;

import java.time.Duration;

/// How much the application works on at once.
///
/// @param concurrent questions whose index stands in the workspace: they compute, so more than
///   there are cores only wait for each other
/// @param patience how long such a question may wait for its turn at least before it is refused,
///   see [dev.whetstone.core.ConcurrencyLimiter]
/// @param answers that are computed, beside those questions; while one waits for a language model
///   it does not count
/// @param clusters questions that search clusters, for which they mostly wait
/// @param callers that may wait for the catalog, which every request asks
public record WorkLimits(
    int concurrent, Duration patience, int answers, int clusters, int callers) {
  public static final WorkLimits DEFAULT =
      new WorkLimits(
          Runtime.getRuntime().availableProcessors(),
          Duration.ofMillis(5),
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
          16,
          1000);

  public WorkLimits {
    if (concurrent < 1 || answers < 1 || clusters < 1 || callers < 1) {
      throw new IllegalArgumentException(
          "%d questions, %d answers, %d at clusters, %d callers"
              .formatted(concurrent, answers, clusters, callers));
    }
  }
}
