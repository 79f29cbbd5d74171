package dev.whetstone.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/// What Alibaba Cloud OSS documents of its S3 protocol, as a proxy on this machine, so that the
/// client speaks with `BUCKET.s3.oss-REGION.aliyuncs.com` as it would out there. It records every
/// request and refuses what OSS refuses:
///
/// - other hosts than those of a bucket at the S3 endpoint that ".../use-aws-sdks-to-access-oss"
///   names, `s3.oss-REGION.aliyuncs.com`, or at the older `oss-REGION.aliyuncs.com`
/// - virtual-hosted addressing alone, no `If-Match` and `If-None-Match` on writes ("S3 API on OSS:
///   supported operations and limitations",
///   help.aliyun.com/en/oss/developer-reference/compatibility-with-amazon-s3; the 501 as reported
///   in github.com/tobi/walgit/issues/67)
/// - no `aws-chunked` (".../use-aws-sdks-to-access-oss"; message from
///   github.com/sonatype/nexus-public/issues/1012)
/// - `x-oss-forbid-overwrite: true` answers 409 `FileAlreadyExists` ("PutObject",
///   "CompleteMultipartUpload", error pages 0026-00000002 and 0042-00000214)
/// - DeleteMultipleObjects wants `Content-MD5` (".../developer-reference/deletemultipleobjects")
/// - a wrong `Content-MD5` answers `InvalidDigest` (".../data-verification-2")
/// - ETags are MD5 in capitals; parts have at least 100 kB, but the last
final class OssStub implements AutoCloseable {
  /// One request; header names in lower case.
  record Request(String method, URI uri, Map<String, String> headers, int bytes) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    String query() {
      return uri.getRawQuery() == null ? "" : uri.getRawQuery();
    }
  }

  static final class Upload {
    final String key;
    final String sha256;
    final Map<Integer, byte[]> parts = new TreeMap<>();

    Upload(String key, String sha256) {
      this.key = key;
      this.sha256 = sha256;
    }
  }

  private static final int PAGE = 3;
  private static final Pattern PART = Pattern.compile("<PartNumber>(\\d+)</PartNumber>");
  private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

  final List<Request> requests = new CopyOnWriteArrayList<>();

  /// Statuses that the next requests get, in place of an answer.
  final Deque<Integer> failures = new ArrayDeque<>();

  /// The next GET of an object breaks off after so many bytes.
  int breakAfter = -1;

  /// Parts are refused from this number on, as if the client had been killed there.
  int lastPart = Integer.MAX_VALUE;

  /// Whether the bucket keeps versions: OSS then ignores x-oss-forbid-overwrite.
  boolean versions;

  final Map<String, byte[]> objects = new TreeMap<>();
  private final Map<String, String> sums = new HashMap<>();
  final Map<String, Upload> uploads = new TreeMap<>();
  private final HttpServer server;
  private int uploadsBegun;

  OssStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  byte[] object(String key) {
    return Objects.requireNonNull(objects.get(key), key);
  }

  Upload upload(String id) {
    return Objects.requireNonNull(uploads.get(id), id);
  }

  /// A client whose requests come here, whatever host they are for, and in clear.
  SdkHttpClient client() {
    URI proxy = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    SdkHttpClient client =
        UrlConnectionHttpClient.builder()
            .proxyConfiguration(
                p ->
                    p.endpoint(proxy)
                        .useSystemPropertyValues(false)
                        .useEnvironmentVariablesValues(false))
            .build();
    return new SdkHttpClient() {
      // The JDK's server does not know the absolute address of a host without a path.
      @Override
      public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        SdkHttpRequest http = request.httpRequest();
        String path = http.encodedPath().isEmpty() ? "/" : http.encodedPath();
        return client.prepareRequest(
            HttpExecuteRequest.builder()
                .request(http.copy(b -> b.encodedPath(path).protocol("http").port(null)))
                .contentStreamProvider(request.contentStreamProvider().orElse(null))
                .build());
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    var headers = new HashMap<String, String>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    var request =
        new Request(exchange.getRequestMethod(), exchange.getRequestURI(), headers, body.length);
    synchronized (this) {
      requests.add(request);
      Integer failure = failures.poll();
      if (failure != null) {
        error(
            exchange, failure, failure == 503 ? "ServerBusy" : "Injected", "asked for by the test");
      } else if (!refused(exchange, request, body)) {
        answer(exchange, request, body);
      }
    }
    exchange.close();
  }

  private static boolean refused(HttpExchange exchange, Request request, byte[] body)
      throws IOException {
    String host = request.header("host");
    if (!host.matches("(?!s3\\.)[a-z0-9-]+\\.(s3\\.)?oss-[a-z0-9-]+\\.aliyuncs\\.com")) {
      error(
          exchange,
          403,
          "SecondLevelDomainForbidden",
          "Please use virtual hosted style to access.");
      return true;
    }
    if (request.headers().containsKey("if-none-match")
        || request.headers().containsKey("if-match")) {
      error(
          exchange,
          501,
          "NotImplemented",
          "A header you provided implies functionality that is not implemented.");
      return true;
    }
    if (request.header("content-encoding").contains("aws-chunked")
        || request.header("x-amz-content-sha256").startsWith("STREAMING")) {
      error(
          exchange,
          400,
          "InvalidArgument",
          "aws-chunked encoding is not supported with the specified x-amz-content-sha256 value.");
      return true;
    }
    String md5 = request.header("content-md5");
    if (md5.isEmpty() && request.query().startsWith("delete")) {
      error(exchange, 400, "MissingArgument", "Missing Some Required Arguments.");
      return true;
    }
    if (!md5.isEmpty() && !md5.equals(Base64.getEncoder().encodeToString(md5(body)))) {
      error(exchange, 400, "InvalidDigest", "The Content-MD5 you specified is not valid.");
      return true;
    }
    return false;
  }

  private void answer(HttpExchange exchange, Request request, byte[] body) throws IOException {
    String key =
        URLDecoder.decode(request.uri().getRawPath().replace("+", "%2B"), UTF_8).substring(1);
    Map<String, String> query = query(request);
    String forbid = request.header("x-oss-forbid-overwrite");
    boolean taken = forbid.equals("true") && objects.containsKey(key) && !versions;
    switch (request.method()) {
      case "PUT" -> {
        if (query.containsKey("uploadId")) {
          part(exchange, query, body);
        } else if (taken) {
          exists(exchange);
        } else {
          store(key, body, request.header("x-amz-meta-sha256"));
          if (versions) {
            exchange.getResponseHeaders().set("x-amz-version-id", "v" + requests.size());
          }
          tagged(exchange, body);
        }
      }
      case "HEAD", "GET" -> {
        if (query.containsKey("uploadId")) {
          listParts(exchange, query);
        } else if (key.isEmpty()) {
          list(exchange, query);
        } else {
          get(exchange, request, key);
        }
      }
      case "POST" -> {
        if (query.containsKey("delete")) {
          Matcher keys = KEY.matcher(new String(body, UTF_8));
          while (keys.find()) {
            objects.remove(keys.group(1).replace("&amp;", "&"));
          }
          send(exchange, 200, "<DeleteResult></DeleteResult>");
        } else if (query.containsKey("uploads")) {
          String id = "upload-" + ++uploadsBegun;
          uploads.put(id, new Upload(key, request.header("x-amz-meta-sha256")));
          send(
              exchange,
              200,
              "<InitiateMultipartUploadResult><UploadId>"
                  + id
                  + "</UploadId></InitiateMultipartUploadResult>");
        } else if (taken) {
          exists(exchange);
        } else {
          complete(exchange, query, new String(body, UTF_8));
        }
      }
      case "DELETE" -> {
        uploads.remove(query.get("uploadId"));
        send(exchange, 204, "");
      }
      default -> error(exchange, 405, "MethodNotAllowed", request.method());
    }
  }

  private void store(String key, byte[] body, String sha256) {
    objects.put(key, body);
    sums.put(key, sha256);
  }

  private void part(HttpExchange exchange, Map<String, String> query, byte[] body)
      throws IOException {
    Upload upload = uploads.get(query.get("uploadId"));
    int number = Integer.parseInt(query.get("partNumber"));
    if (upload == null) {
      noUpload(exchange);
    } else if (number > lastPart) {
      error(exchange, 403, "AccessDenied", "as if killed");
    } else {
      upload.parts.put(number, body);
      tagged(exchange, body);
    }
  }

  private void listParts(HttpExchange exchange, Map<String, String> query) throws IOException {
    Upload upload = uploads.get(query.get("uploadId"));
    if (upload == null) {
      noUpload(exchange);
      return;
    }
    String parts =
        upload.parts.entrySet().stream()
            .map(
                p ->
                    "<Part><PartNumber>"
                        + p.getKey()
                        + "</PartNumber><ETag>&quot;"
                        + tag(p.getValue())
                        + "&quot;</ETag><Size>"
                        + p.getValue().length
                        + "</Size></Part>")
            .collect(Collectors.joining());
    send(
        exchange,
        200,
        "<ListPartsResult><IsTruncated>false</IsTruncated>" + parts + "</ListPartsResult>");
  }

  private void complete(HttpExchange exchange, Map<String, String> query, String body)
      throws IOException {
    Upload upload = uploads.get(query.get("uploadId"));
    if (upload == null) {
      noUpload(exchange);
      return;
    }
    var whole = new ByteArrayOutputStream();
    Matcher parts = PART.matcher(body);
    while (parts.find()) {
      whole.write(upload.parts.get(Integer.parseInt(parts.group(1))));
    }
    store(upload.key, whole.toByteArray(), upload.sha256);
    uploads.remove(query.get("uploadId"));
    send(
        exchange,
        200,
        "<CompleteMultipartUploadResult><ETag>&quot;X-1&quot;</ETag></CompleteMultipartUploadResult>");
  }

  private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
    String after = query.getOrDefault("continuation-token", "");
    List<String> keys =
        objects.keySet().stream()
            .filter(k -> k.startsWith(query.getOrDefault("prefix", "")) && k.compareTo(after) > 0)
            .limit(PAGE + 1L)
            .toList();
    boolean more = keys.size() > PAGE;
    List<String> page = more ? keys.subList(0, PAGE) : keys;
    String contents =
        page.stream()
            .map(
                k ->
                    "<Contents><Key>"
                        + k.replace("&", "&amp;")
                        + "</Key><LastModified>"
                        + "2026-01-02T03:04:05.000Z</LastModified><Size>"
                        + object(k).length
                        + "</Size></Contents>")
            .collect(Collectors.joining());
    send(
        exchange,
        200,
        "<ListBucketResult><IsTruncated>"
            + more
            + "</IsTruncated>"
            + contents
            + (more ? "<NextContinuationToken>" + page.getLast() + "</NextContinuationToken>" : "")
            + "</ListBucketResult>");
  }

  private void get(HttpExchange exchange, Request request, String key) throws IOException {
    byte[] bytes = objects.get(key);
    if (bytes == null) {
      error(exchange, 404, "NoSuchKey", "The specified key does not exist.");
      return;
    }
    var headers = exchange.getResponseHeaders();
    headers.set("x-amz-meta-sha256", sums.get(key));
    headers.set("ETag", "\"" + tag(bytes) + "\"");
    headers.set(
        "Last-Modified",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.EPOCH.atOffset(ZoneOffset.UTC)));
    Matcher range = Pattern.compile("bytes=(\\d+)-(\\d*)").matcher(request.header("range"));
    int from = range.matches() ? Integer.parseInt(range.group(1)) : 0;
    int to =
        range.matches() && !range.group(2).isEmpty()
            ? Math.min(bytes.length, Integer.parseInt(range.group(2)) + 1)
            : bytes.length;
    if (request.method().equals("HEAD")) {
      headers.set("Content-Length", String.valueOf(bytes.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(range.matches() ? 206 : 200, to == from ? -1 : to - from);
    int end = breakAfter >= 0 ? Math.min(to, from + breakAfter) : to;
    breakAfter = -1;
    exchange.getResponseBody().write(bytes, from, end - from);
    exchange.getResponseBody().flush();
  }

  private static Map<String, String> query(Request request) {
    var query = new HashMap<String, String>();
    for (String pair : request.query().split("&", -1)) {
      int equals = pair.indexOf('=');
      query.put(
          equals < 0 ? pair : pair.substring(0, equals),
          equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), UTF_8));
    }
    return query;
  }

  private static void exists(HttpExchange exchange) throws IOException {
    error(
        exchange,
        409,
        "FileAlreadyExists",
        "The object you specified already exists and can not be overwritten.");
  }

  private static void noUpload(HttpExchange exchange) throws IOException {
    error(exchange, 404, "NoSuchUpload", "The specified upload does not exist.");
  }

  private static void error(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    send(
        exchange,
        status,
        "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
  }

  private static void tagged(HttpExchange exchange, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("ETag", "\"" + tag(body) + "\"");
    exchange.sendResponseHeaders(200, -1);
  }

  private static void send(HttpExchange exchange, int status, String xml) throws IOException {
    byte[] body = xml.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, none ? -1 : body.length);
    if (!none) {
      exchange.getResponseBody().write(body);
    }
  }

  private static String tag(byte[] body) {
    return HexFormat.of().withUpperCase().formatHex(md5(body));
  }

  private static byte[] md5(byte[] body) {
    try {
      return MessageDigest.getInstance("MD5").digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
