package dev.whetstone.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/// The reply of a server that was asked for a stream and sends a whole completion instead, as some
/// proxies do.
final class WholeReply {
  private static final ObjectMapper JSON = new ObjectMapper();

  private WholeReply() {}

  /// The completion as the only chunk of a stream: each choice's `message` becomes its `delta`.
  ///
  /// @throws IOException if it is no completion
  static String asChunk(byte[] body) throws IOException {
    JsonNode reply = JSON.readTree(body);
    if (reply == null || !reply.path("choices").isArray()) {
      throw new IOException("neither a stream of events nor a completion");
    }
    for (JsonNode choice : reply.get("choices")) {
      if (choice instanceof ObjectNode each && each.get("message") instanceof ObjectNode message) {
        each.set("delta", message);
      }
    }
    return JSON.writeValueAsString(reply);
  }
}
