package dev.whetstone.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The form of a path's error bodies: that of the API which its callers know.
enum ErrorFormat {
  /// `{"code","message","request_id"}`.
  DASHSCOPE {
    @Override
    Record body(RequestException problem, String request) {
      return new DashScope(problem.code(), problem.message(), request);
    }
  },

  /// `{"error":{"message","type","param","code"}}`.
  OPENAI {
    @Override
    Record body(RequestException problem, String request) {
      String type =
          switch (problem.status()) {
            case 429 -> "rate_limit_error";
            case 500, 503 -> "server_error";
            default -> "invalid_request_error";
          };
      String code =
          problem.code().equals("Throttling")
              ? "rate_limit_exceeded"
              : problem.code().replaceAll("(?<=[a-z])([A-Z])", "_$1").toLowerCase(Locale.ROOT);
      return new OpenAi(new OpenAi.Detail(problem.message(), type, problem.param(), code));
    }
  },

  /// `{"error":{"root_cause":[{"type","reason"}],"type","reason"},"status"}`.
  OPENSEARCH {
    @Override
    Record body(RequestException problem, String request) {
      String type =
          switch (problem.status()) {
            case 400, 413 -> "illegal_argument_exception";
            case 401, 403 -> "security_exception";
            case 404 -> "resource_not_found_exception";
            case 429 -> "open_search_rejected_execution_exception";
            default -> "status_exception";
          };
      var cause = new OpenSearch.Cause(type, problem.message());
      return new OpenSearch(
          new OpenSearch.Detail(List.of(cause), type, problem.message()), problem.status());
    }
  },

  /// `{"jsonrpc","id","error":{"code","message"}}`, of a message that was not read.
  JSON_RPC {
    @Override
    Record body(RequestException problem, String request) {
      int code =
          switch (problem.status()) {
            case 400, 413 -> McpError.INVALID_REQUEST;
            case 500, 503 -> McpError.INTERNAL_ERROR;
            default -> McpError.REFUSED;
          };
      return new JsonRpc("2.0", null, new JsonRpc.Detail(code, problem.message()));
    }
  },

  /// `{"error_code","error_msg"}`, with the codes that Dify names, else the status.
  DIFY {
    @Override
    Record body(RequestException problem, String request) {
      int code =
          switch (problem.code()) {
            case "InvalidApiKey" -> problem.message().equals(AccessCheck.NO_KEY) ? 1001 : 1002;
            case "AccessDenied" -> 1002;
            case "AppNotFound" -> 2001;
            default -> problem.status();
          };
      return new Dify(code, problem.message());
    }
  };

  private record Dify(int errorCode, String errorMsg) {}

  private record JsonRpc(String jsonrpc, @Nullable String id, JsonRpc.Detail error) {
    record Detail(int code, String message) {}
  }

  private record DashScope(String code, String message, String requestId) {}

  private record OpenAi(OpenAi.Detail error) {
    record Detail(String message, String type, @Nullable String param, String code) {}
  }

  private record OpenSearch(OpenSearch.Detail error, int status) {
    record Detail(List<Cause> rootCause, String type, String reason) {}

    record Cause(String type, String reason) {}
  }

  private static final List<String> OPENAI_PATHS =
      List.of(
          "/v1/chat/", "/v1/responses", "/v1/embeddings", "/v1/models", "/v1/rerank", "/v2/rerank");

  /// A problem's body.
  ///
  /// @param request its id
  abstract Record body(RequestException problem, String request);

  static ErrorFormat of(String path) {
    if (path.startsWith("/_plugins/")) {
      return OPENSEARCH;
    }
    if (path.equals("/mcp") || path.startsWith("/mcp/")) {
      return JSON_RPC;
    }
    if (path.startsWith("/dify/")) {
      return DIFY;
    }
    return OPENAI_PATHS.stream().anyMatch(path::startsWith) ? OPENAI : DASHSCOPE;
  }
}
