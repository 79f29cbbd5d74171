package dev.whetstone.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// Stands between a client and a real node and lets faults happen to a share of the requests, drawn
/// with a seed. A fault is counted, so that a test can say that it did happen.
public final class FaultProxy implements AutoCloseable {
  /// A fault, what it happens to, and how often it did.
  public static final class Rule {
    private final Pattern request;
    private final double share;
    private final Fault fault;
    private final AtomicInteger happened = new AtomicInteger();
    private final int most;

    private Rule(Pattern request, double share, int most, Fault fault) {
      this.request = request;
      this.share = share;
      this.most = most;
      this.fault = fault;
    }

    public int happened() {
      return happened.get();
    }

    private boolean happensTo(String line, double drawn) {
      return request.matcher(line).find()
          && drawn < share
          && happened.getAndUpdate(n -> Math.min(n + 1, most)) < most;
    }
  }

  private final Forwarding forwarding;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Random random; // guarded by this
  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  public FaultProxy(URI node, long seed) throws IOException {
    this.forwarding = new Forwarding(node);
    this.random = new Random(seed);
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /// From now on this happens to that share of the requests.
  ///
  /// @param request a pattern that is found in `METHOD PATH?QUERY`, for example `POST .*_bulk`
  public Rule let(String request, double share, Fault fault) {
    return let(request, share, Integer.MAX_VALUE, fault);
  }

  /// The same, at most so many times.
  public Rule let(String request, double share, int most, Fault fault) {
    var rule = new Rule(Pattern.compile(request), share, most, fault);
    rules.add(rule);
    return rule;
  }

  /// No more faults.
  public void calm() {
    rules.clear();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    var line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    byte[] body = exchange.getRequestBody().readAllBytes();
    try {
      for (var rule : rules) {
        if (rule.happensTo(line, drawn())) {
          happen(rule.fault, exchange, body);
          return;
        }
      }
      Forwarding.answer(exchange, forwarding.ask(exchange, body));
    } catch (InterruptedException | IOException e) {
      exchange.close(); // the node is gone, and so is this connection
    }
  }

  private synchronized double drawn() {
    return random.nextDouble();
  }

  private void happen(Fault fault, HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    switch (fault) {
      case Fault.Overloaded overloaded -> {
        if (!overloaded.retryAfter().isEmpty()) {
          exchange.getResponseHeaders().set("Retry-After", overloaded.retryAfter());
        }
        error(exchange, 429, "too_many_requests");
      }
      case Fault.AnswerLost _ -> {
        forwarding.ask(exchange, body);
        exchange.close();
      }
      case Fault.AnswerLate late -> {
        var answer = forwarding.ask(exchange, body);
        Thread.sleep(late.by());
        Forwarding.answer(exchange, answer);
      }
      case Fault.ItemsFail some -> {
        var split = BulkSplit.of(body, () -> drawn() < some.share());
        var answer = split.passed().length == 0 ? null : forwarding.ask(exchange, split.passed());
        if (answer != null && answer.statusCode() != 200) {
          Forwarding.answer(exchange, answer);
          return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("X-elastic-product", "Elasticsearch");
        Forwarding.answer(
            exchange, 200, split.answer(answer == null ? null : answer.body(), some.status()));
      }
      case Fault.Answer answer -> {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("X-elastic-product", "Elasticsearch");
        Forwarding.answer(exchange, answer.status(), answer.json().getBytes(UTF_8));
      }
    }
  }

  /// An error in the engines' form.
  static void error(HttpExchange exchange, int status, String type) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("X-elastic-product", "Elasticsearch");
    var json =
        """
        {"error": {"root_cause": [{"type": "%1$s", "reason": "made by a test"}], "type": "%1$s", \
        "reason": "made by a test"}, "status": %2$d}"""
            .formatted(type, status);
    Forwarding.answer(exchange, status, json.getBytes(UTF_8));
  }
}
