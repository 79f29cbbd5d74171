package dev.whetstone.cli;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import dev.whetstone.core.Printable;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Formats log events, whichever library logs them: one line an event, in which text from outside
/// makes no further line and no control character reaches the terminal, and a bounded stack trace.
/// Our own code logs to the JDK's logging, libraries to it or to Logback.
public final class LogLines {
  private static final int MESSAGE = 2000;
  private static final int FRAMES = 40;
  private static final int CAUSES = 5;

  private LogLines() {}

  /// Sets the format of the JDK's logging; Logback's stands in `logback.xml`.
  public static void install() {
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.setFormatter(new Line());
    }
  }

  static String message(@Nullable String message) {
    return message == null ? "" : Printable.escape(message, MESSAGE);
  }

  /// The first frames of a throwable and of its causes, each line indented.
  static String trace(Throwable thrown) {
    var lines = new StringBuilder();
    Throwable now = thrown;
    for (int i = 0; now != null && i < CAUSES; i++) {
      lines.append(i == 0 ? "  " : "  caused by ").append(now.getClass().getName());
      if (now.getMessage() != null) {
        lines.append(": ").append(message(now.getMessage()));
      }
      lines.append('\n');
      StackTraceElement[] frames = now.getStackTrace();
      Arrays.stream(frames)
          .limit(FRAMES)
          .forEach(f -> lines.append("    at ").append(f).append('\n'));
      if (frames.length > FRAMES) {
        lines.append("    … ").append(frames.length - FRAMES).append(" more\n");
      }
      now = now.getCause();
    }
    return lines.toString();
  }

  /// For the JDK's logging.
  static final class Line extends Formatter {
    @Override
    public String format(LogRecord record) {
      LocalTime time =
          LocalTime.ofInstant(record.getInstant(), ZoneId.systemDefault())
              .truncatedTo(ChronoUnit.SECONDS);
      String logger = String.valueOf(record.getLoggerName());
      String line =
          "%tT %-5s %s: %s%n"
              .formatted(
                  time,
                  level(record.getLevel()),
                  logger.substring(logger.lastIndexOf('.') + 1),
                  message(formatMessage(record)));
      return record.getThrown() == null ? line : line + trace(record.getThrown());
    }

    private static String level(Level level) {
      return level.equals(Level.SEVERE)
          ? "ERROR"
          : level.equals(Level.WARNING) ? "WARN" : level.getName();
    }
  }

  /// For Logback: `%msg`.
  public static final class Message extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
      return message(event.getFormattedMessage());
    }
  }

  /// For Logback: `%ex`.
  public static final class Trace extends ThrowableHandlingConverter {
    @Override
    public String convert(ILoggingEvent event) {
      return event.getThrowableProxy() instanceof ThrowableProxy thrown
          ? trace(thrown.getThrowable())
          : "";
    }
  }
}
