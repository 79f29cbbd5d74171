package dev.whetstone.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A server in a process of its own, on 127.0.0.1. It ends when it is closed, when this JVM ends,
/// and, since it watches the other end of its standard input, also when this JVM is killed. Its
/// data lie in a temporary folder, deleted on close.
public final class RealServer implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final ServerKind kind;
  private final Path folder;
  private final ServerOptions options;
  private final NodeFiles files;
  private Process process;

  RealServer(ServerKind kind, Path folder, ServerOptions options) throws IOException {
    this.kind = kind;
    this.folder = folder;
    this.options = options;
    this.files = new NodeFiles(kind, folder, options);
    files.write();
    this.process = launch();
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(files.command())
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
        .start();
  }

  public ServerKind kind() {
    return kind;
  }

  public String name() {
    return options.node();
  }

  /// Where it answers HTTP, without a slash at its end.
  public URI uri() {
    return URI.create("http://127.0.0.1:" + options.port());
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public Path logFile() {
    return folder.resolve("logs/console.log");
  }

  /// SIGTERM, and its end; its data stay.
  public synchronized void stop() {
    process.destroy();
    if (!ended(Duration.ofSeconds(20))) {
      kill();
    }
  }

  /// SIGKILL, and its end; its data stay.
  public synchronized void kill() {
    process.destroyForcibly();
    if (!ended(Duration.ofSeconds(20))) {
      throw new IllegalStateException(
          "process %d of %s outlived SIGKILL".formatted(pid(), kind.id()));
    }
  }

  /// Starts it again on the same ports, after a stop where it still runs, and waits until it
  /// answers.
  public synchronized void restart(boolean keepData) {
    launchAgain(keepData);
    awaitReady(1);
  }

  /// Starts it again without waiting: a node of a cluster that has lost its majority answers only
  /// with the others.
  synchronized void launchAgain(boolean keepData) {
    stop();
    try {
      if (!keepData) {
        delete(folder.resolve("data"));
        files.write();
      }
      process = launch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    process.destroyForcibly(); // its data go with it: nothing to finish
    ended(Duration.ofSeconds(20));
    try {
      delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One request with an optional JSON body; the answer whatever its status.
  ///
  /// @param body empty for none; more than one line is sent as NDJSON
  public HttpResponse<String> call(String method, String path, String body) {
    var type = body.endsWith("\n") ? "application/x-ndjson" : "application/json";
    var request =
        HttpRequest.newBuilder(URI.create(uri() + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + request.uri() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// Waits until it serves: an engine's primary shards are there (HTTP answers before they are) and
  /// its cluster has so many nodes.
  ///
  /// @throws IllegalStateException with the end of its log, as soon as its process ends, or after
  ///   two minutes
  void awaitReady(int nodes) {
    long deadline = System.nanoTime() + START.toNanos();
    while (!ready(nodes)) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "%s ended with %d:%n%s".formatted(kind.id(), process.exitValue(), logTail()));
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%s was not ready after %d s:%n%s".formatted(kind.id(), START.toSeconds(), logTail()));
      }
      pause();
    }
  }

  private boolean ready(int nodes) {
    try {
      if (kind == ServerKind.S3PROXY) {
        return call("GET", "/", "").statusCode() < 500;
      }
      var health =
          call(
              "GET",
              "/_cluster/health?wait_for_status=yellow&timeout=1s&wait_for_nodes=%3E%3D" + nodes,
              "");
      return health.statusCode() == 200;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// The last 30 lines of what it wrote.
  public String logTail() {
    try {
      List<String> lines = Files.readAllLines(logFile());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  private boolean ended(Duration within) {
    try {
      return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
