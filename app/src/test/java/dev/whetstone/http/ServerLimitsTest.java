package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the server bears: too many callers, large, slow and costly requests, and its own end.
class ServerLimitsTest extends StubbedServer {
  @Test
  void anOversizedBodyIsRefusedWhetherItSaysItsLengthOrNot() throws Exception {
    create(LUCENE);
    String big = "{\"query\":\"" + "x".repeat((1 << 20) + 10) + "\"}";

    HttpResponse<String> told = post("/v1/apps/demo/retrieve", big);
    HttpResponse<String> chunked =
        send(
            request("/v1/apps/demo/retrieve")
                .POST(
                    HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofString(big))));

    assertProblem(told, 413, "over 1048576 bytes");
    assertProblem(chunked, 413, "over 1048576 bytes");
  }

  @Test
  void whoIsStillSendingABodyThatIsRefusedIsToldWhy() throws Exception {
    create(LUCENE);
    byte[] head =
        "POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            .formatted(16 << 20)
            .getBytes(StandardCharsets.US_ASCII);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(head);
      for (int i = 0; i < 16; i++) { // fails once the other side has closed
        socket.getOutputStream().write(new byte[1 << 20]);
        Thread.sleep(10);
      }

      String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(reply).startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void moreThanItCanServeGetsTooManyRequestsAndTheRestIsAnswered() throws Exception {
    create(LUCENE);
    try (Server small = start(narrow(1, ServerSettings.Intake.DEFAULT.memory()))) {
      URI uri = URI.create(small.address() + "/v1/apps/demo/retrieve");
      HttpRequest slow =
          HttpRequest.newBuilder(uri)
              .POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"slow\"}"))
              .build();
      CompletableFuture<HttpResponse<String>> first =
          client.sendAsync(slow, BodyHandlers.ofString());
      assertThat(engine.started.await(5, TimeUnit.SECONDS)).isTrue();

      var others = new ArrayList<HttpResponse<String>>();
      for (int i = 0; i < 3; i++) {
        others.add(client.send(slow, BodyHandlers.ofString()));
      }
      engine.go.countDown();

      assertThat(others).allMatch(reply -> reply.statusCode() == 429);
      assertThat(others.getFirst().headers().firstValue("Retry-After")).contains("1");
      assertThat(first.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void bodiesThatTogetherTakeTooMuchMemoryAreSentAwayUntilTheOthersAreAnswered() throws Exception {
    create(LUCENE);
    try (Server small = start(narrow(8, 2 << 20))) {
      URI uri = URI.create(small.address() + "/v1/apps/demo/retrieve");
      String room = " ".repeat(300_000); // 1.2 MB of the 2
      HttpRequest slow = posted(uri, "{\"query\":\"slow\"" + room + "}");
      HttpRequest quick = posted(uri, "{\"query\":\"q\"" + room + "}");
      HttpRequest untold =
          HttpRequest.newBuilder(uri)
              .POST(
                  HttpRequest.BodyPublishers.fromPublisher(
                      HttpRequest.BodyPublishers.ofString("{\"query\":\"q\"" + room + "}")))
              .build();
      var first = client.sendAsync(slow, BodyHandlers.ofString());
      assertThat(engine.started.await(5, TimeUnit.SECONDS)).isTrue();

      var full = client.send(quick, BodyHandlers.ofString());
      var fullToo = client.send(untold, BodyHandlers.ofString());
      var little = client.send(posted(uri, "{\"query\":\"q\"}"), BodyHandlers.ofString());
      engine.go.countDown();

      assertProblem(full, 429, "at its limit");
      assertThat(full.headers().firstValue("Retry-After")).contains("1");
      assertProblem(fullToo, 429, "at its limit");
      assertThat(little.statusCode()).isEqualTo(200);
      assertThat(first.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      for (int i = 0; i < 5; i++) { // what they held was given back
        assertThat(client.send(quick, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void aBodyOfMoreValuesThanThereIsMemoryForIsRefused() throws Exception {
    create(LUCENE);
    try (Server small = start(narrow(8, 2 << 20))) {
      URI uri = URI.create(small.address() + "/v1/apps/demo/retrieve");
      String values = "{\"query\":\"q\",\"filter\":{\"a\":[" + "[],".repeat(20_000) + "[]]}}";

      var reply = client.send(posted(uri, values), BodyHandlers.ofString());

      assertProblem(reply, 413, "memory");
    }
  }

  @Test
  void aBodyThatComesTooSlowlyIsNotWaitedFor() throws Exception {
    create(LUCENE);
    try (Server small = start(narrow(8, 2 << 20));
        var socket = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
      socket.setSoTimeout(10_000);
      var out = socket.getOutputStream();
      out.write(
          "POST /v1/apps/demo/retrieve HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 15; i++) {
        out.write(' ');
        out.flush();
        Thread.sleep(80);
      }

      var bytes = new byte[4096];
      String reply =
          new String(bytes, 0, socket.getInputStream().read(bytes), StandardCharsets.US_ASCII);

      assertThat(reply).startsWith("HTTP/1.1 408").contains("too slowly");
    }
  }

  /// There is memory for one of these replies. Without a limit the first caller holds it for good.
  @Test
  @Timeout(20)
  void aCallerThatReadsALongReplySlowlyIsGivenUp() throws Exception {
    create(LUCENE);
    String long24MiB = "{\"query\":\"long 24\"}";
    try (Server small = start(narrow(8, 30 << 20));
        var slow = new Socket()) {
      URI uri = URI.create(small.address() + "/v1/apps/demo/retrieve");
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), small.port()));
      slow.getOutputStream()
          .write(
              ("POST /v1/apps/demo/retrieve HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                          .formatted(long24MiB.length())
                      + long24MiB)
                  .getBytes(StandardCharsets.US_ASCII));
      slow.setSoTimeout(10_000);
      assertThat(slow.getInputStream().read()).isPositive();

      HttpRequest long7MiB = posted(uri, "{\"query\":\"long 7\"}");
      HttpResponse<String> other = client.send(long7MiB, BodyHandlers.ofString());
      while (other.statusCode() == 429) {
        Thread.sleep(50);
        slow.getInputStream().skipNBytes(1); // what had come before it was given up
        other = client.send(long7MiB, BodyHandlers.ofString());
      }

      assertThat(other.statusCode()).isEqualTo(200);
      assertThat(other.body()).hasSizeGreaterThan(7 << 20);
      assertThatThrownBy(() -> slow.getInputStream().skipNBytes(24 << 20))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aRequestUnderWayIsAnsweredWhenTheServerStops() throws Exception {
    create(LUCENE);
    CompletableFuture<HttpResponse<String>> slow =
        client.sendAsync(
            request("/v1/apps/demo/retrieve")
                .POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"slow\"}"))
                .build(),
            BodyHandlers.ofString());
    assertThat(engine.started.await(5, TimeUnit.SECONDS)).isTrue();
    int port = server.port();

    var stopping = CompletableFuture.runAsync(server::close);
    Thread.sleep(300); // the stop is under way
    boolean waits = !stopping.isDone();
    engine.go.countDown();

    assertThat(slow.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    stopping.get(5, TimeUnit.SECONDS);
    assertThat(waits).isTrue();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(IOException.class);
  }
}
