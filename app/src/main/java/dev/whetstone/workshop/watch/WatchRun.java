package dev.whetstone.workshop.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The record of a run: one line of `.whetstone/watch.jsonl`.
///
/// @param started ISO 8601
/// @param unusable sources of which nothing could be staged; what came from there before stays
/// @param message why it failed; null where it did not
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WatchRun(
    String started,
    Trigger trigger,
    Outcome outcome,
    Documents documents,
    Speed speed,
    List<Unusable> unusable,
    @Nullable String message) {
  /// What a run was begun by.
  public enum Trigger {
    START,
    SCHEDULE,
    FILES,
    RETRY
  }

  /// What came of it.
  public enum Outcome {
    UP_TO_DATE,
    UPDATED,
    /// Another process writes to the workspace: it is tried again.
    WAITS,
    FAILED
  }

  /// @param staged in all
  /// @param failed documents that could not be read, in all
  /// @param passages in all; 0 where nothing was prepared in this run
  public record Documents(
      int staged, int added, int changed, int removed, int failed, int passages) {}

  /// @param seconds that the run took
  /// @param rate new and changed documents a second
  public record Speed(double seconds, double rate) {}

  /// A folder or bucket that is not what it was.
  public record Unusable(String source, String reason) {}

  public WatchRun {
    unusable = List.copyOf(unusable);
  }

  /// Whether all that was to be done was done.
  public boolean whole() {
    return (outcome == Outcome.UPDATED || outcome == Outcome.UP_TO_DATE) && unusable.isEmpty();
  }
}
