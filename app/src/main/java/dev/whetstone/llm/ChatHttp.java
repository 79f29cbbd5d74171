package dev.whetstone.llm;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.CancellationUnsupportedHandle;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import dev.whetstone.core.OutgoingHttp;
import dev.whetstone.core.Retry;
import dev.whetstone.core.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// The client through which LangChain4j sends its requests: [OutgoingHttp], with its limits; the
/// library's own client reads replies of any size. A request to a server that is busy (429) or
/// fails (5xx) is sent once more, after the time for which the server asks, unless the caller
/// counts its attempts.
final class ChatHttp implements HttpClient {
  private final OutgoingHttp http;
  private static final int BUSY = 429;
  private static final Duration PAUSE = Duration.ofMillis(1500); // at most

  private final Duration whole;
  private final Retry retry;

  /// @param whole how long a request may take, its reply's body and a second attempt included
  /// @param attempts 2, or 1 to send each request once
  ChatHttp(OutgoingHttp http, Duration whole, int attempts, Time time) {
    this.http = http;
    this.whole = whole;
    this.retry = new Retry(new Retry.Limits(attempts, PAUSE, PAUSE, whole), time);
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    try {
      HttpResponse<byte[]> reply = repeated(() -> http.send(sent(request), whole));
      if (reply.statusCode() / 100 != 2) {
        throw failed(reply.statusCode(), reply.body());
      }
      return response(reply).body(reply.body()).build();
    } catch (HttpTimeoutException e) {
      throw new TimeoutException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  /// Reads a stream of events on this thread, and returns when it has ended. A failure reaches the
  /// listener, and nothing after it.
  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    var once = new EndedOnce(listener);
    try {
      HttpResponse<InputStream> reply = repeated(() -> http.open(sent(request), whole));
      try (InputStream body = reply.body()) {
        if (reply.statusCode() / 100 != 2) {
          throw failed(reply.statusCode(), body.readAllBytes());
        }
        once.onOpen(response(reply).build());
        if (streams(reply)) {
          parser.parse(body, once);
        } else {
          once.onEvent(new ServerSentEvent(null, WholeReply.asChunk(body.readAllBytes())));
        }
      }
      once.onClose();
    } catch (HttpTimeoutException e) {
      once.onError(new TimeoutException(e));
    } catch (IOException e) {
      once.onError(new UncheckedIOException(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      once.onError(new CancellationException("interrupted"));
    } catch (RuntimeException e) {
      once.onError(e);
    }
  }

  private static boolean streams(HttpResponse<?> reply) {
    return reply
        .headers()
        .firstValue("Content-Type")
        .orElse("")
        .toLowerCase(Locale.ROOT)
        .startsWith("text/event-stream");
  }

  private static HttpException failed(int status, byte[] body) {
    return new HttpException(status, new String(body, StandardCharsets.UTF_8));
  }

  private static SuccessfulHttpResponse.Builder response(HttpResponse<?> reply) {
    return SuccessfulHttpResponse.builder()
        .statusCode(reply.statusCode())
        .headers(reply.headers().map());
  }

  private java.net.http.HttpRequest sent(HttpRequest request) {
    var sent = java.net.http.HttpRequest.newBuilder(URI.create(request.url())).timeout(whole);
    request.headers().forEach((name, values) -> values.forEach(value -> sent.header(name, value)));
    String body = request.body();
    return sent.method(
            request.method().name(),
            body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
        .build();
  }

  private interface Exchange<T> {
    HttpResponse<T> send() throws IOException, InterruptedException;
  }

  private <T> HttpResponse<T> repeated(Exchange<T> exchange)
      throws IOException, InterruptedException {
    Retry.Attempts attempts = retry.begin();
    while (true) {
      HttpResponse<T> reply = exchange.send();
      boolean passing = reply.statusCode() == BUSY || reply.statusCode() / 100 == 5;
      if (!passing
          || !attempts.pauseAfter(reply.headers().firstValue("Retry-After").orElse(null))) {
        return reply;
      }
      if (reply.body() instanceof InputStream unread) {
        unread.close();
      }
    }
  }

  /// Passes one end on, the first: a parser tells a listener of a failure and returns.
  private static final class EndedOnce implements ServerSentEventListener {
    private final ServerSentEventListener listener;
    private boolean ended;

    EndedOnce(ServerSentEventListener listener) {
      this.listener = listener;
    }

    @Override
    public void onOpen(SuccessfulHttpResponse response) {
      listener.onOpen(response);
    }

    @Override
    public void onEvent(ServerSentEvent event) {
      onEvent(event, new ServerSentEventContext(new CancellationUnsupportedHandle()));
    }

    @Override
    public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
      if (!ended) {
        listener.onEvent(event, context);
      }
    }

    @Override
    public void onError(Throwable thrown) {
      if (!ended) {
        ended = true;
        listener.onError(thrown);
      }
    }

    @Override
    public void onClose() {
      if (!ended) {
        ended = true;
        listener.onClose();
      }
    }
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
