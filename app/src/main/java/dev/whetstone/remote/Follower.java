package dev.whetstone.remote;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Follows a job to its end and reports changes: its status, the service's events, and its log. An
/// interrupt leaves the job running.
public final class Follower {
  private static final Duration OVERLAP = Duration.ofMinutes(2);
  private static final Duration SIGN_OF_LIFE = Duration.ofMinutes(1);
  private static final int WINDOW = 2000;
  private static final int LAST_LINES = 20;

  private final Dlc dlc;
  private final Consumer<String> tell;
  private final Time time;
  private final Duration interval;
  private final Map<String, LogTail> tails = new HashMap<>();
  private final LogTail events = new LogTail();
  private final Set<String> unread = new HashSet<>();

  /// @param tell takes lines for people
  /// @param interval between looks
  public Follower(Dlc dlc, Consumer<String> tell, Duration interval) {
    this(dlc, tell, interval, Time.SYSTEM);
  }

  Follower(Dlc dlc, Consumer<String> tell, Duration interval, Time time) {
    this.dlc = dlc;
    this.tell = tell;
    this.interval = interval;
    this.time = time;
  }

  /// Waits until the job has succeeded.
  ///
  /// @param since when it was sent; its logs are read from then on
  /// @param longest that it is waited for
  /// @throws Failure.Unavailable if it failed, with the reason and the last lines of its log; or if
  ///   it has not ended in that time
  /// @throws Failure.Refused if it was stopped
  /// @throws java.util.concurrent.CancellationException if this thread is interrupted
  public void untilSucceeded(String job, Instant since, Duration longest) {
    Instant began = time.instant();
    Instant looked = since;
    Instant told = began;
    String before = "";
    while (true) {
      Instant now = time.instant();
      JobState state = dlc.get(job);
      if (!state.word().equals(before)) {
        tell.accept(state.word() + (state.reason().isEmpty() ? "" : " (" + state.reason() + ")"));
        before = state.word();
        told = now;
      }
      if (news(state, looked)) {
        told = now;
      }
      looked = now;
      if (state.status().ended()) {
        ended(state);
        return;
      }
      if (Duration.between(began, now).compareTo(longest) > 0) {
        throw new Failure.Unavailable(
            "the job " + job + " is still " + state.word() + " after " + words(longest));
      }
      if (Duration.between(told, now).compareTo(SIGN_OF_LIFE) >= 0) {
        tell.accept("still " + state.word() + ", " + words(Duration.between(began, now)));
        told = now;
      }
      time.pause(interval);
    }
  }

  /// Tells what is new. What cannot be read is left out: the job's status alone decides its end.
  private boolean news(JobState state, Instant looked) {
    Instant from = looked.minus(OVERLAP);
    List<String> happened =
        events.fresh(read("its events", () -> dlc.events(state.id(), from, WINDOW)));
    happened.forEach(event -> tell.accept("  " + event));
    boolean any = !happened.isEmpty();
    for (String pod : state.pods()) {
      var tail = tails.computeIfAbsent(pod, _ -> new LogTail());
      List<String> lines = read("the log of " + pod, () -> dlc.logs(state.id(), pod, from, WINDOW));
      for (String line : tail.fresh(lines)) {
        tell.accept("  | " + line);
        any = true;
      }
    }
    return any;
  }

  /// @param what as a user reads it; that it cannot be read is told once
  private List<String> read(String what, Supplier<List<String>> lines) {
    try {
      return lines.get();
    } catch (Failure e) {
      if (unread.add(what)) {
        tell.accept("  " + what + " cannot be read, the job is followed on: " + e.getMessage());
      }
      return List.of();
    }
  }

  private void ended(JobState state) {
    if (state.status().failed()) {
      var words = new StringBuilder("the job " + state.id() + " failed");
      words.append(state.reason().isEmpty() ? "" : ": " + state.reason());
      tails.forEach(
          (pod, tail) -> {
            words.append("\nThe last lines of ").append(pod).append(":");
            tail.last(LAST_LINES).forEach(line -> words.append("\n  ").append(line));
          });
      throw new Failure.Unavailable(words.toString());
    }
    if (state.status() == DlcStatus.STOPPED) {
      throw new Failure.Refused(
          "the job "
              + state.id()
              + " was stopped"
              + (state.reason().isEmpty() ? "" : ": " + state.reason()));
    }
  }

  private static String words(Duration time) {
    return time.toMinutes() < 1
        ? time.toSeconds() + " s"
        : time.toHours() < 1
            ? time.toMinutes() + " min"
            : "%d h %d min".formatted(time.toHours(), time.toMinutesPart());
  }
}
