package dev.whetstone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/// A server that speaks OpenAI's protocol and replies as a test says.
final class ScriptedModel implements AutoCloseable {
  static final String NAME = "scripted";

  private final HttpServer server;
  private final List<String> prompts = new CopyOnWriteArrayList<>();
  private volatile UnaryOperator<String> reply;

  /// @param reply to a prompt, which is its messages' texts, one below the other
  ScriptedModel(UnaryOperator<String> reply) throws IOException {
    this.reply = reply;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/chat/completions", this::chat);
    server.createContext(
        "/v1/models", exchange -> send(exchange, 200, "{\"data\":[{\"id\":\"" + NAME + "\"}]}"));
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /// The prompts that it was sent.
  List<String> prompts() {
    return prompts;
  }

  void replies(UnaryOperator<String> other) {
    this.reply = other;
  }

  private void chat(HttpExchange exchange) throws IOException {
    JsonNode request = Json.MAPPER.readTree(exchange.getRequestBody());
    var prompt = new StringBuilder();
    request
        .path("messages")
        .forEach(message -> prompt.append(message.path("content").asText()).append('\n'));
    prompts.add(prompt.toString());
    String text;
    try {
      text = reply.apply(prompt.toString());
    } catch (UncheckedIOException e) {
      send(exchange, 503, "{}");
      return;
    }
    send(
        exchange,
        200,
        Json.line(
            Map.of(
                "id",
                "1",
                "object",
                "chat.completion",
                "choices",
                List.of(
                    Map.of(
                        "index",
                        0,
                        "finish_reason",
                        "stop",
                        "message",
                        Map.of("role", "assistant", "content", text))),
                "usage",
                Map.of("prompt_tokens", 100, "completion_tokens", 20, "total_tokens", 120))));
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
