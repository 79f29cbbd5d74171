package dev.whetstone.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.whetstone.core.EndlessServer;
import dev.whetstone.core.Failure;
import dev.whetstone.llm.gguf.GgufModels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/// Against a server that answers as OpenAI's reference describes: `POST /chat/completions`. Whole
/// replies of a server of OpenAI's shape, and what becomes of one that fails.
class OpenAiChatTest extends ScriptedServer {
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

  /// Of a caller that counts what each attempt may cost.
  @Test
  void aModelForManyRepliesSendsARequestOnce() {
    answering.set(exchange -> send(exchange, 503, "{}"));
    var settings =
        new LlmSettings.OpenAi(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1"),
            "small",
            null,
            Duration.ofSeconds(5),
            20_000);

    try (ChatModel model = GgufModels.open(settings)) {
      assertThatThrownBy(() -> model.chat(ASKED, ChatOptions.DEFAULT))
          .isInstanceOf(Failure.Unavailable.class);
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
}
