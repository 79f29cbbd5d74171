package dev.whetstone.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// A message of the Model Context Protocol that is answered with an error of JSON-RPC 2.0.
final class McpError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static final int PARSE_ERROR = -32700;
  static final int INVALID_REQUEST = -32600;
  static final int METHOD_NOT_FOUND = -32601;
  static final int INVALID_PARAMS = -32602;
  static final int INTERNAL_ERROR = -32603;

  /// Of ours: the server has no such app, asks for a key, or is at its limit.
  static final int REFUSED = -32000;

  /// Of 2025-11-25 and before; later ones say [#INVALID_PARAMS].
  static final int RESOURCE_NOT_FOUND = -32002;

  /// Headers and body name different versions, methods or names (2026-07-28).
  static final int HEADER_MISMATCH = -32020;

  static final int UNSUPPORTED_VERSION = -32022;

  private final int code;
  private final transient @Nullable JsonNode data;

  McpError(int code, String message) {
    this(code, message, null);
  }

  McpError(int code, String message, @Nullable JsonNode data) {
    super(message, null, false, false);
    this.code = code;
    this.data = data;
  }

  /// The HTTP status that 2026-07-28 gives the code.
  int status() {
    return switch (code) {
      case PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS, HEADER_MISMATCH, UNSUPPORTED_VERSION ->
          400;
      case METHOD_NOT_FOUND -> 404;
      default -> 200;
    };
  }

  /// @param id of the request; null where it is not known
  ObjectNode body(@Nullable JsonNode id) {
    ObjectNode body = JsonBody.JSON.createObjectNode().put("jsonrpc", "2.0");
    body.set("id", id == null ? JsonBody.JSON.nullNode() : id);
    ObjectNode error = body.putObject("error").put("code", code).put("message", getMessage());
    if (data != null) {
      error.set("data", data);
    }
    return body;
  }
}
