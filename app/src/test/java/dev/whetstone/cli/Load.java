package dev.whetstone.cli;

import dev.whetstone.store.Json;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Measures how long a running `whet serve` takes to answer `/retrieve` and `/completion`: for one
/// client, for more clients than it can serve, and, where the workspace was made of the demo's
/// documents here, for one client while `whet prepare`, `embed` and `index` run beside it. Prints
/// p50 and p99 of the answers, the ratio of p99 to that of one client, answers a second, the share
/// of 429, and the processor time that the server and this program take, in cores; then the time
/// until the server listened and the memory that is resident at the end. `make load` runs it; it
/// asserts nothing, because times on a shared machine are no test.
///
/// No question is asked twice: what a server keeps of earlier questions must not flatter it.
///
/// Each client asks its next question when the last is answered; one that gets 429 waits as long as
/// `Retry-After` says. A phase is measured between two phases of one client, and held against the
/// slower of them, so that a machine that others slow down is not taken for the server.
public final class Load {
  private static final List<String> FORMS =
      List.of(
          "how do I configure the %s component with %s",
          "what does the %s component do when %s is set",
          "can %s be used together with %s",
          "which option of %s changes the %s",
          "why does the %s endpoint ignore my %s",
          "what is the default %2$s of the %1$s component",
          "show an example of a %s route that sets the %s",
          "does %s support %s since version 2");
  private static final String COMPONENT_NAMES =
      """
      file ftp jms kafka http timer seda direct mail log bean xslt quartz sql jdbc netty mina
      cxf restlet twitter salesforce mongodb redis hdfs ssh docker git ldap rss atom
      velocity freemarker mustache jetty servlet websocket xmpp smpp snmp zookeeper
      """;
  private static final List<String> COMPONENTS = List.of(COMPONENT_NAMES.split("\\s+"));
  private static final List<String> MATTERS =
      List.of(
          "time out",
          "polling delay",
          "charset",
          "thread pool",
          "error handler",
          "redelivery policy",
          "message header",
          "body type",
          "authentication",
          "buffer size");

  private final String whet;
  private final Path workspace;
  private final Path documents;
  private final Duration time;
  private final List<String> questions;
  private int port;
  private final AtomicInteger asked = new AtomicInteger();

  /// @param answered nanoseconds of each answered request, ascending
  /// @param refused how many got 429
  /// @param server cores that the server kept busy
  /// @param asking cores that this program kept busy
  private record Times(
      List<Long> answered, int refused, double seconds, double server, double asking) {
    double millis(double quantile) {
      return answered.isEmpty()
          ? Double.NaN
          : answered.get((int) Math.min(answered.size() - 1, quantile * answered.size())) / 1e6;
    }
  }

  /// Another one each time.
  private String question() {
    int n = asked.getAndIncrement();
    int again = n / questions.size();
    return questions.get(n % questions.size()) + (again == 0 ? "" : " " + again);
  }

  private static List<String> demoQuestions() {
    var all = new ArrayList<String>();
    for (String matter : MATTERS) {
      for (String component : COMPONENTS) {
        FORMS.forEach(form -> all.add(form.formatted(component, matter)));
      }
    }
    Collections.shuffle(all, new Random(1));
    return all;
  }

  private enum Kind {
    RETRIEVE("/v1/apps/load/retrieve", "{\"query\":%s}"),
    COMPLETE("/api/v1/apps/load/completion", "{\"input\":{\"prompt\":%s}}");

    private final String path;
    private final String body;

    Kind(String path, String body) {
      this.path = path;
      this.body = body;
    }
  }

  private Load(String whet, Path workspace, Duration time, List<String> questions) {
    this.whet = whet;
    this.workspace = workspace;
    this.documents = workspace.resolveSibling(workspace.getFileName() + "-documents/documents");
    this.time = time;
    this.questions = questions;
  }

  /// @param args the command `whet`, a folder for the workspace (made of the demo's documents where
  ///   it is none), the seconds of each phase, the numbers of clients as one argument, and a file
  ///   of questions, one a line, or nothing for questions about the demo's documents
  public static void main(String[] args) throws Exception {
    List<String> questions = args.length > 4 ? Files.readAllLines(Path.of(args[4])) : List.of();
    var load =
        new Load(
            args[0],
            Path.of(args[1]),
            Duration.ofSeconds(Integer.parseInt(args[2])),
            questions.isEmpty() ? demoQuestions() : questions);
    load.prepare();
    load.measure(Stream.of(args[3].split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  private void prepare() throws Exception {
    if (Files.exists(workspace.resolve("indexes"))) {
      return;
    }
    whet("demo", "--documents", documents.resolveSibling("").toString());
    whet("init", "--name", "load", workspace.toString());
    steps();
    whet("app");
  }

  private void steps() throws Exception {
    whet("stage", documents.toString());
    whet("prepare");
    whet("embed");
    whet("index");
  }

  private void whet(String... arguments) throws IOException, InterruptedException {
    Process process = command(arguments).redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", arguments) + " failed");
    }
  }

  private ProcessBuilder command(String... arguments) {
    var words = new ArrayList<>(List.of(whet));
    words.addAll(List.of(arguments));
    if (!List.of("demo", "init").contains(arguments[0])) {
      words.addAll(List.of("--quiet", "--workspace", workspace.toString()));
    }
    return new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  private void measure(int[] numbers) throws Exception {
    long began = System.nanoTime();
    Process server = command("serve", "--port", "0").start();
    try (BufferedReader said = server.inputReader();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String line = said.readLine();
      double start = (System.nanoTime() - began) / 1e9;
      port = Integer.parseInt(line.replaceAll(".*:(\\d+) .*", "$1"));
      System.out.println(line + "\n" + said.readLine());
      clients(threads, server, Kind.RETRIEVE, 4); // until it is compiled
      clients(threads, server, Kind.COMPLETE, 4);
      System.out.printf(
          "%-14s %8s %8s %8s %8s %8s %8s %8s%n",
          "clients", "p50 ms", "p99 ms", "p99 ratio", "per s", "429", "server", "asking");
      for (Kind kind : Kind.values()) {
        Times before = alone(threads, server, kind);
        for (int number : numbers) {
          Times loaded = clients(threads, server, kind, number);
          Times after = alone(threads, server, kind);
          print(kind, "" + number, loaded, Math.max(before.millis(.99), after.millis(.99)));
          before = after;
        }
      }
      if (Files.exists(documents)) {
        besideSteps(threads, server);
      }
      System.out.printf(
          Locale.ROOT,
          "listened after %.1f s; resident at the end %s%n",
          start,
          resident(server.pid()));
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private void besideSteps(ExecutorService threads, Process server) throws Exception {
    Times before = alone(threads, server, Kind.RETRIEVE);
    change();
    Future<?> steps =
        threads.submit(
            (Callable<Void>)
                () -> {
                  steps();
                  return null;
                });
    Times beside = run(threads, server, 1, Kind.RETRIEVE, () -> !steps.isDone());
    steps.get();
    Times after = alone(threads, server, Kind.RETRIEVE);
    print(Kind.RETRIEVE, "1 + steps", beside, Math.max(before.millis(.99), after.millis(.99)));
  }

  private Times alone(ExecutorService threads, Process server, Kind kind) throws Exception {
    Times alone = clients(threads, server, kind, 1);
    print(kind, "1", alone, alone.millis(.99));
    return alone;
  }

  private static void print(Kind kind, String clients, Times times, double alone) {
    int asked = times.answered().size() + times.refused();
    System.out.printf(
        Locale.ROOT,
        "%-8s %-9s %8.1f %8.1f %8.2f %8.1f %7.0f%% %8.2f %8.2f%n",
        kind.name().toLowerCase(Locale.ROOT),
        clients,
        times.millis(.5),
        times.millis(.99),
        times.millis(.99) / alone,
        times.answered().size() / times.seconds(),
        100.0 * times.refused() / asked,
        times.server(),
        times.asking());
  }

  /// As Linux tells it: all of it, and what of it are files that are mapped.
  private static String resident(long pid) throws IOException {
    Path status = Path.of("/proc/" + pid + "/status");
    if (!Files.exists(status)) {
      return "unknown";
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS") || line.startsWith("RssFile"))
          .map(line -> line.replaceAll("\\s+", " "))
          .collect(Collectors.joining(", "));
    }
  }

  /// Changes the paragraphs of every fourth document, so that they are embedded again.
  private void change() throws IOException {
    String mark = "x" + Long.toString(System.nanoTime(), 36) + "x ";
    try (Stream<Path> files = Files.walk(documents)) {
      List<Path> all = files.filter(Files::isRegularFile).sorted().toList();
      for (int i = 0; i < all.size(); i += 4) {
        String text = Files.readString(all.get(i));
        Files.writeString(
            all.get(i), text.replaceAll("(?m)^(?:x[0-9a-z]{6,}x )?(?=[A-Z][a-z]+ [a-z])", mark));
      }
    }
  }

  private Times clients(ExecutorService threads, Process server, Kind kind, int number)
      throws Exception {
    long until = System.nanoTime() + time.toNanos();
    return run(threads, server, number, kind, () -> System.nanoTime() < until);
  }

  private Times run(
      ExecutorService threads, Process server, int number, Kind kind, BooleanSupplier goOn)
      throws Exception {
    long began = System.nanoTime();
    Duration served = processorTime(server.toHandle());
    Duration own = processorTime(ProcessHandle.current());
    var running = new ArrayList<Future<Client>>();
    for (int i = 0; i < number; i++) {
      var client = new Client(kind);
      running.add(threads.submit(() -> client.run(goOn)));
    }
    var all = new ArrayList<Long>();
    int refused = 0;
    for (Future<Client> each : running) {
      Client client = each.get();
      all.addAll(client.answered);
      refused += client.refused;
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    Collections.sort(all);
    return new Times(
        all,
        refused,
        seconds,
        processorTime(server.toHandle()).minus(served).toMillis() / 1e3 / seconds,
        processorTime(ProcessHandle.current()).minus(own).toMillis() / 1e3 / seconds);
  }

  private static Duration processorTime(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// One connection that asks one question after the other.
  private final class Client {
    private final List<Long> answered = new ArrayList<>();
    private final Kind kind;
    private int refused;

    Client(Kind kind) {
      this.kind = kind;
    }

    Client run(BooleanSupplier goOn) throws IOException, InterruptedException {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setTcpNoDelay(true);
        OutputStream out = socket.getOutputStream();
        var in = new BufferedInputStream(socket.getInputStream());
        while (goOn.getAsBoolean()) {
          long began = System.nanoTime();
          String head = ask(out, in);
          if (head.startsWith("HTTP/1.1 200")) {
            answered.add(System.nanoTime() - began);
          } else if (head.startsWith("HTTP/1.1 429")) {
            refused++;
            pause(Integer.parseInt(header(head, "retry-after", "1")), goOn);
          } else {
            throw new IllegalStateException(head);
          }
        }
      }
      return this;
    }

    private static void pause(int seconds, BooleanSupplier goOn) throws InterruptedException {
      for (int i = 0; i < 20 * seconds && goOn.getAsBoolean(); i++) {
        Thread.sleep(50);
      }
    }

    private String ask(OutputStream out, InputStream in) throws IOException {
      String body = kind.body.formatted(Json.line(question()));
      String request =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(kind.path, body.getBytes(StandardCharsets.UTF_8).length, body);
      out.write(request.getBytes(StandardCharsets.UTF_8));
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int c = in.read();
        if (c < 0) {
          throw new IOException("closed after " + head);
        }
        head.append((char) c);
      }
      if (header(head.toString(), "transfer-encoding", "").equals("chunked")) {
        long size;
        do {
          size = Long.parseLong(line(in), 16);
          in.skipNBytes(size + 2);
        } while (size > 0);
      } else {
        in.skipNBytes(Long.parseLong(header(head.toString(), "content-length", "0")));
      }
      return head.toString();
    }

    private static String line(InputStream in) throws IOException {
      var line = new StringBuilder();
      for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
        line.append((char) c);
      }
      return line.toString().strip();
    }

    private static String header(String head, String name, String orElse) {
      return Arrays.stream(head.split("\r\n"))
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse(orElse);
    }
  }
}
