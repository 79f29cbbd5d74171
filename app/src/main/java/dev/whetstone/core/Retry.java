package dev.whetstone.core;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Exponential back-off with jitter: how long a caller waits before it repeats a call that failed
/// for a reason that may pass, and when it gives up.
///
/// Problem: a server that is overloaded recovers only if its clients send less. Clients that repeat
/// at once, or all after the same pause, keep it overloaded.
///
/// Method: before attempt `n + 1` a pause is drawn uniformly from `[b/2, b]`, where the bound `b =
/// min(longest, first · 2^(n-1))`. The lower half guarantees that the server gets its rest, the
/// upper half spreads the clients ("equal jitter" in the source). A server may say how long it
/// wants to be left alone (`Retry-After`, RFC 9110, 10.2.3). Then the pause is that time plus the
/// drawn one: never earlier than asked for, and spread, because all its clients got the same
/// answer. What the server asks for may be longer than `longest`.
///
/// Limits: the caller gives up after `attempts` attempts, or when the next attempt would begin
/// later than `total` after the first; it does not sleep first to find that out.
///
/// Which failures are worth another attempt, and whether a call may be repeated at all, is known to
/// the caller only: a request that makes something new must not be repeated before the caller has
/// looked for what the lost one made. So the policy counts and waits, and judges no exception.
///
/// Example: `first` 1 s, `longest` 30 s, 6 attempts: pauses of at most 1, 2, 4, 8 and 16 s, in all
/// between 15.5 and 31 s; a server that answers `Retry-After: 60` is asked again after 60 to 61 s.
///
/// Cost: one random number for each pause. An interrupt ends a pause at once.
///
/// Source: M. Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015.
///
/// Immutable and safe for many threads; one call's [Attempts] belong to one thread.
public final class Retry {
  /// When to give up, and how fast the pauses grow.
  ///
  /// @param attempts in all, the first included; from 1
  /// @param first the bound of the first pause, positive
  /// @param longest the greatest bound
  /// @param total from the beginning of the first attempt to the beginning of the last
  public record Limits(int attempts, Duration first, Duration longest, Duration total) {
    public Limits {
      if (attempts < 1 || !first.isPositive() || longest.compareTo(first) < 0) {
        throw new IllegalArgumentException(
            attempts + " attempts, pauses from " + first + " to " + longest);
      }
    }

    /// As many attempts as the time allows.
    public static Limits within(Duration total, Duration first, Duration longest) {
      return new Limits(Integer.MAX_VALUE, first, longest, total);
    }
  }

  /// Something that is tried.
  @FunctionalInterface
  public interface Call<T, E extends Exception> {
    T run() throws E;
  }

  private final Limits limits;
  private final Time time;

  public Retry(Limits limits, Time time) {
    this.limits = limits;
    this.time = time;
  }

  /// Begins to count attempts and time.
  public Attempts begin() {
    return new Attempts(time.instant().plus(limits.total()));
  }

  /// Runs a call until it succeeds.
  ///
  /// @param passing whether a failure may pass; others are thrown at once
  /// @throws E the last failure, when the limits are reached
  /// @throws InterruptedException if the thread is interrupted in a pause
  public <T, E extends Exception> T call(Call<T, E> call, Predicate<? super Exception> passing)
      throws E, InterruptedException {
    Attempts attempts = begin();
    while (true) {
      try {
        return call.run();
      } catch (Exception e) {
        if (!passing.test(e) || !attempts.pause(null)) {
          throw e;
        }
      }
    }
  }

  /// The attempts of one call. For one thread.
  public final class Attempts {
    private final Instant end;
    private int failed;
    private Duration bound = limits.first();

    private Attempts(Instant end) {
      this.end = end;
    }

    /// Attempts that have failed so far, as [#next] was told.
    public int failed() {
      return failed;
    }

    /// How long to wait after an attempt that failed, before the next one.
    ///
    /// @param serverDelay the time for which the server asks to be left alone; null if it does not
    /// @return empty when the caller is to give up
    public Optional<Duration> next(@Nullable Duration serverDelay) {
      failed++;
      long most = bound.toNanos();
      Duration drawn = Duration.ofNanos(most - ThreadLocalRandom.current().nextLong(most / 2 + 1));
      Duration pause = serverDelay == null ? drawn : serverDelay.plus(drawn);
      Duration doubled = bound.multipliedBy(2);
      bound = doubled.compareTo(limits.longest()) < 0 ? doubled : limits.longest();
      boolean over = failed >= limits.attempts() || time.instant().plus(pause).isAfter(end);
      return over ? Optional.empty() : Optional.of(pause);
    }

    /// Waits as [#next] says.
    ///
    /// @return false, without waiting, when the caller is to give up
    public boolean pause(@Nullable Duration serverDelay) throws InterruptedException {
      Optional<Duration> pause = next(serverDelay);
      if (pause.isPresent()) {
        time.sleep(pause.get());
      }
      return pause.isPresent();
    }

    /// [#pause(Duration)] with the header `Retry-After` as the server sent it.
    public boolean pauseAfter(@Nullable String retryAfter) throws InterruptedException {
      return pause(Retry.serverDelay(retryAfter, time.instant()));
    }
  }

  /// The header `Retry-After` as a time from now: it is written as seconds or as a date.
  ///
  /// @param header null where there is none
  /// @return null where it is neither; not negative
  public static @Nullable Duration serverDelay(@Nullable String header, Instant now) {
    if (header == null) {
      return null;
    }
    String text = header.strip();
    if (text.matches("[0-9]{1,6}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      var date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
