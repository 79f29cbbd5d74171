package dev.whetstone.cli;

import com.google.errorprone.annotations.FormatMethod;
import dev.whetstone.core.Printable;
import dev.whetstone.core.Progress;
import dev.whetstone.workshop.StepOutcome;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// Where commands write: results to standard output, progress and errors to standard error. On a
/// terminal a progress bar redraws its line; elsewhere a line is written every ten seconds. All
/// that is written goes through [Printable], since names, messages and sentences come from outside.
final class Terminal {
  private static final int WIDTH = 100;

  /// Characters of a value or a message: a message may quote text from outside.
  private static final int LONGEST = 4000;

  /// The option that chooses how progress is shown.
  static final String PROGRESS = "--progress";

  /// How progress is shown.
  enum ProgressForm {
    BARS,
    JSON
  }

  private final PrintStream out;
  private final PrintStream err;
  private final boolean interactive;
  private final boolean quiet;
  private final ProgressForm form;

  Terminal(PrintStream out, PrintStream err, boolean quiet) {
    this(out, err, quiet, ProgressForm.BARS);
  }

  Terminal(PrintStream out, PrintStream err, boolean quiet, ProgressForm form) {
    this(out, err, quiet, form, isTerminal());
  }

  /// @param interactive whether a person sits at it
  Terminal(
      PrintStream out, PrintStream err, boolean quiet, ProgressForm form, boolean interactive) {
    this.out = out;
    this.err = err;
    this.quiet = quiet;
    this.form = form;
    this.interactive = interactive;
  }

  /// A terminal that writes to standard error alone, for a dialog: standard output is for the
  /// result.
  Terminal onStandardError() {
    return new Terminal(err, err, false, ProgressForm.BARS, interactive);
  }

  /// JDK 25 again has no console where the streams are redirected.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    var console = System.console();
    return console != null && console.isTerminal();
  }

  /// One line of a result. Its values may come from outside, as names of files do.
  @FormatMethod
  void line(String format, Object... values) {
    out.println(
        values.length == 0
            ? format
            : String.format(Locale.ROOT, format, Stream.of(values).map(Terminal::shown).toArray()));
    out.flush();
  }

  private static Object shown(Object value) {
    return value instanceof Number || value instanceof Boolean
        ? value
        : Printable.escape(String.valueOf(value), LONGEST);
  }

  /// Whether a person sits at it.
  boolean interactive() {
    return interactive;
  }

  /// Asks for input on the line that follows.
  void prompt(String words) {
    out.print(Printable.escape(words, LONGEST));
    out.flush();
  }

  /// Several lines, as those of a table, an answer or JSON, of any length; in JSON, the escapes are
  /// its own.
  void text(String lines) {
    lines.lines().forEach(line -> out.println(Printable.escape(line, Integer.MAX_VALUE)));
    out.flush();
  }

  /// Prints a message that is not part of the result, to standard error.
  void say(String words) {
    if (!quiet) {
      err.println(Printable.escape(words, LONGEST));
    }
  }

  void error(String words) {
    error(err, words);
  }

  /// A failure's words, which are one line.
  static void error(PrintStream err, String words) {
    err.println("whet: " + Printable.escape(words, LONGEST));
  }

  /// A step's result: its name, what it made, and how long it took.
  void step(StepOutcome<?> step) {
    List<String> lines = StepWords.lines(step);
    String time = step.upToDate() ? "up to date" : "%.1f s".formatted(step.seconds());
    line("%-10s %s (%s)", step.step(), lines.getFirst(), time);
    for (String more : lines.subList(1, lines.size())) {
      line("%-10s %s", "", more);
    }
  }

  /// Bars with rate and time left. Work that is interrupted ends where it next says how far it is.
  Progress progress() {
    Progress shown =
        form == ProgressForm.JSON ? new ProgressLines(out) : quiet ? Progress.NONE : this::start;
    return (name, total, unit) -> stoppable(shown.start(name, total, unit));
  }

  private static Progress.Task stoppable(Progress.Task task) {
    return new Progress.Task() {
      @Override
      public void advance(long units) {
        task.advance(units);
        Progress.stopWhenInterrupted();
      }

      @Override
      public void note(String text) {
        task.note(text);
      }

      @Override
      public void close() {
        task.close();
      }
    };
  }

  /// Prints a bar's line every ten seconds: nothing at all of what is done sooner.
  private final class Sparingly implements Consumer<String> {
    private static final long EVERY_NANOS = 10_000_000_000L;
    private long last = System.nanoTime();

    @Override
    public void accept(String bar) {
      long now = System.nanoTime();
      if (now - last >= EVERY_NANOS) {
        last = now;
        err.println(bar.strip());
      }
    }
  }

  private Progress.Task start(String name, long total, String unit) {
    var builder =
        new ProgressBarBuilder()
            .setTaskName(String.format("%-10s", Printable.escape(name, WIDTH)))
            .setInitialMax(total)
            .setUnit(" " + unit, 1)
            .showSpeed()
            .setMaxRenderedLength(WIDTH)
            .setStyle(ProgressBarStyle.ASCII);
    if (interactive) {
      builder.setUpdateIntervalMillis(200).clearDisplayOnFinish();
    } else {
      builder
          .setUpdateIntervalMillis(1000)
          .setConsumer(new DelegatingProgressBarConsumer(new Sparingly(), WIDTH));
    }
    ProgressBar bar = builder.build();
    return new Progress.Task() {
      @Override
      public void advance(long units) {
        bar.stepBy(units);
      }

      @Override
      public void note(String text) {
        bar.setExtraMessage(" " + Printable.escape(text, WIDTH));
      }

      @Override
      public void close() {
        bar.close();
      }
    };
  }
}
