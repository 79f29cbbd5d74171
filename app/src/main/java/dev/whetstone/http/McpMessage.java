package dev.whetstone.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One message of the Model Context Protocol, read by the rules of its version.
///
/// Which version it is of, the header `MCP-Protocol-Version` says. Until 2025-11-25 a client shakes
/// hands first (`initialize`), which is sent without the header; so may be what follows. From
/// 2026-07-28 on each request stands alone: it repeats the version in `params._meta`, with what the
/// client can do, and its method and the tool's or resource's name in `Mcp-Method` and `Mcp-Name`,
/// which must agree with the body, since proxies route by them.
///
/// @param id null for a notification
/// @param params an empty object where there are none
/// @param modern whether it is of 2026-07-28
record McpMessage(@Nullable JsonNode id, String method, ObjectNode params, boolean modern) {
  /// The attribute of a request that holds its message's id, for errors.
  static final String ID = "mcp_id";

  static final String VERSION_HEADER = "MCP-Protocol-Version";
  static final String META_VERSION = "io.modelcontextprotocol/protocolVersion";

  /// Versions that begin with `initialize`, oldest first.
  static final List<String> HANDSHAKE = List.of("2025-06-18", "2025-11-25");

  /// Versions whose requests stand alone.
  static final List<String> MODERN = List.of("2026-07-28");

  private static final String META_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";

  /// The parameter that `Mcp-Name` repeats, by method.
  private static final Map<String, String> NAMED =
      Map.of("tools/call", "name", "resources/read", "uri", "prompts/get", "name");

  private static final List<String> ROUTING = List.of(VERSION_HEADER, "Mcp-Method", "Mcp-Name");
  private static final String ENCODED = "=?base64?";
  private static final String ENCODED_END = "?=";

  boolean notification() {
    return id == null;
  }

  /// @throws McpError if it is none, or of a version that is not spoken here
  static McpMessage read(Context context, int limit) {
    JsonNode body = json(RequestBody.read(context, limit));
    if (!body.isObject()) {
      throw new McpError(
          McpError.INVALID_REQUEST,
          "The body must be one JSON-RPC message: an object, no array of them.");
    }
    return of(context, (ObjectNode) body);
  }

  private static JsonNode json(byte[] bytes) {
    try {
      JsonNode node = JsonBody.JSON.readTree(bytes);
      if (node == null || node.isMissingNode()) {
        throw new McpError(McpError.PARSE_ERROR, "The request has no body.");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new McpError(McpError.PARSE_ERROR, "The body is not JSON.");
    } catch (IOException e) {
      throw new McpError(McpError.PARSE_ERROR, "The request's body cannot be read.");
    }
  }

  private static McpMessage of(Context context, ObjectNode body) {
    @Nullable JsonNode id = body.get("id");
    boolean answer = body.has("result") || body.has("error");
    JsonNode method = body.get("method");
    if (!body.path("jsonrpc").asText().equals("2.0")
        || (id != null && !id.isTextual() && !id.isIntegralNumber())
        || (!answer && (method == null || !method.isTextual()))) {
      throw new McpError(
          McpError.INVALID_REQUEST,
          "This is no message of JSON-RPC 2.0: it needs \"jsonrpc\": \"2.0\", a \"method\", and an"
              + " \"id\" that is a text or a whole number, or none for a notification.");
    }
    context.attribute(ID, id);
    JsonNode params = body.path("params");
    if (!params.isMissingNode() && !params.isObject()) {
      throw new McpError(McpError.INVALID_REQUEST, "\"params\" must be an object.");
    }
    ObjectNode given = params.isObject() ? (ObjectNode) params : JsonBody.JSON.createObjectNode();
    @Nullable String version = context.header(VERSION_HEADER);
    boolean modern =
        (version != null && MODERN.contains(version)) || given.path("_meta").has(META_VERSION);
    if (version != null && !HANDSHAKE.contains(version) && !MODERN.contains(version)) {
      throw unsupported(version);
    }
    var message =
        new McpMessage(
            answer ? null : id, answer ? "" : String.valueOf(method.asText()), given, modern);
    if (modern && !message.notification()) {
      message.requireEnvelope(context, version);
    }
    return message;
  }

  private static McpError unsupported(String version) {
    ObjectNode data = JsonBody.JSON.createObjectNode();
    var supported = data.putArray("supported");
    HANDSHAKE.forEach(supported::add);
    MODERN.forEach(supported::add);
    data.put("requested", version);
    return new McpError(McpError.UNSUPPORTED_VERSION, "Unsupported protocol version", data);
  }

  /// What a request that stands alone must say of itself.
  private void requireEnvelope(Context context, @Nullable String version) {
    JsonNode meta = params.path("_meta");
    for (String key : List.of(META_VERSION, META_CAPABILITIES)) {
      if (!meta.has(key)) {
        throw new McpError(McpError.INVALID_PARAMS, "\"params._meta\" lacks \"" + key + "\".");
      }
    }
    for (String header : ROUTING) {
      if (Collections.list(context.req().getHeaders(header)).size() > 1) {
        throw mismatch("The header " + header + " stands there more than once.");
      }
    }
    String meant = meta.path(META_VERSION).asText();
    if (!meant.equals(version)) {
      throw mismatch(VERSION_HEADER + " and \"params._meta\" name different versions.");
    }
    if (!MODERN.contains(meant)) {
      throw unsupported(meant);
    }
    if (!method.equals(context.header("Mcp-Method"))) {
      throw mismatch("Mcp-Method must repeat the body's method.");
    }
    String named = NAMED.get(method);
    if (named != null && !params.path(named).asText().equals(decoded(context.header("Mcp-Name")))) {
      throw mismatch("Mcp-Name must repeat the body's \"params." + named + "\".");
    }
  }

  private static McpError mismatch(String message) {
    return new McpError(McpError.HEADER_MISMATCH, message);
  }

  /// A header's text; what ASCII cannot hold comes in base64.
  private static @Nullable String decoded(@Nullable String header) {
    if (header == null || !header.startsWith(ENCODED) || !header.endsWith(ENCODED_END)) {
      return header;
    }
    try {
      byte[] bytes =
          Base64.getDecoder()
              .decode(header.substring(ENCODED.length(), header.length() - ENCODED_END.length()));
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException _) {
      return null;
    }
  }
}
