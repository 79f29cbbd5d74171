package dev.whetstone.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Passage;
import dev.whetstone.http.FollowedAnswer.Reader;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.DocumentPart;
import dev.whetstone.serving.Query;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// The tools of the Model Context Protocol: `search` and `fetch`, in the shapes that ChatGPT's
/// connectors ask for, and `answer` where the settings say so. A result stands there twice, as
/// `structuredContent` and as JSON in a text, since older clients read the text alone.
final class McpTools {
  /// Of what `fetch` reads: some 5,000 tokens.
  static final int FETCHED_CHARACTERS = 20_000;

  private static final String DEFINITIONS = "mcp-tools.json";
  private static final String ANSWER = "answer";
  private static final int MOST_RESULTS = 100;
  private static final int NEAREST = 3;

  private final Application application;
  private final boolean answers;
  private final String definitions;

  /// @param answers whether there is a tool `answer`
  McpTools(Application application, boolean answers) {
    this.application = application;
    this.answers = answers;
    try (InputStream in = McpTools.class.getResourceAsStream(DEFINITIONS)) {
      this.definitions =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Their descriptions for one app.
  ArrayNode list(App app) {
    try {
      var all = JsonBody.JSON.createArrayNode();
      for (JsonNode tool : JsonBody.JSON.readTree(definitions.replace("{app}", app.name()))) {
        if (answers || !tool.path("name").asText().equals(ANSWER)) {
          all.add(tool);
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Calls a tool.
  ///
  /// @throws McpError if there is none of that name
  /// @throws RequestException if its arguments are not those that it takes
  ObjectNode call(Context context, Caller caller, App app, String name, JsonBody arguments) {
    if (name.equals(ANSWER) && answers) {
      return answer(context, caller, app, arguments);
    }
    return switch (name) {
      case "search" -> search(caller, app, arguments);
      case "fetch" -> fetch(caller, app, arguments);
      default -> throw new McpError(McpError.INVALID_PARAMS, "Unknown tool: " + name);
    };
  }

  private static Query query(JsonBody arguments) {
    String question = Conversation.of(arguments.text("query"), "query").question();
    return new Query(question, RetrieveRoutes.checked(arguments.objectOrEmpty("filter").texts()));
  }

  private ObjectNode search(Caller caller, App app, JsonBody arguments) {
    arguments.only("query", "top_k", "filter");
    Query query = query(arguments);
    int topK =
        arguments.whole("top_k", Math.min(MOST_RESULTS, app.retriever().topK()), 1, MOST_RESULTS);
    List<Retrieved> hits = application.retrieve(caller, app, query, topK).hits();
    ObjectNode found = JsonBody.JSON.createObjectNode();
    results(app, hits, topK, found.putArray("results"));
    return result(found);
  }

  private static void results(App app, List<Retrieved> hits, int most, ArrayNode into) {
    hits.stream().limit(most).forEach(hit -> result(app, hit.passage(), into.addObject()));
  }

  private static ObjectNode result(App app, Passage passage, ObjectNode into) {
    Citation shown = Citation.of(1, passage);
    return into.put("id", passage.id())
        .put("title", title(shown))
        .put("url", url(app, passage))
        .put("text", shown.text());
  }

  /// The path of the headings, which begins with the document's title where it has headings.
  private static String title(Citation shown) {
    return shown.headings().isEmpty() ? shown.title() : String.join(" > ", shown.headings());
  }

  private static String url(App app, Passage passage) {
    return passage.link().orElseGet(() -> McpResources.uri(app, passage.id()));
  }

  private ObjectNode fetch(Caller caller, App app, JsonBody arguments) {
    String id = arguments.only("id").text("id");
    DocumentPart part =
        application
            .read(caller, app, id, FETCHED_CHARACTERS)
            .orElseThrow(
                () ->
                    RequestException.badRequest(
                        "There is no passage \""
                            + id
                            + "\" in this index: take the id of a result of search."));
    Passage passage = part.passage();
    Citation shown = Citation.of(1, passage);
    ObjectNode read =
        JsonBody.JSON
            .createObjectNode()
            .put("id", id)
            .put("title", title(shown))
            .put("text", text(part))
            .put("url", url(app, passage));
    ObjectNode metadata = read.putObject("metadata");
    facts(passage).forEach(metadata::put);
    metadata.put("part", part.whole() ? "whole document" : "around the passage");
    return result(read);
  }

  /// The passages in reading order, each heading path once before those that it stands over.
  private static String text(DocumentPart part) {
    var text = new StringBuilder();
    List<String> above = List.of();
    for (Passage passage : part.around()) {
      Citation shown = Citation.of(1, passage);
      text.append(text.isEmpty() ? "" : "\n\n");
      if (!shown.headings().equals(above) && !shown.headings().isEmpty()) {
        text.append(String.join(" > ", shown.headings())).append("\n\n");
      }
      above = shown.headings();
      text.append(shown.text());
    }
    return text.toString();
  }

  /// What is known of a passage beside its text, as texts.
  static Map<String, String> facts(Passage passage) {
    var facts = new TreeMap<String, String>(passage.metadata());
    facts.values().removeIf(McpTools::namesAFile);
    facts.remove(Passage.URL);
    passage.link().ifPresent(link -> facts.put(Passage.URL, link));
    facts.put("document", passage.document());
    if (!passage.headings().isEmpty()) {
      facts.put("heading", String.join(" > ", passage.headings()));
    }
    if (passage.page() > 0) {
      facts.put("page", Integer.toString(passage.page()));
    }
    return facts;
  }

  /// Whether a value of an adopted index is a place on a machine.
  private static boolean namesAFile(String value) {
    return value.startsWith("/")
        || value.startsWith("file:")
        || value.matches("[A-Za-z]:[\\\\/].*");
  }

  private ObjectNode answer(Context context, Caller caller, App app, JsonBody arguments) {
    arguments.only("query", "filter");
    Query query = query(arguments);
    Answered answered =
        FollowedAnswer.follow(
            context, application, new FollowedAnswer.Asked(caller, app, query), Reader.NONE);
    Answer answer = answered.answer();
    ObjectNode told =
        JsonBody.JSON
            .createObjectNode()
            .put("answer", answer.text())
            .put("declined", answer.declined())
            .put("mode", answer.mode())
            .put("note", answer.note());
    ArrayNode citations = told.putArray("citations");
    for (Citation citation : answer.citations()) {
      String link = citation.link();
      citations
          .addObject()
          .put("number", citation.number())
          .put("id", citation.passageId())
          .put("title", title(citation))
          .put("url", link == null ? McpResources.uri(app, citation.passageId()) : link)
          .put("text", citation.text())
          .put("document", citation.document())
          .put("page", citation.page());
    }
    Replies.Decline decline = Replies.Decline.of(answer);
    if (decline != null) {
      told.set("decline", JsonBody.JSON.valueToTree(decline));
      results(app, answered.hits(), NEAREST, told.putArray("nearest"));
    }
    ObjectNode result = result(told);
    ArrayNode content = (ArrayNode) result.get("content");
    for (Citation citation : answer.citations()) {
      link(app, citation, "[" + citation.number() + "] ", content);
    }
    if (decline != null) {
      answered.hits().stream()
          .limit(NEAREST)
          .forEach(hit -> link(app, Citation.of(1, hit.passage()), "", content));
    }
    return result;
  }

  private static void link(App app, Citation passage, String mark, ArrayNode content) {
    content
        .addObject()
        .put("type", "resource_link")
        .put("uri", McpResources.uri(app, passage.passageId()))
        .put("name", mark + title(passage))
        .put("mimeType", McpResources.TYPE);
  }

  private static ObjectNode result(ObjectNode structured) {
    ObjectNode result = content(structured.toString(), false);
    result.set("structuredContent", structured);
    return result;
  }

  /// What a tool could not do, told to the language model that called it, which may mend the call.
  static ObjectNode problem(String message) {
    return content(message, true);
  }

  private static ObjectNode content(String text, boolean problem) {
    ObjectNode result = JsonBody.JSON.createObjectNode();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result.put("isError", problem);
  }
}
