package dev.whetstone;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Ends the process in order when a signal asks for it: interrupts the work, waits until it has
/// come to its end, and only then lets the JVM shut down, so that no library is torn down under
/// native code that runs. A second signal ends it at once.
final class Stop {
  /// What shells add to a signal's number to make an exit code of it.
  private static final int SIGNALLED = 128;

  private final Thread work;
  private final Duration patience;
  private final AtomicBoolean requested = new AtomicBoolean();

  /// @param work is interrupted when the process is to end
  /// @param patience how long it may take to come to a place where it can stop
  Stop(Thread work, Duration patience) {
    this.work = work;
    this.patience = patience;
  }

  boolean requested() {
    return requested.get();
  }

  /// @param signal its number
  void request(int signal) {
    int code = SIGNALLED + signal;
    if (requested.compareAndSet(false, true)) {
      // no daemon, as the handler of a signal is: the JVM has to wait for it when the work has ended
      Thread.ofPlatform().daemon(false).name("stop").start(() -> end(code));
    } else {
      Runtime.getRuntime().halt(code);
    }
  }

  private void end(int code) {
    work.interrupt();
    try {
      if (work.join(patience)) {
        System.exit(code);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    System.err.println(
        "whet: stopped in the middle of a step; run the same command, and it goes on from the last"
            + " part that was finished");
    Runtime.getRuntime().halt(code);
  }
}
