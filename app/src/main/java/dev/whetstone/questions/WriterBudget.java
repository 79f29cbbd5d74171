package dev.whetstone.questions;

import dev.whetstone.core.Time;
import dev.whetstone.questions.WriterResult.End;
import dev.whetstone.questions.WriterResult.Spent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What a run has spent of its limits. A prompt is let through only while what was spent, what the
/// prompts under way may cost, and what this one may cost are within the limits together, so that
/// they hold also with many prompts at once. The limits of tokens and money hold for all runs
/// together: what the replies took that earlier runs kept counts, too. Safe for many threads.
final class WriterBudget {
  private final WriterLimits limits;
  private final WriterPrice price;
  private final Time time;
  private final Instant began;
  private final ReplyCache.Tokens before;
  private long read;
  private long written;
  private long reservedRead;
  private long reservedWritten;

  /// @param before what earlier runs spent
  WriterBudget(WriterLimits limits, WriterPrice price, ReplyCache.Tokens before, Time time) {
    this.limits = limits;
    this.price = price;
    this.before = before;
    this.time = time;
    this.began = time.instant();
  }

  /// Which limit a prompt would break; empty, and the prompt is counted as under way, where none.
  synchronized Optional<End> reserve(long mayRead, long mayWrite) {
    Optional<End> end = over(mayRead, mayWrite);
    if (end.isEmpty()) {
      reservedRead += mayRead;
      reservedWritten += mayWrite;
    }
    return end;
  }

  /// Which limit is reached.
  synchronized Optional<End> over() {
    return over(0, 0);
  }

  private Optional<End> over(long mayRead, long mayWrite) {
    if (timeLeft().isNegative() || timeLeft().isZero()) {
      return Optional.of(End.TIME);
    }
    long allRead = before.read() + read + reservedRead + mayRead;
    long allWritten = before.written() + written + reservedWritten + mayWrite;
    if (limits.tokens() != null && allRead + allWritten > limits.tokens()) {
      return Optional.of(End.TOKENS);
    }
    if (limits.money() != null && price.of(allRead, allWritten) > limits.money()) {
      return Optional.of(End.MONEY);
    }
    return Optional.empty();
  }

  Duration timeLeft() {
    return limits.time().minus(passed());
  }

  Duration passed() {
    return Duration.between(began, time.instant());
  }

  /// A prompt under way ended.
  ///
  /// @param didRead tokens; with `didWrite` 0 where the model was not reached
  synchronized void settle(long mayRead, long mayWrite, long didRead, long didWrite) {
    reservedRead -= mayRead;
    reservedWritten -= mayWrite;
    read += didRead;
    written += didWrite;
  }

  /// Attempts at a prompt, each of which was reserved, gave no reply: as much as they may have cost
  /// is counted.
  synchronized void lose(int attempts, long mayRead, long mayWrite) {
    reservedRead -= attempts * mayRead;
    reservedWritten -= attempts * mayWrite;
    read += attempts * mayRead;
    written += attempts * mayWrite;
  }

  /// @param replies that came
  synchronized Spent spent(int replies) {
    return new Spent(read, written, replies, passed(), price.of(read, written));
  }
}
