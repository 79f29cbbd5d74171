package dev.whetstone.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Against a server that answers as OpenAI's reference describes: `POST /chat/completions`. A
/// server of a language model that answers as a test says, and how it is asked.
abstract class ScriptedServer {
  /// A fraction of a second, on a machine that does nothing else; `clients/first_event.py` measures
  /// it.
  static final Duration SOON = Duration.ofSeconds(5);

  static final ObjectMapper JSON = new ObjectMapper();

  static final List<Message> ASKED =
      List.of(Message.system("Be short."), Message.user("Why is it so?"));

  static final String REPLY =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"small",
       "choices":[{"index":0,"message":{"role":"assistant","content":"Because [1]."},
                   "finish_reason":"stop"}],
       "usage":{"prompt_tokens":17,"completion_tokens":4,"total_tokens":21}}\
      """;

  interface Answering {
    void answer(HttpExchange exchange) throws IOException;
  }

  final AtomicReference<Answering> answering =
      new AtomicReference<>(exchange -> send(exchange, 200, REPLY));

  final AtomicReference<JsonNode> body = new AtomicReference<>(JSON.missingNode());

  final AtomicReference<@Nullable String> key = new AtomicReference<>();

  final AtomicInteger calls = new AtomicInteger();

  HttpServer server;

  ExecutorService threads;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          calls.incrementAndGet();
          key.set(exchange.getRequestHeaders().getFirst("Authorization"));
          body.set(JSON.readTree(exchange.getRequestBody().readAllBytes()));
          answering.get().answer(exchange);
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  ChatModel open(Duration timeout) {
    return open(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1"), timeout);
  }

  static ChatModel open(URI base, Duration timeout) {
    return ChatModels.open(
        new LlmSettings.OpenAi(base, "small", "THE_KEY", timeout, 20_000),
        Map.of("THE_KEY", "s3cret"));
  }

  static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
