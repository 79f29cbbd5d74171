package dev.whetstone.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.whetstone.core.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Against a server that answers as OpenAI's reference describes: `POST /chat/completions`. Replies
/// that are read while they are written.
class OpenAiStreamTest extends ScriptedServer {
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
}
