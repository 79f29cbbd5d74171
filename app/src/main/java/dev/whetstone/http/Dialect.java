package dev.whetstone.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Whose errors a path speaks.
enum Dialect {
  /// `{"code","message","request_id"}`.
  DASHSCOPE {
    @Override
    Map<String, Object> error(Problem problem, String request) {
      var reply = new LinkedHashMap<String, Object>();
      reply.put("code", problem.code());
      reply.put("message", problem.said());
      reply.put("request_id", request);
      return reply;
    }
  },

  /// `{"error":{"message","type","param","code"}}`.
  OPENAI {
    @Override
    Map<String, Object> error(Problem problem, String request) {
      var error = new LinkedHashMap<String, Object>();
      error.put("message", problem.said());
      error.put(
          "type",
          switch (problem.status()) {
            case 429 -> "rate_limit_error";
            case 500, 503 -> "server_error";
            default -> "invalid_request_error";
          });
      error.put("param", problem.param());
      error.put(
          "code",
          problem.code().equals("Throttling")
              ? "rate_limit_exceeded"
              : problem.code().replaceAll("(?<=[a-z])([A-Z])", "_$1").toLowerCase(Locale.ROOT));
      return Map.of("error", error);
    }
  },

  /// `{"error":{"root_cause":[{"type","reason"}],"type","reason"},"status"}`.
  OPENSEARCH {
    @Override
    Map<String, Object> error(Problem problem, String request) {
      String type =
          switch (problem.status()) {
            case 400, 413 -> "illegal_argument_exception";
            case 401, 403 -> "security_exception";
            case 404 -> "resource_not_found_exception";
            case 429 -> "open_search_rejected_execution_exception";
            default -> "status_exception";
          };
      var error = new LinkedHashMap<String, Object>();
      error.put("root_cause", List.of(Map.of("type", type, "reason", problem.said())));
      error.put("type", type);
      error.put("reason", problem.said());
      var reply = new LinkedHashMap<String, Object>();
      reply.put("error", error);
      reply.put("status", problem.status());
      return reply;
    }
  };

  private static final List<String> OPENAI_PATHS = List.of("/v1/embeddings", "/v1/models");

  /// A problem's body.
  ///
  /// @param request its id
  abstract Map<String, Object> error(Problem problem, String request);

  static Dialect of(String path) {
    if (path.startsWith("/_plugins/")) {
      return OPENSEARCH;
    }
    return OPENAI_PATHS.stream().anyMatch(path::startsWith) ? OPENAI : DASHSCOPE;
  }
}
