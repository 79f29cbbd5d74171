package dev.whetstone.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Measures how long a running `whet serve` takes to answer `/retrieve`: for one client, for more
/// clients than it can serve, and for one client while `whet prepare`, `embed` and `index` run
/// beside it; and how long `/completion` takes beside it, for one client. Prints p50 and p99 of the
/// answers and their ratio to those of one client. `make load` runs it; it asserts nothing, because
/// times on a shared machine are no test.
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
  private static final List<String> COMPONENTS =
      List.of(
          ("file ftp jms kafka http timer seda direct mail log bean xslt quartz sql jdbc netty mina"
               + " cxf restlet twitter salesforce mongodb redis hdfs ssh docker git ldap rss atom"
               + " velocity freemarker mustache jetty servlet websocket xmpp smpp snmp zookeeper")
              .split(" "));
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
  private int port;
  private final AtomicInteger asked = new AtomicInteger();

  /// @param answered nanoseconds of each answered request, ascending
  /// @param refused how many got 429
  private record Times(List<Long> answered, int refused, double seconds) {
    double millis(double quantile) {
      return answered.isEmpty()
          ? Double.NaN
          : answered.get((int) Math.min(answered.size() - 1, quantile * answered.size())) / 1e6;
    }
  }

  /// Another one each time, for some thousands of times.
  private String question() {
    int n = asked.getAndIncrement();
    int components = n / FORMS.size();
    return FORMS
        .get(n % FORMS.size())
        .formatted(
            COMPONENTS.get(components % COMPONENTS.size()),
            MATTERS.get((components / COMPONENTS.size() + components) % MATTERS.size()));
  }

  private enum Kind {
    RETRIEVE("/v1/apps/load/retrieve", "{\"query\":\"%s\"}"),
    COMPLETE("/api/v1/apps/load/completion", "{\"input\":{\"prompt\":\"%s\"}}");

    private final String path;
    private final String body;

    Kind(String path, String body) {
      this.path = path;
      this.body = body;
    }
  }

  private Load(String whet, Path workspace, Duration time) {
    this.whet = whet;
    this.workspace = workspace;
    this.documents = workspace.resolveSibling(workspace.getFileName() + "-documents/documents");
    this.time = time;
  }

  /// @param args the command `whet`, a folder for the workspace (made of the demo's documents where
  ///   it is none), and the seconds of each phase
  public static void main(String[] args) throws Exception {
    var load = new Load(args[0], Path.of(args[1]), Duration.ofSeconds(Integer.parseInt(args[2])));
    load.prepare();
    load.measure();
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

  private void measure() throws Exception {
    Process server = command("serve", "--port", "0").start();
    try (BufferedReader said = server.inputReader();
        ExecutorService threads = Executors.newCachedThreadPool()) {
      String line = said.readLine();
      port = Integer.parseInt(line.replaceAll(".*:(\\d+) .*", "$1"));
      System.out.println(line + "\n" + said.readLine());
      clients(threads, 4, time); // until it is compiled
      System.out.printf(
          "%-12s %9s %9s %9s %9s %9s%n",
          "clients", "p50 ms", "p99 ms", "p99 ratio", "per s", "429s");
      Times before = alone(threads);
      for (int clients : new int[] {4, 16, 64}) {
        Times loaded = clients(threads, clients, time);
        Times after = alone(threads);
        print(Integer.toString(clients), loaded, Math.max(before.millis(.99), after.millis(.99)));
        before = after;
      }
      Times answers = run(threads, 1, Kind.COMPLETE, until(time));
      print("1, answers", answers, before.millis(.99));
      System.out.printf(
          Locale.ROOT,
          "completion p50 is %.1f times retrieve p50%n",
          answers.millis(.5) / before.millis(.5));
      change();
      Future<?> steps =
          threads.submit(
              (Callable<Void>)
                  () -> {
                    steps();
                    return null;
                  });
      Times beside = run(threads, 1, Kind.RETRIEVE, () -> !steps.isDone());
      steps.get();
      Times after = alone(threads);
      print("1 + steps", beside, Math.max(before.millis(.99), after.millis(.99)));
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private Times alone(ExecutorService threads) throws Exception {
    Times alone = clients(threads, 1, time);
    print("1", alone, alone.millis(.99));
    return alone;
  }

  private static void print(String clients, Times times, double alone) {
    System.out.printf(
        Locale.ROOT,
        "%-12s %9.1f %9.1f %9.2f %9.1f %9d%n",
        clients,
        times.millis(.5),
        times.millis(.99),
        times.millis(.99) / alone,
        times.answered().size() / times.seconds(),
        times.refused());
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

  private Times clients(ExecutorService threads, int number, Duration howLong) throws Exception {
    return run(threads, number, Kind.RETRIEVE, until(howLong));
  }

  private static BooleanSupplier until(Duration howLong) {
    long until = System.nanoTime() + howLong.toNanos();
    return () -> System.nanoTime() < until;
  }

  private Times run(ExecutorService threads, int number, Kind kind, BooleanSupplier goOn)
      throws Exception {
    long began = System.nanoTime();
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
    return new Times(all.stream().sorted().toList(), refused, (System.nanoTime() - began) / 1e9);
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
        while (goOn.getAsBoolean()) {
          long began = System.nanoTime();
          String head = ask(socket);
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

    private String ask(Socket socket) throws IOException {
      String body = kind.body.formatted(question());
      String request =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(kind.path, body.length(), body);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int c = in.read();
        if (c < 0) {
          throw new IOException("closed after " + head);
        }
        head.append((char) c);
      }
      in.skipNBytes(Long.parseLong(header(head.toString(), "content-length", "0")));
      return head.toString();
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
