package dev.whetstone.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.catalog.App;
import dev.whetstone.serving.Application;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;

/// The Model Context Protocol over streamable HTTP, without sessions: one message in, one reply as
/// JSON out. An address is one app: `/mcp` the workspace's own, `/mcp/{id}` that of this id or
/// name.
///
/// **Why not the official Java SDK** (`io.modelcontextprotocol.sdk:mcp` 2.1.0, November 2026): its
/// `ProtocolVersions` end at 2025-11-25, so it knows neither `server/discover` nor requests that
/// stand alone, and clients of 2026-07-28 would be answered 404. Its stateless transport is a
/// servlet beside Javalin's: it reads the body itself, without [RequestBody]'s memory and patience,
/// answers problems in its own form, and holds the request's thread in `Mono.block()`. It brings
/// twelve further jars, among them a second Jackson (3.1), Reactor and a validator of schemas, for
/// the seven methods below. The official Python client (`clients/check_mcp.py`) is the judge of
/// this one.
///
/// **Errors.** What is wrong with a message is an error of JSON-RPC; what a tool cannot do (a
/// question too long, an index that does not answer, too much work under way) is a result with
/// `isError`, so that the language model that called it reads why. Until 2025-11-25 errors of
/// methods come with status 200, since clients of that time take another for a broken connection.
///
/// Source: the specification's transports and lifecycle pages of 2025-06-18, 2025-11-25 and
/// 2026-07-28.
final class McpRoutes {
  private static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";

  private final AppRoutes apps;
  private final Application application;
  private final McpTools tools;
  private final int requestBytes;

  /// @param answers whether there is a tool `answer`
  McpRoutes(AppRoutes apps, Application application, boolean answers, int requestBytes) {
    this.apps = apps;
    this.application = application;
    this.tools = new McpTools(application, answers);
    this.requestBytes = requestBytes;
  }

  void add(RoutesConfig routes) {
    routes.post("/mcp", context -> serve(context, own(context)));
    routes.post("/mcp/{id}", context -> serve(context, apps.find(context)));
  }

  private App own(Context context) {
    return application
        .ownApp(apps.caller(context))
        .orElseThrow(
            () ->
                new RequestException(
                    404,
                    "AppNotFound",
                    "This workspace has no app of its own yet: name one, as in /mcp/NAME (GET"
                        + " /v1/apps lists those there are)."));
  }

  private void serve(Context context, App app) {
    try {
      McpMessage message = McpMessage.read(context, requestBytes);
      if (message.notification()) {
        context.status(202); // nothing here has to be told of any
        return;
      }
      answer(context, app, message);
    } catch (McpError error) {
      context.status(error.status());
      Replies.tree(context, error.body(context.attribute(McpMessage.ID)));
    }
  }

  private void answer(Context context, App app, McpMessage message) {
    ObjectNode reply = JsonBody.JSON.createObjectNode().put("jsonrpc", "2.0");
    reply.set("id", message.id());
    try {
      ObjectNode result = result(context, app, message);
      if (message.modern()) {
        result.put("resultType", "complete");
        result.putObject("_meta").set(SERVER_INFO, server(app));
      }
      reply.set("result", result);
      Replies.tree(context, reply);
    } catch (McpError error) {
      context.status(message.modern() ? error.status() : 200);
      Replies.tree(context, error.body(message.id()));
    }
  }

  private ObjectNode result(Context context, App app, McpMessage message) {
    String method = message.method();
    if (message.modern()) {
      return switch (method) {
        case "server/discover" -> cached(discover(app));
        default -> cached(method, common(context, app, message));
      };
    }
    return switch (method) {
      case "initialize" -> initialize(app, message);
      case "ping" -> JsonBody.JSON.createObjectNode();
      default -> common(context, app, message);
    };
  }

  /// The methods of every version.
  private ObjectNode common(Context context, App app, McpMessage message) {
    return switch (message.method()) {
      case "tools/list" -> {
        ObjectNode result = JsonBody.JSON.createObjectNode();
        result.set("tools", tools.list(app));
        yield result;
      }
      case "tools/call" -> call(context, app, message);
      case "resources/list" -> McpResources.list();
      case "resources/templates/list" -> McpResources.templates(app);
      case "resources/read" -> read(context, app, message);
      default ->
          throw new McpError(McpError.METHOD_NOT_FOUND, "Method not found: " + message.method());
    };
  }

  private ObjectNode call(Context context, App app, McpMessage message) {
    JsonNode arguments = message.params().path("arguments");
    if (!arguments.isMissingNode() && !arguments.isObject()) {
      throw new McpError(McpError.INVALID_PARAMS, "\"params.arguments\" must be an object.");
    }
    var given =
        new JsonBody(arguments.isObject() ? arguments : JsonBody.JSON.createObjectNode(), "");
    try {
      return tools.call(context, apps.caller(context), app, text(message, "name"), given);
    } catch (McpError error) {
      throw error;
    } catch (RuntimeException e) {
      return McpTools.problem(ErrorReplies.problem(e, context).message());
    }
  }

  private ObjectNode read(Context context, App app, McpMessage message) {
    String uri = text(message, "uri");
    Optional<ObjectNode> contents;
    try {
      contents = McpResources.read(application, apps.caller(context), app, uri);
    } catch (RuntimeException e) {
      throw new McpError(McpError.INTERNAL_ERROR, ErrorReplies.problem(e, context).message());
    }
    return contents.orElseThrow(
        () -> {
          ObjectNode data = JsonBody.JSON.createObjectNode().put("uri", uri);
          int code = message.modern() ? McpError.INVALID_PARAMS : McpError.RESOURCE_NOT_FOUND;
          return new McpError(code, "Resource not found", data);
        });
  }

  private static String text(McpMessage message, String field) {
    JsonNode value = message.params().path(field);
    if (!value.isTextual()) {
      throw new McpError(McpError.INVALID_PARAMS, "\"params." + field + "\" must be a text.");
    }
    return value.textValue();
  }

  /// A version that is not known here is answered with the newest that begins so.
  private ObjectNode initialize(App app, McpMessage message) {
    String wanted = message.params().path("protocolVersion").asText();
    ObjectNode result = JsonBody.JSON.createObjectNode();
    result.put(
        "protocolVersion",
        McpMessage.HANDSHAKE.contains(wanted) ? wanted : McpMessage.HANDSHAKE.getLast());
    describe(app, result);
    result.set("serverInfo", server(app));
    return result;
  }

  private ObjectNode discover(App app) {
    ObjectNode result = JsonBody.JSON.createObjectNode();
    var versions = result.putArray("supportedVersions");
    McpMessage.HANDSHAKE.forEach(versions::add);
    McpMessage.MODERN.forEach(versions::add);
    describe(app, result);
    return result;
  }

  private static void describe(App app, ObjectNode result) {
    ObjectNode capabilities = result.putObject("capabilities");
    capabilities.putObject("tools");
    capabilities.putObject("resources");
    result.put(
        "instructions",
        "Searches the documents of \""
            + app.name()
            + "\". Search first, fetch what looks right, and cite the url of what you use.");
  }

  private static ObjectNode server(App app) {
    String version = McpRoutes.class.getPackage().getImplementationVersion();
    return JsonBody.JSON
        .createObjectNode()
        .put("name", "whetstone")
        .put("title", "Whetstone: " + app.name())
        .put("version", version == null ? "development" : version);
  }

  /// How long a client may keep a result: lists depend on the settings and the app alone, what is
  /// found on documents that change.
  private static ObjectNode cached(String method, ObjectNode result) {
    return method.equals("tools/call") ? result : cached(result);
  }

  private static ObjectNode cached(ObjectNode result) {
    return result.put("ttlMs", 0).put("cacheScope", "private");
  }
}
