package dev.whetstone.llm;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import dev.whetstone.core.OutgoingHttp;
import dev.whetstone.core.Retry;
import dev.whetstone.core.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// The client through which LangChain4j sends its requests: [OutgoingHttp], with its limits; the
/// library's own client reads replies of any size. A request to a server that is busy (429) or
/// fails (5xx) is sent once more, after the time for which the server asks.
final class ChatHttp implements HttpClient {
  private final OutgoingHttp http;
  private static final int BUSY = 429;
  private static final Duration PAUSE = Duration.ofMillis(1500); // at most

  private final Duration whole;
  private final Retry retry;

  /// @param whole how long a request may take, its reply's body and a second attempt included
  ChatHttp(OutgoingHttp http, Duration whole, Time time) {
    this.http = http;
    this.whole = whole;
    this.retry = new Retry(new Retry.Limits(2, PAUSE, PAUSE, whole), time);
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    var sent = java.net.http.HttpRequest.newBuilder(URI.create(request.url())).timeout(whole);
    request.headers().forEach((name, values) -> values.forEach(value -> sent.header(name, value)));
    String body = request.body();
    sent.method(
        request.method().name(),
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    try {
      HttpResponse<byte[]> reply = send(sent.build());
      if (reply.statusCode() / 100 != 2) {
        throw new HttpException(
            reply.statusCode(), new String(reply.body(), StandardCharsets.UTF_8));
      }
      return SuccessfulHttpResponse.builder()
          .statusCode(reply.statusCode())
          .headers(reply.headers().map())
          .body(reply.body())
          .build();
    } catch (HttpTimeoutException e) {
      throw new TimeoutException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private HttpResponse<byte[]> send(java.net.http.HttpRequest request)
      throws IOException, InterruptedException {
    Retry.Attempts attempts = retry.begin();
    while (true) {
      HttpResponse<byte[]> reply = http.send(request, whole);
      boolean passing = reply.statusCode() == BUSY || reply.statusCode() / 100 == 5;
      if (!passing
          || !attempts.pauseAfter(reply.headers().firstValue("Retry-After").orElse(null))) {
        return reply;
      }
    }
  }

  /// Streaming is not used.
  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    throw new UnsupportedOperationException("replies are read whole");
  }

  /// Gives LangChain4j this client, whatever it asks for: the limits are ours.
  HttpClientBuilder builder() {
    return new HttpClientBuilder() {
      @Override
      public @Nullable Duration connectTimeout() {
        return null;
      }

      @Override
      public HttpClientBuilder connectTimeout(Duration timeout) {
        return this;
      }

      @Override
      public Duration readTimeout() {
        return whole;
      }

      @Override
      public HttpClientBuilder readTimeout(Duration timeout) {
        return this;
      }

      @Override
      public HttpClient build() {
        return ChatHttp.this;
      }
    };
  }
}
