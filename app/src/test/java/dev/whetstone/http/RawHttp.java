package dev.whetstone.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Requests written by hand: with headers that no client would send.
public final class RawHttp {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// @param head status line and headers, in lower case
  public record Reply(int status, String head, String body) {
    public JsonNode json() throws IOException {
      return JSON.readTree(body);
    }

    public String header(String name) {
      return Arrays.stream(head.split("\r\n", -1))
          .filter(line -> line.startsWith(name.toLowerCase(Locale.ROOT) + ": "))
          .map(line -> line.substring(name.length() + 2))
          .findFirst()
          .orElse("");
    }
  }

  private RawHttp() {}

  /// Sends a request on a connection of its own and reads until the server closes it.
  ///
  /// @param headers each ended by `\r\n`
  public static Reply send(int port, String method, String path, String headers, String body)
      throws IOException {
    String request =
        "%s %s HTTP/1.1\r\n%sConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(method, path, headers, body.length(), body);
    return send(port, request);
  }

  public static Reply send(int port, String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static Reply parse(String reply) {
    int end = reply.indexOf("\r\n\r\n");
    if (end < 0) {
      return new Reply(0, reply, "");
    }
    String head = reply.substring(0, end).toLowerCase(Locale.ROOT);
    return new Reply(Integer.parseInt(head.substring(9, 12)), head, reply.substring(end + 4));
  }
}
