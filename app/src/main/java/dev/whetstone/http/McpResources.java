package dev.whetstone.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Passage;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Caller;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The resources of the Model Context Protocol: each passage of an app's index is one, under
/// `whetstone://APP/passages/ID`. There are too many to be listed; a template tells their form, and
/// results of tools name them.
final class McpResources {
  static final String TYPE = "text/plain";

  private static final Pattern URI = Pattern.compile("whetstone://([^/]+)/passages/([^/]+)");

  private McpResources() {}

  static String uri(App app, String passageId) {
    return prefix(app) + encoded(passageId);
  }

  private static String prefix(App app) {
    return "whetstone://" + encoded(app.name()) + "/passages/";
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static ObjectNode list() {
    ObjectNode result = JsonBody.JSON.createObjectNode();
    result.putArray("resources");
    return result;
  }

  static ObjectNode templates(App app) {
    ObjectNode result = JsonBody.JSON.createObjectNode();
    result
        .putArray("resourceTemplates")
        .addObject()
        .put("uriTemplate", prefix(app) + "{id}")
        .put("name", "passage")
        .put("title", "A passage of " + app.name())
        .put("description", "The text of a passage, by the id that search and answer give")
        .put("mimeType", TYPE);
    return result;
  }

  /// Empty where the address is none of this app, or its index has no such passage.
  static Optional<ObjectNode> read(Application application, Caller caller, App app, String uri) {
    Matcher parts = URI.matcher(uri);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String of = decoded(parts.group(1));
    if (!of.equals(app.name()) && !of.equals(app.id())) {
      return Optional.empty();
    }
    return application
        .read(caller, app, decoded(parts.group(2)), 0)
        .map(part -> contents(uri, part.passage()));
  }

  private static ObjectNode contents(String uri, Passage passage) {
    ObjectNode result = JsonBody.JSON.createObjectNode();
    ObjectNode contents =
        result
            .putArray("contents")
            .addObject()
            .put("uri", uri)
            .put("mimeType", TYPE)
            .put("text", passage.text());
    ObjectNode meta = contents.putObject("_meta");
    McpTools.facts(passage).forEach((key, value) -> meta.put("whetstone/" + key, value));
    return result;
  }

  private static String decoded(String part) {
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return part; // a percent sign of its own
    }
  }
}
