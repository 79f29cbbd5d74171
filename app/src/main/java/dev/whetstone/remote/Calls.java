package dev.whetstone.remote;

import com.aliyun.tea.TeaException;
import com.aliyun.tea.TeaResponse;
import com.aliyun.teaopenapi.Client;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teaopenapi.models.OpenApiRequest;
import com.aliyun.teaopenapi.models.Params;
import com.aliyun.teautil.models.RuntimeOptions;
import dev.whetstone.core.BoundedReply;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Retry;
import dev.whetstone.core.Time;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// Calls of PAI-DLC (version 2020-12-03, ROA style) through Alibaba Cloud's core SDK, as its
/// documentation describes generic calls: it signs (ACS3-HMAC-SHA256), sends and reads answers.
/// Throttled calls wait and are sent again; so are reads that got no answer. Source:
/// <https://www.alibabacloud.com/help/en/sdk/developer-reference/generalized-call-java>
final class Calls {
  /// Pauses of at most 2, 4, 8, 16 and 32 s.
  private static final Retry.Limits LIMITS =
      new Retry.Limits(6, Duration.ofSeconds(2), Duration.ofSeconds(32), Duration.ofMinutes(10));

  private static final long MOST_REPLY_BYTES = 16 << 20;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int READ_MILLIS = 30_000;
  private static final Set<String> KEY_CODES =
      Set.of(
          "InvalidAccessKeyId.NotFound",
          "InvalidAccessKeyId.Inactive",
          "InvalidSecurityToken.Expired",
          "SignatureDoesNotMatch",
          "InvalidAccessKeySecret");

  /// A call that may or may not have been carried out.
  static final class Unanswered extends Exception {
    private static final long serialVersionUID = 1L;

    Unanswered(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final Endpoint endpoint;
  private final Client client;
  private final Retry retry;

  Calls(Endpoint endpoint, String region, AccessKey key, Time time) {
    this.endpoint = endpoint;
    this.retry = new Retry(LIMITS, time);
    var config =
        new Config()
            .setAccessKeyId(key.id())
            .setAccessKeySecret(key.secret())
            .setRegionId(region)
            .setProtocol(endpoint.protocol())
            .setEndpoint(endpoint.host())
            .setUserAgent("whetstone");
    if (key.token() != null) {
      config.setSecurityToken(key.token());
    }
    try {
      client = new Client(config);
      client.addResponseInterceptor((context, _) -> bounded(context.teaResponse()));
    } catch (Exception e) {
      throw new Failure.BadInput(
          "Alibaba Cloud's SDK does not take these settings: " + e.getMessage(), e);
    }
  }

  /// The SDK unpacks replies and reads them whole.
  private static TeaResponse bounded(TeaResponse response) {
    if (response.body != null) {
      response.body = new BoundedReply(response.body, MOST_REPLY_BYTES);
    }
    return response;
  }

  /// Reads: sent again until there is an answer.
  Map<String, ?> get(String action, String path, Map<String, String> query) {
    Retry.Attempts attempts = begin();
    while (true) {
      try {
        return once(action, "GET", path, query, null);
      } catch (Throttled | Unanswered e) {
        pause(attempts, e);
      }
    }
  }

  /// Writes: sent again only when throttled.
  ///
  /// @throws Unanswered if it cannot be told whether it was carried out
  Map<String, ?> post(String action, String path, @Nullable Map<String, Object> body)
      throws Unanswered {
    Retry.Attempts attempts = begin();
    while (true) {
      try {
        return once(action, "POST", path, Map.of(), body);
      } catch (Throttled e) {
        pause(attempts, e);
      }
    }
  }

  Retry.Attempts begin() {
    return retry.begin();
  }

  /// Waits before the next attempt.
  ///
  /// @throws Failure.Unavailable after the last attempt
  /// @throws CancellationException if the thread is interrupted; it stays so
  void pause(Retry.Attempts attempts, Exception e) {
    try {
      if (!attempts.pause(null)) {
        throw new Failure.Unavailable(
            endpoint.host() + " did not answer " + attempts.failed() + " times: " + e.getMessage(),
            e);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private static final class Throttled extends Exception {
    private static final long serialVersionUID = 1L;

    Throttled(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }

  private Map<String, ?> once(
      String action,
      String method,
      String path,
      Map<String, String> query,
      @Nullable Map<String, Object> body)
      throws Throttled, Unanswered {
    var call =
        new Params()
            .setAction(action)
            .setVersion("2020-12-03")
            .setProtocol(endpoint.protocol())
            .setPathname(path)
            .setMethod(method)
            .setAuthType("AK")
            .setStyle("ROA")
            .setReqBodyType("json")
            .setBodyType("json");
    var request = new OpenApiRequest().setQuery(query);
    if (body != null) {
      request.setBody(body);
    }
    var options =
        new RuntimeOptions()
            .setAutoretry(false)
            .setConnectTimeout(CONNECT_MILLIS)
            .setReadTimeout(READ_MILLIS);
    try {
      return body(client.callApi(call, request, options));
    } catch (TeaException e) {
      throw failure(action, e);
    } catch (Exception e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted");
      }
      throw new Unanswered(action + " at " + endpoint.host() + ": " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("unchecked") // the SDK's own form: headers, body, statusCode
  private static Map<String, ?> body(Map<String, ?> answer) {
    return answer.get("body") instanceof Map<?, ?> body ? (Map<String, ?>) body : Map.of();
  }

  private Failure failure(String action, TeaException e) throws Throttled, Unanswered {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
    String code = String.valueOf(e.getCode());
    int status = status(e);
    if (status == 429 || code.startsWith("Throttling")) {
      throw new Throttled(e);
    }
    String words =
        action + " at " + endpoint.host() + " was answered: " + code + ": " + e.getMessage();
    if (status < 400 || status >= 500) { // no status: the connection broke
      throw new Unanswered(status < 400 ? action + ": " + e.getMessage() : words, e);
    }
    if (status == 401 || status == 403 || KEY_CODES.contains(code)) {
      return new Failure.Refused(
          words
              + ". Check the access key in "
              + AccessKey.ID
              + ", and that its user may call paidlc:"
              + action);
    }
    return new Failure.BadInput(words, e);
  }

  private static int status(TeaException e) {
    if (e.getStatusCode() != null) {
      return e.getStatusCode();
    }
    Object status = e.getData() == null ? null : e.getData().get("statusCode");
    return status instanceof Number number ? number.intValue() : 0;
  }
}
