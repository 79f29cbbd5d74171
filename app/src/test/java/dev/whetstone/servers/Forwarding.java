package dev.whetstone.servers;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/// Hands a proxy's requests to the node behind it, and answers. Safe for many threads.
final class Forwarding {
  private static final List<String> SENT = List.of("Content-Type", "Accept");
  private static final List<String> RETURNED = List.of("Content-Type", "X-elastic-product");

  private final URI node;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  Forwarding(URI node) {
    this.node = node;
  }

  /// @param body which may differ from what the exchange brought
  HttpResponse<byte[]> ask(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(node + exchange.getRequestURI().toString()))
            .timeout(Duration.ofMinutes(2))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    for (var name : SENT) {
      var value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  static void answer(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
    for (var name : RETURNED) {
      answer
          .headers()
          .firstValue(name)
          .ifPresent(value -> exchange.getResponseHeaders().set(name, value));
    }
    answer(exchange, answer.statusCode(), answer.body());
  }

  static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, empty ? -1 : body.length);
    if (!empty) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}
