package dev.whetstone.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Sends HTTP requests to servers that the settings name. Every request that this program makes
/// with the JDK's client goes through here, so that these hold for each of them:
///
/// - a reply is read up to a limit, error bodies and chunked replies included, and is not unpacked;
/// - the whole exchange ends by a deadline, however slowly the body trickles;
/// - a redirect is returned as it is and not followed, so that no key goes to another host;
/// - refused addresses are not called ([OutgoingAddress]).
///
/// Safe for many threads.
public final class OutgoingHttp implements AutoCloseable {
  private final HttpClient client;
  private final int mostBytes;

  /// @param connect how long a connection may take
  /// @param mostBytes that are read of a reply
  /// @param trust vouches for certificates; null for what the JDK trusts
  public OutgoingHttp(Duration connect, int mostBytes, @Nullable SSLContext trust) {
    var builder =
        HttpClient.newBuilder().connectTimeout(connect).followRedirects(HttpClient.Redirect.NEVER);
    if (trust != null) {
      builder.sslContext(trust);
    }
    this.client = builder.build();
    this.mostBytes = mostBytes;
  }

  /// Sends a request and reads its reply. An interrupt ends the exchange.
  ///
  /// @param whole how long the exchange may take, the reply's body included
  /// @throws HttpTimeoutException after `whole`
  /// @throws ReplyTooLong if the reply is longer than the limit; nothing of it is kept
  /// @throws IOException if the server cannot be reached or breaks off
  /// @throws Failure.BadInput if the address is one that is not called
  public HttpResponse<byte[]> send(HttpRequest request, Duration whole)
      throws IOException, InterruptedException {
    OutgoingAddress.check(request.uri());
    var exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), mostBytes));
    try {
      return exchange.get(whole.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole reply within " + whole.toMillis() / 1000.0 + " s");
    } catch (ExecutionException e) {
      throw failure(e);
    } finally {
      exchange.cancel(true);
    }
  }

  /// Sends a request and returns its reply as soon as its head is there. An interrupt ends the
  /// exchange, also one of the thread that reads the body, which then throws.
  ///
  /// @param head how long the reply's head may take; the body takes as long as it is read
  /// @return its body throws [ReplyTooLong] past the limit, and ends the exchange when it is
  ///   closed. To be closed
  /// @throws HttpTimeoutException after `head`
  /// @throws IOException if the server cannot be reached or breaks off
  /// @throws Failure.BadInput if the address is one that is not called
  public HttpResponse<InputStream> open(HttpRequest request, Duration head)
      throws IOException, InterruptedException {
    OutgoingAddress.check(request.uri());
    var exchange =
        client.sendAsync(
            request,
            _ ->
                BodySubscribers.<InputStream, InputStream>mapping(
                    BodySubscribers.ofInputStream(),
                    body -> new BoundedInput(body, mostBytes, _ -> new ReplyTooLong(mostBytes))));
    try {
      return exchange.get(head.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no reply within " + head.toMillis() / 1000.0 + " s");
    } catch (ExecutionException e) {
      throw failure(e);
    } finally {
      if (!exchange.isDone() || exchange.isCompletedExceptionally()) {
        exchange.cancel(true);
      }
    }
  }

  /// Sends a request and writes the reply's body to a stream as it arrives, however long it is: for
  /// downloads. An interrupt ends the exchange.
  ///
  /// @param target where the body goes, given the reply's head; null for a reply that is read as
  ///   [#send] reads it. It is not closed
  /// @param silence the longest time without a byte
  /// @return its body is empty where it was written to `target`
  /// @throws HttpTimeoutException after `silence`
  /// @throws IOException if the server cannot be reached or breaks off, or `target` throws
  /// @throws Failure.BadInput if the address is one that is not called
  public HttpResponse<byte[]> receive(
      HttpRequest request, Function<ResponseInfo, @Nullable OutputStream> target, Duration silence)
      throws IOException, InterruptedException {
    OutgoingAddress.check(request.uri());
    var heard = new AtomicLong(System.nanoTime());
    var limited = BodyHandlers.limiting(BodyHandlers.ofByteArray(), mostBytes);
    var exchange =
        client.sendAsync(
            request,
            head -> {
              heard.set(System.nanoTime());
              OutputStream out = target.apply(head);
              return out == null
                  ? limited.apply(head)
                  : BodySubscribers.mapping(
                      BodySubscribers.ofByteArrayConsumer(part -> write(part, out, heard)),
                      _ -> new byte[0]);
            });
    try {
      while (true) {
        try {
          return exchange.get(Math.min(1000, silence.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          if (System.nanoTime() - heard.get() > silence.toNanos()) {
            throw new HttpTimeoutException(
                "nothing came for " + silence.toMillis() / 1000.0 + " s");
          }
        }
      }
    } catch (ExecutionException e) {
      throw failure(e);
    } finally {
      exchange.cancel(true);
    }
  }

  private static void write(Optional<byte[]> part, OutputStream out, AtomicLong heard) {
    heard.set(System.nanoTime());
    if (part.isPresent()) {
      try {
        out.write(part.get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private IOException failure(ExecutionException e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (String.valueOf(each.getMessage()).startsWith("body exceeds capacity")) {
        return new ReplyTooLong(mostBytes); // the JDK's limit has no class of its own
      }
    }
    Throwable cause =
        e.getCause() instanceof UncheckedIOException of ? of.getCause() : e.getCause();
    return cause instanceof IOException io ? io : new IOException(cause);
  }

  /// Ends the connections, also those under way.
  @Override
  public void close() {
    client.shutdownNow();
  }
}
