package dev.whetstone.core;

import java.util.concurrent.CancellationException;

/// Where long work says how far it is. A door (the command line) draws it; [#NONE] is silent.
@FunctionalInterface
public interface Progress {
  Progress NONE =
      (_, _, _) ->
          new Task() {
            @Override
            public void advance(long units) {}

            @Override
            public void note(String text) {}

            @Override
            public void close() {}
          };

  /// Begins a task.
  ///
  /// @param name what is done, as a user reads it: `embed`
  /// @param total in units; -1 when it is not known
  /// @param unit plural, as a user reads it: `passages`
  Task start(String name, long total, String unit);

  /// For loops that may take long and have no task to advance.
  ///
  /// @throws CancellationException if this thread was interrupted, as it is when the program is
  ///   stopped; the interrupt flag stays set
  static void stopWhenInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
  }

  /// Shows tasks begun here as progress of `whole`, which continues when they end.
  static Progress within(Task whole) {
    return (_, _, _) ->
        new Task() {
          @Override
          public void advance(long units) {
            whole.advance(units);
          }

          @Override
          public void note(String text) {
            whole.note(text);
          }

          @Override
          public void close() {}
        };
  }

  /// Work under way. Used by one thread at a time; closing it ends its line.
  interface Task extends AutoCloseable {
    void advance(long units);

    /// Shows a few words beside the figures, for example the loss.
    void note(String text);

    @Override
    void close();
  }
}
