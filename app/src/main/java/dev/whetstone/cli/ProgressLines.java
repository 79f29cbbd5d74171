package dev.whetstone.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.core.Progress;
import dev.whetstone.store.Json;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/// Progress for programs that follow a command: one JSON object a line, at a task's beginning and
/// end and at most once a second between them, and a last one that tells how the command ended.
///
/// ```
/// {"progress":{"task":"embed","done":614,"total":1290,"unit":"passages","rate":8.0,"secondsLeft":84.5}}
/// {"end":{"exit":0}}
/// ```
final class ProgressLines implements Progress {
  private static final long EVERY_NANOS = 1_000_000_000L;

  private record Line(Shown progress) {}

  /// @param total in units; absent where it is not known
  /// @param rate units a second since the task began
  /// @param secondsLeft at that rate; absent where nothing can be told
  /// @param note a few words beside the figures; absent where there are none
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Shown(
      String task,
      long done,
      @Nullable Long total,
      String unit,
      double rate,
      @Nullable Double secondsLeft,
      @Nullable String note) {}

  private record EndLine(End end) {}

  /// @param message absent where nothing went wrong
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record End(int exit, @Nullable String message) {}

  private final PrintStream out;

  ProgressLines(PrintStream out) {
    this.out = out;
  }

  /// How the command ended.
  ///
  /// @param message what went wrong; null where nothing did
  static void end(PrintStream out, int exit, @Nullable String message) {
    out.println(Json.line(new EndLine(new End(exit, message))));
    out.flush();
  }

  @Override
  public Task start(String name, long total, String unit) {
    var task = new LineTask(name, total, unit);
    task.print();
    return task;
  }

  private final class LineTask implements Task {
    private final String name;
    private final long total;
    private final String unit;
    private final long began = System.nanoTime();
    private long printed = began;
    private long done;
    private @Nullable String note;

    LineTask(String name, long total, String unit) {
      this.name = name;
      this.total = total;
      this.unit = unit;
    }

    @Override
    public void advance(long units) {
      done += units;
      if (System.nanoTime() - printed >= EVERY_NANOS) {
        print();
      }
    }

    @Override
    public void note(String text) {
      note = text;
    }

    @Override
    public void close() {
      print();
    }

    private void print() {
      printed = System.nanoTime();
      double seconds = (printed - began) / 1e9;
      double rate = seconds > 0 ? Math.round(10 * done / seconds) / 10.0 : 0;
      boolean known = total >= 0 && done > 0 && done <= total && seconds > 0;
      Double left = known ? Math.round(10 * (total - done) * seconds / done) / 10.0 : null;
      var shown = new Shown(name, done, total < 0 ? null : total, unit, rate, left, note);
      out.println(Json.line(new Line(shown)));
      out.flush();
    }
  }
}
