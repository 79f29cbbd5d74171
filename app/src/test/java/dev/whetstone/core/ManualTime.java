package dev.whetstone.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A clock that moves only when someone sleeps. For one thread.
public final class ManualTime implements Time {
  public final List<Duration> slept = new ArrayList<>();
  private Instant now;

  public ManualTime() {
    this(Instant.parse("2026-01-05T08:00:00Z"));
  }

  public ManualTime(Instant start) {
    this.now = start;
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public void sleep(Duration time) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    slept.add(time);
    now = now.plus(time);
  }

  public void advance(Duration time) {
    now = now.plus(time);
  }
}
