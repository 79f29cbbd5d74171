package dev.whetstone;

import dev.whetstone.cli.Cli;
import dev.whetstone.cli.LogLines;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The program's entry: runs a command line, and lets it end in order when it is told to stop.
final class Main {
  /// How long work under way may take to come to a place where it can stop.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int FURTHER_CARRIERS = 8;

  /// Held, because the log manager would forget its level otherwise.
  private static final Logger ROOT_LOGGER = Logger.getLogger("");

  /// It asks at each start for a module of the JDK whose own warning cannot be turned off.
  private static final Logger LUCENE_LOGGER = Logger.getLogger("org.apache.lucene");

  /// What it logs before it fails, the failure says again.
  private static final Logger ONNX_LOGGER = Logger.getLogger("ai.onnxruntime");

  private Main() {}

  public static void main(String[] args) {
    addCarriers();
    LogLines.install();
    ROOT_LOGGER.setLevel(Level.WARNING);
    LUCENE_LOGGER.setLevel(Level.SEVERE);
    ONNX_LOGGER.setLevel(Level.OFF);
    var stop = new Stop(Thread.currentThread(), PATIENCE);
    Signals.handle(stop::request);
    int code = Cli.run(stop::requested, args);
    if (!stop.requested()) { // else the signal's own exit code stands
      System.exit(code);
    }
  }

  /// A request whose body or reply of megabytes is read or written as JSON holds the carrier of its
  /// virtual thread meanwhile. The memory that requests may take together lets some of them do so
  /// at once; with as many carriers as cores they would hold up all others, `/health` included.
  private static void addCarriers() {
    String name = "jdk.virtualThreadScheduler.parallelism";
    if (System.getProperty(name) == null) {
      System.setProperty(
          name, Integer.toString(Runtime.getRuntime().availableProcessors() + FURTHER_CARRIERS));
    }
  }
}
