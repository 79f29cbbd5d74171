package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.CommitScope;
import dev.whetstone.http.RawHttp;
import dev.whetstone.http.Server;
import dev.whetstone.http.ServerSettings;
import dev.whetstone.serving.Apps;
import dev.whetstone.serving.Rerankers;
import dev.whetstone.serving.ServedWorkspace;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workshop.index.IndexOptions;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Serves for ten minutes (`WHETSTONE_SOAK_MINUTES` says otherwise) what callers ask rightly and
/// wrongly, while generations are swapped. What the process holds after a fifth of that time it
/// must hold at the end: heap, resident memory, open files, threads.
@Tag("soak")
class SoakTest {
  private static final int CLIENTS = 4;
  private static final String HOST = "Host: localhost\r\n";

  private static final String UPGRADE =
      HOST + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";

  @TempDir private Path folder;
  private final Map<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();

  /// @param resident in kB; 0 where the system does not say
  private record Held(long heapKilobytes, long resident, long files, int threads) {
    static Held now() throws IOException {
      for (int i = 0; i < 3; i++) {
        System.gc();
      }
      var runtime = Runtime.getRuntime();
      long files =
          ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
              ? unix.getOpenFileDescriptorCount()
              : 0;
      return new Held(
          (runtime.totalMemory() - runtime.freeMemory()) >> 10,
          residentKilobytes(),
          files,
          ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private static long residentKilobytes() throws IOException {
      Path status = Path.of("/proc/self/status");
      if (!Files.exists(status)) {
        return 0;
      }
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void whatAServerHoldsStaysTheSameHoweverLongItServes() throws Exception {
    String minutes = System.getenv().getOrDefault("WHETSTONE_SOAK_MINUTES", "10");
    long time = Duration.ofMinutes(Long.parseLong(minutes)).toNanos();
    var manual = new SmallManual(folder.resolve("manual"), 3); // too small to train on
    Workspace workspace = Workspace.open(manual.workspace("workspace"));
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);

    var encoders = new SharedEncoders(workspace);
    try (var catalog = Catalog.open(workspace.catalog());
        var rerankers = Rerankers.of(workspace);
        var engine =
            new ServedWorkspace(
                workspace,
                new Apps(catalog, 500),
                new ServedWorkspace.Answers(null, AnswerSettings.DEFAULT),
                encoders,
                rerankers);
        var embeddings = ServerComponents.embeddings(workspace, encoders, CommitScope.DIRECT);
        var server =
            Server.start(
                ServerSettings.DEFAULT.withAddress("127.0.0.1", 0), engine, embeddings, null);
        var clients = Executors.newFixedThreadPool(CLIENTS)) {
      long began = System.nanoTime();
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        running.add(
            clients.submit(
                () -> {
                  for (int round = 0; System.nanoTime() - began < time; round++) {
                    everyKind(server.port(), "app-" + client + "-" + round % 7);
                  }
                  return null;
                }));
      }
      Held early = Held.now();
      boolean warm = false;
      while (System.nanoTime() - began < time) {
        Thread.sleep(2000);
        engine.refresh();
        workshop.index(new IndexOptions("lucene", true, false, true));
        if (!warm && System.nanoTime() - began > time / 5) {
          warm = true;
          early = Held.now();
        }
      }
      for (Future<?> client : running) {
        client.get();
      }
      Thread.sleep(65_000); // idle threads and connections end after a minute
      Held late = Held.now();
      System.out.printf("%s%nthen  %s%nstatuses %s%n", early, late, statuses);
      assertThat(late.files()).as("open files").isLessThanOrEqualTo(early.files() + 8);
      assertThat(late.threads()).as("threads").isLessThanOrEqualTo(early.threads() + 4);
      assertThat(late.heapKilobytes()).as("heap").isLessThan(early.heapKilobytes() + (16 << 10));
      assertThat(late.resident()).as("resident").isLessThan(early.resident() + (96 << 10));
      assertThat(statuses.keySet()).contains(200, 400, 403, 404).doesNotContain(500);
    }
  }

  private void everyKind(int port, String app) throws IOException {
    String create =
        "{\"name\":\"%s\",\"retriever\":{\"type\":\"lucene\",\"index\":\"%s\"}}"
            .formatted(app, app);
    send(port, "POST", "/v1/apps/manual/retrieve", HOST, "{\"query\":\"cleaning the partaa\"}");
    send(
        port,
        "POST",
        "/api/v1/apps/manual/completion",
        HOST,
        "{\"input\":{\"prompt\":\"how is a partab cleaned?\"}}");
    send(port, "POST", "/v1/embeddings", HOST, "{\"model\":\"manual\",\"input\":[\"a\",\"b c\"]}");
    send(port, "POST", "/v1/apps/rag/create", HOST, create);
    send(port, "GET", "/v1/apps/" + app, HOST, "");
    send(port, "POST", "/v1/apps/" + app + "/retrieve", HOST, "{\"query\":\"x\"}");
    send(port, "DELETE", "/v1/apps/" + app, HOST, "");
    send(port, "POST", "/v1/apps/manual/retrieve", HOST, "{\"quer");
    send(port, "POST", "/nothing", HOST, "x".repeat(10_000));
    send(port, "GET", "/v1/apps", UPGRADE, "");
    send(port, "GET", "/ready", "Host: evil.example\r\n", "");
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) { // and is gone
      socket
          .getOutputStream()
          .write(
              "POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
                  .getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void send(int port, String method, String path, String headers, String body)
      throws IOException {
    int status = RawHttp.send(port, method, path, headers, body).status();
    statuses.computeIfAbsent(status, _ -> new AtomicLong()).incrementAndGet();
  }
}
