package dev.whetstone.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// PAI-DLC (2020-12-03) as far as its documentation tells, on loopback. Each request's signature is
/// computed again from the documented rules and compared; each route names its page.
public final class DlcStub implements AutoCloseable {
  public static final String KEY = "LTAI-test-id";
  public static final String SECRET = "test-secret-that-nobody-may-see";
  static final String REGION = "cn-hangzhou";

  private static final Pattern AUTHORIZATION =
      Pattern.compile("ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=(.+)");
  private static final Pattern JOB = Pattern.compile("/api/v1/jobs/([^/]+)");
  private static final Pattern PART =
      Pattern.compile("/api/v1/jobs/([^/]+)/(?:(stop|events)|pods/([^/]+)/logs)");

  /// A job that was made.
  public static final class Job {
    final String id;
    final Map<String, Object> body;
    final Deque<String> statuses = new ArrayDeque<>();
    final List<String> logs = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    String status = "Creating";
    String code = "";
    String message = "";
    int stops;

    Job(String id, Map<String, Object> body) {
      this.id = id;
      this.body = body;
    }

    public Map<String, Object> body() {
      return body;
    }

    public String id() {
      return id;
    }

    /// What GetJob says, one look after the other; the last stays.
    public void becomes(String... words) {
      statuses.addAll(List.of(words));
    }

    public void logs(String... lines) {
      logs.addAll(List.of(lines));
    }

    public void because(String reasonCode, String reasonMessage) {
      code = reasonCode;
      message = reasonMessage;
    }
  }

  private final HttpServer server;
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final List<String> requests = new ArrayList<>();
  private final List<Map<String, List<String>>> headers = new ArrayList<>();
  private Consumer<Job> made = job -> job.becomes("Queuing", "Running", "Succeeded");
  private Consumer<Job> looked = _ -> {};
  private int throttled;
  private int lost;
  private int unavailable;
  private boolean closed;

  public DlcStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Called with each new job.
  public void whenMade(Consumer<Job> action) {
    made = action;
  }

  /// Called before each answer of GetJob, when the status is the new one.
  public void whenLookedAt(Consumer<Job> action) {
    looked = action;
  }

  /// So many requests are answered that they are too many.
  void throttle(int times) {
    throttled = times;
  }

  /// So many answers of CreateJob are lost after the job was made.
  public void loseAnswers(int times) {
    lost = times;
  }

  /// So many requests of CreateJob fail within the service, with nothing done.
  void failInside(int times) {
    unavailable = times;
  }

  /// GetPodLogs and GetJobEvents are refused from now on: the key's user may not call them, and the
  /// logs of a pod may be gone when the job has ended.
  public void closeLogs() {
    closed = true;
  }

  public synchronized List<Job> jobs() {
    return List.copyOf(jobs.values());
  }

  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  synchronized List<Map<String, List<String>>> headers() {
    return List.copyOf(headers);
  }

  private synchronized void answer(HttpExchange exchange) {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      headers.add(Map.copyOf(exchange.getRequestHeaders()));
      if (!signed(exchange, body)) {
        error(exchange, 400, "SignatureDoesNotMatch", "Specified signature is not matched.");
      } else if (throttled > 0) {
        throttled--;
        // Source: https://www.alibabacloud.com/help/en/sdk/product-overview/error-handling
        error(exchange, 429, "Throttling.User", "Request was denied due to user flow control.");
      } else if (path.equals("/api/v1/jobs")) {
        jobs(exchange, body);
      } else {
        job(exchange, path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void jobs(HttpExchange exchange, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("POST")) {
      create(exchange, body);
    } else {
      list(exchange);
    }
  }

  /// Source:
  /// <https://www.alibabacloud.com/help/en/pai/developer-reference/api-pai-dlc-2020-12-03-createjob>
  @SuppressWarnings("unchecked")
  private void create(HttpExchange exchange, byte[] body) throws IOException {
    if (unavailable > 0) {
      unavailable--;
      error(exchange, 503, "ServiceUnavailable", "The request has failed due to a fault.");
      return;
    }
    var job = new Job("dlc" + (1000 + jobs.size()), Json.MAPPER.readValue(body, Map.class));
    jobs.put(job.id, job);
    made.accept(job);
    if (lost > 0) {
      lost--;
      return; // the exchange is closed without an answer
    }
    reply(exchange, 200, Map.of("JobId", job.id, "RequestId", "R-create"));
  }

  /// Source:
  /// <https://www.alibabacloud.com/help/en/pai/developer-reference/api-pai-dlc-2020-12-03-listjobs>
  private void list(HttpExchange exchange) throws IOException {
    String name = query(exchange).getOrDefault("DisplayName", "");
    List<Map<String, Object>> found =
        jobs.values().stream()
            .filter(job -> String.valueOf(job.body.get("DisplayName")).contains(name))
            .map(job -> Map.of("JobId", job.id, "Status", job.status, "Envs", job.body.get("Envs")))
            .toList();
    reply(exchange, 200, Map.of("Jobs", found, "TotalCount", found.size(), "RequestId", "R-list"));
  }

  private void job(HttpExchange exchange, String path) throws IOException {
    Matcher one = JOB.matcher(path);
    Matcher part = PART.matcher(path);
    Job job =
        one.matches() || part.matches() ? jobs.get((one.matches() ? one : part).group(1)) : null;
    if (job == null) {
      error(exchange, 404, "JobNotFound", "The job does not exist.");
    } else if (one.matches()) {
      get(exchange, job);
    } else if ("stop".equals(part.group(2))) {
      stop(exchange, job);
    } else if (closed) {
      error(exchange, 403, "NoPermission", "You are not authorized to perform this operation.");
    } else if ("events".equals(part.group(2))) {
      // Source:
      // https://www.alibabacloud.com/help/en/pai/developer-reference/api-pai-dlc-2020-12-03-getjobevents
      reply(exchange, 200, Map.of("JobId", job.id, "Events", job.events, "RequestId", "R-events"));
    } else {
      // Source: https://help.aliyun.com/document_detail/459678.html (GetPodLogs)
      int most = Integer.parseInt(query(exchange).getOrDefault("MaxLines", "2000"));
      List<String> lines = job.logs.subList(Math.max(0, job.logs.size() - most), job.logs.size());
      reply(
          exchange,
          200,
          Map.of("JobId", job.id, "PodId", part.group(3), "Logs", lines, "RequestId", "R-logs"));
    }
  }

  /// Source:
  /// <https://www.alibabacloud.com/help/en/pai/developer-reference/api-pai-dlc-2020-12-03-getjob>
  private void get(HttpExchange exchange, Job job) throws IOException {
    if (!job.statuses.isEmpty()) {
      job.status = job.statuses.pop();
    }
    looked.accept(job);
    var answer = new TreeMap<String, Object>();
    answer.put("JobId", job.id);
    answer.put("DisplayName", job.body.get("DisplayName"));
    answer.put("Status", job.status);
    answer.put("Envs", job.body.get("Envs"));
    boolean ended = List.of("Failed", "Stopped", "Succeeded").contains(job.status);
    answer.put("ReasonCode", ended ? job.code : "");
    answer.put("ReasonMessage", ended ? job.message : "");
    boolean placed = !List.of("Creating", "Queuing").contains(job.status);
    answer.put(
        "Pods",
        placed
            ? List.of(Map.of("PodId", job.id + "-worker-0", "Type", "worker", "Status", job.status))
            : List.of());
    answer.put("RequestId", "R-get");
    reply(exchange, 200, answer);
  }

  /// Source: <https://help.aliyun.com/zh/pai/developer-reference/api-pai-dlc-2020-12-03-stopjob>
  private static void stop(HttpExchange exchange, Job job) throws IOException {
    job.stops++;
    job.statuses.clear();
    job.becomes("Stopping", "Stopped");
    job.because("JobStoppedByUser", "Job is stopped by user.");
    reply(exchange, 200, Map.of("JobId", job.id, "RequestId", "R-stop"));
  }

  private static void error(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    reply(exchange, status, Map.of("Code", code, "Message", message, "RequestId", "R-error"));
  }

  private static void reply(HttpExchange exchange, int status, Map<String, ?> answer)
      throws IOException {
    byte[] bytes = Json.line(answer).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static Map<String, String> query(HttpExchange exchange) {
    var query = new TreeMap<String, String>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      int at = pair.indexOf('=');
      query.put(
          URLDecoder.decode(pair.substring(0, at), StandardCharsets.UTF_8),
          URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
    }
    return query;
  }

  /// ACS3-HMAC-SHA256, as the documentation computes it. Source:
  /// <https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature>
  private static boolean signed(HttpExchange exchange, byte[] body) {
    String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    Matcher authorization = AUTHORIZATION.matcher(given);
    if (!authorization.matches() || !authorization.group(1).equals(KEY)) {
      return false;
    }
    try {
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
      String signed = authorization.group(2);
      String canonical =
          exchange.getRequestMethod()
              + "\n"
              + exchange.getRequestURI().getRawPath()
              + "\n"
              + query(exchange).entrySet().stream()
                  .map(e -> encoded(e.getKey()) + "=" + encoded(e.getValue()))
                  .collect(Collectors.joining("&"))
              + "\n"
              + List.of(signed.split(";")).stream()
                  .map(h -> h + ":" + exchange.getRequestHeaders().getFirst(h).strip() + "\n")
                  .collect(Collectors.joining())
              + "\n"
              + signed
              + "\n"
              + hash;
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
      String toSign = "ACS3-HMAC-SHA256\n" + HexFormat.of().formatHex(digest);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      String expected =
          HexFormat.of().formatHex(mac.doFinal(toSign.getBytes(StandardCharsets.UTF_8)));
      return expected.equals(authorization.group(3))
          && hash.equals(exchange.getRequestHeaders().getFirst("x-acs-content-sha256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
