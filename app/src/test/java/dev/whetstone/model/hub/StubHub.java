package dev.whetstone.model.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A hub with one repository, `acme/tiny`, that speaks Hugging Face's protocol and ModelScope's as
/// documented: a list with sizes and hashes, small files served by itself, large ones by a redirect
/// to another host (another port here), ranges. It can fail in the ways that hubs and networks do.
final class StubHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String TREE = "/acme/tiny/resolve/" + COMMIT + "/";

  final Map<String, byte[]> files = new TreeMap<>();
  final Queue<String> requests = new ConcurrentLinkedQueue<>();
  final Queue<String> authorizationsElsewhere = new ConcurrentLinkedQueue<>();

  /// How many of the next downloads of a large file break off in the middle.
  final AtomicInteger breaks = new AtomicInteger();

  /// Statuses of the next replies, before any file.
  final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();

  /// Content that is sent in place of a file's.
  final Map<String, byte[]> sent = new HashMap<>();

  /// Whether lists state sizes, and whether they state hashes.
  volatile boolean sizes = true;

  volatile boolean hashes = true;
  volatile boolean ranges = true;
  volatile String redirectTo = "";
  volatile String token = "";

  private final HttpServer hub;
  private final HttpServer elsewhere;

  StubHub(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    files.put("pytorch_model.bin", new byte[100]);
    files.put("onnx/model.onnx", new byte[100]);
    hub = server();
    elsewhere = server();
    hub.createContext("/", this::serve);
    elsewhere.createContext("/", this::serveLarge);
    hub.start();
    elsewhere.start();
  }

  byte[] content(String path) {
    return java.util.Objects.requireNonNull(files.get(path));
  }

  private static HttpServer server() throws IOException {
    return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  String address() {
    return "http://127.0.0.1:" + hub.getAddress().getPort();
  }

  private String elsewhere() {
    return "http://127.0.0.1:" + elsewhere.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String uri = exchange.getRequestURI().toString();
      requests.add(uri);
      Integer status = statuses.poll();
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      if (status != null) {
        reply(exchange, status, "busy".getBytes(StandardCharsets.UTF_8));
      } else if (!token.isEmpty() && !("Bearer " + token).equals(authorization)) {
        exchange.getResponseHeaders().set("X-Error-Code", "GatedRepo");
        reply(exchange, 401, new byte[0]);
      } else if (uri.startsWith("/api/models/acme/tiny/revision/main")) {
        reply(exchange, 200, list());
      } else if (uri.startsWith("/api/v1/models/acme/tiny/repo/files?Revision=master")) {
        reply(exchange, 200, scopeList());
      } else if (uri.startsWith("/api/v1/models/acme/tiny/repo?Revision=master&FilePath=")) {
        file(exchange, uri.substring(uri.indexOf("FilePath=") + 9).replace("%2F", "/"));
      } else if (uri.startsWith(TREE)) {
        String path = uri.substring(TREE.length());
        if (large(path)) {
          exchange
              .getResponseHeaders()
              .set("Location", redirectTo.isEmpty() ? elsewhere() + "/blobs/" + path : redirectTo);
          reply(exchange, 302, new byte[0]);
        } else {
          file(exchange, path);
        }
      } else {
        exchange.getResponseHeaders().set("X-Error-Message", "Repository not found");
        reply(exchange, 404, new byte[0]);
      }
    }
  }

  private void serveLarge(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(
          "elsewhere "
              + exchange.getRequestURI()
              + " "
              + exchange.getRequestHeaders().getFirst("Range"));
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      if (authorization != null) {
        authorizationsElsewhere.add(authorization);
      }
      file(exchange, exchange.getRequestURI().getPath().substring("/blobs/".length()));
    }
  }

  private static boolean large(String path) {
    return path.endsWith(".safetensors");
  }

  private void file(HttpExchange exchange, String path) throws IOException {
    byte[] content = sent.getOrDefault(path, files.get(path));
    if (content == null) {
      reply(exchange, 404, new byte[0]);
      return;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    if (range != null && ranges) {
      from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
      if (from >= content.length) {
        reply(exchange, 416, new byte[0]);
        return;
      }
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    }
    byte[] rest = Arrays.copyOfRange(content, from, content.length);
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest.length);
    OutputStream out = exchange.getResponseBody();
    if (large(path) && breaks.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      out.write(rest, 0, rest.length / 2);
      out.flush();
      throw new IOException("the line breaks");
    }
    out.write(rest);
  }

  private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  private byte[] list() {
    var siblings = new ArrayList<Map<String, Object>>();
    files.forEach(
        (path, content) -> {
          var file = new LinkedHashMap<String, Object>();
          file.put("rfilename", path);
          if (sizes) {
            file.put("size", content.length);
          }
          if (hashes && large(path)) {
            var lfs = new LinkedHashMap<String, Object>(Map.of("sha256", Sha256.of(content)));
            if (sizes) {
              lfs.put("size", content.length);
            }
            file.put("lfs", lfs);
            file.put("blobId", "1".repeat(40));
          } else if (hashes) {
            file.put("blobId", gitSha1(content));
          }
          siblings.add(file);
        });
    return Json.line(Map.of("sha", COMMIT, "siblings", siblings)).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] scopeList() {
    List<Map<String, Object>> all = new ArrayList<>();
    files.forEach(
        (path, content) -> {
          var file = new LinkedHashMap<String, Object>(Map.of("Path", path, "Type", "blob"));
          if (sizes) {
            file.put("Size", content.length);
          }
          if (hashes) {
            file.put("Sha256", Sha256.of(content));
          }
          all.add(file);
        });
    return Json.line(Map.of("Code", 200, "Success", true, "Data", Map.of("Files", all)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String gitSha1(byte[] content) {
    try {
      var digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    elsewhere.stop(0);
  }
}
