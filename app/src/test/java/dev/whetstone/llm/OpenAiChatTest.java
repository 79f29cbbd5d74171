package dev.whetstone.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.whetstone.core.EndlessServer;
import dev.whetstone.core.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against a server that answers as OpenAI's reference describes: `POST /chat/completions`.
class OpenAiChatTest {
  /// A fraction of a second, on a machine that does nothing else; `clients/first_event.py` measures
  /// it.
  private static final Duration SOON = Duration.ofSeconds(5);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Message> ASKED =
      List.of(Message.system("Be short."), Message.user("Why is it so?"));
  private static final String REPLY =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"small",
       "choices":[{"index":0,"message":{"role":"assistant","content":"Because [1]."},
                   "finish_reason":"stop"}],
       "usage":{"prompt_tokens":17,"completion_tokens":4,"total_tokens":21}}\
      """;

  private interface Answering {
    void answer(HttpExchange exchange) throws IOException;
  }

  private final AtomicReference<Answering> answering =
      new AtomicReference<>(exchange -> send(exchange, 200, REPLY));
  private final AtomicReference<JsonNode> body = new AtomicReference<>(JSON.missingNode());
  private final AtomicReference<@Nullable String> key = new AtomicReference<>();
  private final AtomicInteger calls = new AtomicInteger();
  private HttpServer server;
  private ExecutorService threads;

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

  @Test
  void aQuestionIsAskedInTheProtocolsShapeAndTheReplyIsRead() {
    try (ChatModel model = open(Duration.ofSeconds(5))) {
      Reply reply = model.chat(ASKED, new ChatOptions(64, 0.5, List.of("END")));

      assertThat(reply).isEqualTo(new Reply("Because [1].", Reply.Finish.STOP, 17, 4));
      assertThat(model.name()).isEqualTo("small");
    }
    assertThat(key.get()).isEqualTo("Bearer s3cret");
    JsonNode sent = body.get();
    assertThat(sent.get("model").textValue()).isEqualTo("small");
    assertThat(sent.get("temperature").doubleValue()).isEqualTo(.5);
    assertThat(sent.get("max_tokens").intValue()).isEqualTo(64);
    assertThat(sent.get("stop").get(0).textValue()).isEqualTo("END");
    assertThat(sent.get("messages").get(0).get("role").textValue()).isEqualTo("system");
    assertThat(sent.get("messages").get(1).get("content").textValue()).isEqualTo("Why is it so?");
  }

  @Test
  void aReplyThatReachedItsLongestLengthSaysSo() {
    answering.set(exchange -> send(exchange, 200, REPLY.replace("\"stop\"", "\"length\"")));

    try (ChatModel model = open(Duration.ofSeconds(5))) {
      assertThat(model.chat(ASKED, ChatOptions.DEFAULT).finish()).isEqualTo(Reply.Finish.LENGTH);
    }
  }

  @Test
  void aRejectedKeyIsNamedByItsVariableNeverByItself() {
    answering.set(
        exchange ->
            send(
                exchange,
                401,
                "{\"error\":{\"message\":\"Incorrect API key provided: s3cret\",\"type\":"
                    + "\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}}"));

    try (ChatModel model = open(Duration.ofSeconds(5))) {
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("THE_KEY")
          .hasMessageNotContaining("s3cret")
          .hasNoCause();
    }
    assertThat(calls).hasValue(1);
  }

  @Test
  void aBusyServerIsAskedOnceMore() {
    answering.set(
        exchange -> {
          if (calls.get() == 1) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            send(exchange, 429, "{\"error\":{\"message\":\"slow down\"}}");
          } else {
            send(exchange, 200, REPLY);
          }
        });

    try (ChatModel model = open(Duration.ofSeconds(5))) {
      assertThat(model.chat(ASKED, ChatOptions.DEFAULT).text()).isEqualTo("Because [1].");
    }
    assertThat(calls).hasValue(2);
  }

  @Test
  void aServerThatStaysBusyOrFailsIsUnavailable() {
    try (ChatModel model = open(Duration.ofSeconds(5))) {
      answering.set(exchange -> send(exchange, 429, "{\"error\":{\"message\":\"quota\"}}"));
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("429");

      answering.set(exchange -> send(exchange, 500, "oops"));
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("5xx");
    }
    assertThat(calls).hasValue(4);
  }

  @Test
  void aRequestThatIsTooLongIsBadInput() {
    answering.set(
        exchange ->
            send(exchange, 400, "{\"error\":{\"message\":\"maximum context length is 4096\"}}"));

    try (ChatModel model = open(Duration.ofSeconds(5))) {
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("maximum context length");
    }
  }

  @Test
  void aSlowServerAndATricklingReplyAreGivenUpInTime() {
    try (ChatModel model = open(Duration.ofMillis(400))) {
      answering.set(_ -> pause(3000));
      long start = System.nanoTime();
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("within 0.4 s");

      answering.set(
          exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 30; i++) {
              exchange.getResponseBody().write(' ');
              exchange.getResponseBody().flush();
              pause(100);
            }
          });
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("within 0.4 s");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void aReplyThatBreaksOffOrIsNotJsonIsUnavailable() {
    try (ChatModel model = open(Duration.ofSeconds(5))) {
      answering.set(
          exchange -> {
            exchange.sendResponseHeaders(200, REPLY.length());
            exchange
                .getResponseBody()
                .write(REPLY.substring(0, 60).getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
          });
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("small");

      answering.set(exchange -> send(exchange, 200, "<html>a proxy's page</html>"));
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.Unavailable.class);

      answering.set(exchange -> send(exchange, 200, "{\"choices\":[]}"));
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.Unavailable.class);
    }
  }

  @Test
  void aGiganticReplyOrErrorIsNotReadAndTheLimitIsNamed() throws IOException {
    for (EndlessServer.Form form : EndlessServer.Form.values()) {
      for (int status : new int[] {200, 400, 500}) {
        String start = "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"";
        try (var endless = new EndlessServer(status, form, start, Map.of());
            ChatModel model = open(endless.uri().resolve("/v1"), Duration.ofSeconds(20))) {
          assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
              .isInstanceOf(Failure.Unavailable.class)
              .hasMessageContaining("20000 bytes")
              .hasMessageContaining("llm.max_reply_bytes");
        }
      }
    }
  }

  @Test
  void aServerThatRepeatsTheKeyBringsItIntoNoReplyAndNoMessage() {
    try (ChatModel model = open(Duration.ofSeconds(5))) {
      answering.set(
          exchange -> send(exchange, 200, REPLY.replace("Because", "Because " + key.get())));
      assertThat(model.chat(ASKED, ChatOptions.DEFAULT).text())
          .contains("Because")
          .doesNotContain("s3cret");

      answering.set(
          exchange -> send(exchange, 400, "{\"error\":{\"message\":\"echo " + key.get() + "\"}}"));
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("echo")
          .hasMessageNotContaining("s3cret");
    }
  }

  private static String chunk(String piece) throws IOException {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":"
        + JSON.writeValueAsString(piece)
        + "},\"finish_reason\":null}]}\n\n";
  }

  private static final String END =
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
          + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":17,\"completion_tokens\":4,"
          + "\"total_tokens\":21}}\n\ndata: [DONE]\n\n";

  private static void stream(HttpExchange exchange, String... events) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    for (String event : events) {
      exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
    }
  }

  @Test
  void aReplyIsHandedOverWhileItIsWritten() throws Exception {
    var go = new CountDownLatch(1);
    answering.set(
        exchange -> {
          stream(exchange, chunk("Because"), chunk(" it is [1]."));
          await(go);
          stream(exchange.getResponseBody(), END);
          exchange.close();
        });
    var pieces = new LinkedBlockingQueue<String>();

    try (ChatModel model = open(Duration.ofSeconds(20))) {
      var reply = new CompletableFuture<Reply>();
      threads.execute(() -> reply.complete(model.chat(ASKED, ChatOptions.DEFAULT, pieces::add)));

      assertThat(pieces.poll(10, TimeUnit.SECONDS)).isEqualTo("Because");
      assertThat(pieces.poll(10, TimeUnit.SECONDS)).isEqualTo(" it is [1].");
      assertThat(reply).isNotDone();
      go.countDown();
      assertThat(reply.get(10, TimeUnit.SECONDS))
          .isEqualTo(new Reply("Because it is [1].", Reply.Finish.STOP, 17, 4));
    }
    assertThat(body.get().get("stream").booleanValue()).isTrue();
    assertThat(body.get().at("/stream_options/include_usage").booleanValue()).isTrue();
  }

  @Test
  void aStreamThatBreaksOffEndsTooSoonOrHoldsAnErrorIsUnavailable() throws Exception {
    var read = new Semaphore(0);
    List<Answering> broken =
        List.of(
            exchange -> { // the connection breaks
              stream(exchange, chunk("Because"));
              read.acquireUninterruptibly();
              exchange.getResponseBody().write("data: {\"cho".getBytes(StandardCharsets.UTF_8));
              exchange.getResponseBody().flush();
              throw new IOException("cut");
            },
            exchange -> { // it ends in order, without an end of the reply
              stream(exchange, chunk("Because"));
              exchange.close();
            },
            exchange -> {
              stream(
                  exchange, chunk("Because"), "data: {\"error\":{\"message\":\"no memory\"}}\n\n");
              exchange.close();
            },
            exchange -> {
              stream(exchange, chunk("Because"), "data: nonsense\n\n");
              exchange.close();
            });
    for (Answering each : broken) {
      answering.set(each);
      var text = new StringBuilder();
      try (ChatModel model = open(Duration.ofSeconds(5))) {
        ReplyListener listener =
            piece -> {
              text.append(piece);
              read.release();
            };
        assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT, listener))
            .isInstanceOf(Failure.Unavailable.class)
            .hasMessageContaining("small");
      }
      assertThat(text.toString()).isEqualTo("Because");
    }
  }

  @Test
  void anEndlessStreamIsNotReadOnAndTheLimitIsNamed() {
    answering.set(
        exchange -> {
          stream(exchange, chunk("Because"));
          while (true) { // until the connection is closed
            stream(exchange.getResponseBody(), chunk(" so"));
          }
        });

    try (ChatModel model = open(Duration.ofSeconds(20))) {
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT, _ -> {}))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("20000 bytes")
          .hasMessageContaining("llm.max_reply_bytes");
    }
  }

  @Test
  void anInterruptEndsTheStreamAtTheServerSoon() throws Exception {
    var broken = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    answering.set(
        exchange -> {
          stream(exchange, chunk("Because"));
          try {
            while (true) {
              stream(exchange.getResponseBody(), chunk(" so"));
              pause(20);
            }
          } catch (IOException e) {
            broken.countDown();
          }
        });

    try (ChatModel model = open(Duration.ofSeconds(60))) {
      Thread asking =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      model.chat(ASKED, ChatOptions.DEFAULT, _ -> begun.countDown());
                    } catch (Failure.Unavailable _) {
                      // it was interrupted
                    }
                  });
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      long start = System.nanoTime();
      asking.interrupt();

      assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
      asking.join();
    }
  }

  @Test
  void aServerThatSendsAWholeReplyInPlaceOfAStreamIsRead() {
    var text = new StringBuilder();

    try (ChatModel model = open(Duration.ofSeconds(5))) {
      Reply reply = model.chat(ASKED, ChatOptions.DEFAULT, text::append);

      assertThat(reply).isEqualTo(new Reply("Because [1].", Reply.Finish.STOP, 17, 4));
    }
    assertThat(text.toString()).isEqualTo("Because [1].");
  }

  @Test
  void aStreamThatRepeatsTheKeyPieceByPieceBringsItIntoNoReply() {
    answering.set(
        exchange -> {
          stream(exchange, chunk("Is it s"), chunk("3cr"), chunk("et? No, s3"), chunk("."), END);
          exchange.close();
        });
    var text = new StringBuilder();

    try (ChatModel model = open(Duration.ofSeconds(5))) {
      Reply reply = model.chat(ASKED, ChatOptions.DEFAULT, text::append);

      assertThat(text.toString()).isEqualTo("Is it •••? No, s3.").isEqualTo(reply.text());
    }
  }

  @Test
  void aBusyServerIsAskedForAStreamOnceMore() {
    answering.set(
        exchange -> {
          if (calls.get() == 1) {
            send(exchange, 429, "{\"error\":{\"message\":\"slow down\"}}");
          } else {
            stream(exchange, chunk("Because."), END);
            exchange.close();
          }
        });

    try (ChatModel model = open(Duration.ofSeconds(5))) {
      assertThat(model.chat(ASKED, ChatOptions.DEFAULT, _ -> {}).text()).isEqualTo("Because.");
    }
    assertThat(calls).hasValue(2);
  }

  private static void stream(OutputStream out, String event) throws IOException {
    out.write(event.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aCompressedReplyIsNotUnpacked() {
    answering.set(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          exchange.sendResponseHeaders(200, 0);
          try (var packed = new GZIPOutputStream(exchange.getResponseBody())) {
            packed.write(REPLY.getBytes(StandardCharsets.UTF_8));
          }
        });

    try (ChatModel model = open(Duration.ofSeconds(5))) {
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.Unavailable.class);
    }
  }

  @Test
  void aRedirectToAnotherHostIsNotFollowedAndTheKeyIsNotSentThere() throws IOException {
    var stolen = new AtomicInteger();
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          stolen.incrementAndGet();
          send(exchange, 200, REPLY);
        });
    other.start();
    try (ChatModel model = open(Duration.ofSeconds(5))) {
      for (int status : new int[] {301, 302, 303, 307, 308}) {
        answering.set(
            exchange -> {
              exchange
                  .getResponseHeaders()
                  .set("Location", "http://127.0.0.1:" + other.getAddress().getPort() + "/x");
              exchange.sendResponseHeaders(status, -1);
            });
        assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
            .isInstanceOf(Failure.Unavailable.class)
            .hasMessageContaining(status + ", a redirect");
      }
      assertThat(stolen).hasValue(0);
    } finally {
      other.stop(0);
    }
  }

  @Test
  void aServerAtAMetadataAddressIsRefusedBeforeAnyCall() {
    assertThatThrownBy(() -> open(URI.create("http://169.254.169.254/v1"), Duration.ofSeconds(1)))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("169.254.169.254");
  }

  @Test
  void noServerAtAllIsUnavailableAndAMissingKeyIsNamed() {
    server.stop(0);
    try (ChatModel model = open(Duration.ofSeconds(5))) {
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.Unavailable.class)
          .hasMessageContaining("is it running");
    }
    var settings =
        new LlmSettings.OpenAi(
            URI.create("http://localhost:1/v1"), "m", "NOT_SET", Duration.ofSeconds(1), 1 << 20);
    assertThatThrownBy(() -> ChatModels.open(settings, Map.of()))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("NOT_SET");
  }

  private ChatModel open(Duration timeout) {
    return open(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1"), timeout);
  }

  private static ChatModel open(URI base, Duration timeout) {
    return ChatModels.open(
        new LlmSettings.OpenAi(base, "small", "THE_KEY", timeout, 20_000),
        Map.of("THE_KEY", "s3cret"));
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
