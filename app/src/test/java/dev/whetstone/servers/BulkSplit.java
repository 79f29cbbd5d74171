package dev.whetstone.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A bulk request of which some items never arrive, and the answer that a node would give.
final class BulkSplit {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// @param action for example `index`
  private record Item(String action, JsonNode about, boolean fails) {}

  private final List<Item> items = new ArrayList<>();
  private final ByteArrayOutputStream passed = new ByteArrayOutputStream();

  private BulkSplit() {}

  static BulkSplit of(byte[] ndjson, BooleanSupplier fails) throws IOException {
    var split = new BulkSplit();
    Iterator<String> lines = new String(ndjson, UTF_8).lines().iterator();
    while (lines.hasNext()) {
      var first = lines.next();
      if (first.isBlank()) {
        continue;
      }
      Map.Entry<String, JsonNode> action = JSON.readTree(first).properties().iterator().next();
      var item = new Item(action.getKey(), action.getValue(), fails.getAsBoolean());
      split.items.add(item);
      var whole = first + "\n" + (item.action().equals("delete") ? "" : lines.next() + "\n");
      if (!item.fails()) {
        split.passed.write(whole.getBytes(UTF_8));
      }
    }
    return split;
  }

  /// The items that the node sees.
  byte[] passed() {
    return passed.toByteArray();
  }

  /// @param nodes the node's answer to those; null when there are none
  byte[] answer(byte @Nullable [] nodes, int status) throws IOException {
    var passed =
        nodes == null
            ? List.<JsonNode>of().iterator()
            : JSON.readTree(nodes).get("items").iterator();
    var answer = JSON.createObjectNode().put("took", 1).put("errors", true);
    var results = answer.putArray("items");
    for (var item : items) {
      results.add(item.fails() ? failed(item, status) : passed.next());
    }
    return JSON.writeValueAsBytes(answer);
  }

  private static ObjectNode failed(Item item, int status) {
    var result = JSON.createObjectNode();
    var about = result.putObject(item.action());
    about.set("_id", item.about().path("_id"));
    about.put("status", status);
    about
        .putObject("error")
        .put(
            "type",
            status == 429 ? "es_rejected_execution_exception" : "unavailable_shards_exception")
        .put("reason", "made by a test");
    return result;
  }
}
