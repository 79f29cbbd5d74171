package dev.whetstone.core;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/// A server on loopback that answers every request with a body that has no end (64 GB). It stops
/// when the client hangs up.
public final class EndlessServer implements AutoCloseable {
  private static final long BYTES = 64L << 30;

  /// How the body goes out.
  public enum Form {
    CHUNKED,
    WITH_LENGTH,
    GZIP
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// @param start of the body; spaces follow
  public EndlessServer(int status, Form form, String start, Map<String, String> headers)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, status, form, start, headers));
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static void answer(
      HttpExchange exchange, int status, Form form, String start, Map<String, String> headers)
      throws IOException {
    exchange.getRequestBody().readAllBytes();
    headers.forEach(exchange.getResponseHeaders()::set);
    if (form == Form.GZIP) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    }
    exchange.sendResponseHeaders(status, form == Form.WITH_LENGTH ? BYTES : 0);
    OutputStream raw = exchange.getResponseBody();
    try (exchange;
        OutputStream out = form == Form.GZIP ? new GZIPOutputStream(raw) : raw) {
      out.write(start.getBytes(StandardCharsets.UTF_8));
      byte[] block = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
      for (long sent = 0; sent < BYTES; sent += block.length) {
        out.write(block);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
