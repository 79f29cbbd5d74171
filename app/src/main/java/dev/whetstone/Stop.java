package dev.whetstone;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Ends the process in order when a signal asks for it: interrupts the work, waits until it has
/// come to its end, and only then lets the JVM shut down, so that no library is torn down under
/// native code that runs.
///
/// A second Ctrl-C ends it at once. Other signals that are repeated change nothing: a terminal that
/// is closed, `timeout`, and a server that ends its own job all send two.
final class Stop {
  /// What shells add to a signal's number to make an exit code of it.
  private static final int SIGNALLED = 128;

  private static final int INTERRUPT = 2; // Ctrl-C

  /// A person's second Ctrl-C comes later than this.
  private static final Duration REPEATED = Duration.ofMillis(500);

  private final Thread work;
  private final Duration patience;
  private @Nullable Request first; // guarded by this

  private record Request(int signal, long nanos) {}

  /// @param work is interrupted when the process is to end
  /// @param patience how long it may take to come to a place where it can stop
  Stop(Thread work, Duration patience) {
    this.work = work;
    this.patience = patience;
  }

  synchronized boolean requested() {
    return first != null;
  }

  /// @param signal its number
  synchronized void request(int signal) {
    var now = new Request(signal, System.nanoTime());
    if (first == null) {
      first = now;
      // no daemon, as the handler of a signal is: the JVM has to wait for it when the work has
      // ended
      Thread.ofPlatform().daemon(false).name("stop").start(() -> end(signal));
    } else if (isImpatient(first, now)) {
      Runtime.getRuntime().halt(SIGNALLED + signal);
    }
  }

  private static boolean isImpatient(Request first, Request now) {
    return first.signal() == INTERRUPT
        && now.signal() == INTERRUPT
        && now.nanos() - first.nanos() > REPEATED.toNanos();
  }

  private void end(int signal) {
    work.interrupt();
    try {
      if (work.join(patience)) {
        System.exit(SIGNALLED + signal);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    System.err.println(
        "whet: what was under way did not end within "
            + patience.toSeconds()
            + " s and is cut off; what was finished is kept");
    Runtime.getRuntime().halt(SIGNALLED + signal);
  }
}
