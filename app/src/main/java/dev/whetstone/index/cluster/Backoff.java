package dev.whetstone.index.cluster;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// When to try again: after a random time below a bound that doubles ("full jitter", so that many
/// clients do not come back together), or when the server says. For one task, one thread.
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final Instant end;
  private Duration bound = FIRST;

  /// @param patience for all attempts together
  Backoff(Duration patience, Instant now) {
    end = now.plus(patience);
  }

  /// How long to wait now.
  ///
  /// @param retryAfter the header, as it came
  /// @return null when patience is over
  @Nullable Duration next(@Nullable String retryAfter, Instant now) {
    Duration told = told(retryAfter, now);
    Duration jitter = Duration.ofMillis(ThreadLocalRandom.current().nextLong(bound.toMillis()) + 1);
    Duration pause = told == null ? jitter : told.plus(jitter);
    bound = bound.multipliedBy(2).compareTo(LONGEST) < 0 ? bound.multipliedBy(2) : LONGEST;
    return now.plus(pause).isAfter(end) ? null : pause;
  }

  /// Seconds or a date (RFC 9110, 10.2.3); null for neither.
  private static @Nullable Duration told(@Nullable String retryAfter, Instant now) {
    if (retryAfter == null) {
      return null;
    }
    String text = retryAfter.strip();
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
