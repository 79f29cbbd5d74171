package dev.whetstone.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.core.Passage;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What answers look like on the wire. Field names are part of the interface: they are DashScope's
/// and ours, and never change within `v1`.
final class Replies {
  /// Bytes of a reply that counts: shorter ones are sent at once, whether they are read or not.
  private static final int LONG = 16 << 10;

  private Replies() {}

  static void json(Context context, Map<String, ?> reply) {
    try {
      byte[] bytes = Body.JSON.writeValueAsBytes(reply);
      Allowance.of(context).only(bytes.length > LONG ? bytes.length : 0);
      context.contentType("application/json").result(bytes);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of texts and numbers are always JSON", e);
    }
  }

  static Map<String, Object> hits(Hits found, int topK) {
    var hits = new ArrayList<Map<String, Object>>();
    for (Retrieved hit : found.hits().subList(0, Math.min(topK, found.hits().size()))) {
      Passage passage = hit.passage();
      var scores = new LinkedHashMap<String, Object>();
      hit.words().ifPresent(score -> scores.put("bm25", score));
      hit.cosine().ifPresent(score -> scores.put("cosine", score));
      scores.put("fused", hit.fused());
      var shown = new LinkedHashMap<String, Object>();
      shown.put("id", passage.id());
      shown.put("score", hit.fused());
      shown.put("text", passage.text());
      shown.put("document", passage.document());
      shown.put("heading", String.join(" > ", passage.headings()));
      shown.put("page", passage.page());
      shown.put("span", List.of(passage.from(), passage.to()));
      shown.put("scores", scores);
      hits.add(shown);
    }
    var reply = new LinkedHashMap<String, Object>();
    reply.put("hits", hits);
    reply.put("space", found.space());
    reply.put("generation", found.generation());
    return reply;
  }

  /// DashScope's shape; `declined`, `mode`, `note` and what a reference holds from `passage_id` on
  /// are ours.
  static Map<String, Object> completion(Answer answer, String session, String request) {
    var output = new LinkedHashMap<String, Object>();
    output.put("text", text(answer));
    output.put("finish_reason", "stop");
    output.put("session_id", session);
    output.put("thoughts", List.of());
    output.put("doc_references", answer.citations().stream().map(Replies::reference).toList());
    output.put("declined", answer.declined());
    output.put("mode", answer.mode());
    output.put("note", answer.note());
    var model = new LinkedHashMap<String, Object>();
    model.put("model_id", answer.mode());
    model.put("input_tokens", answer.usage().inputTokens());
    model.put("output_tokens", answer.usage().outputTokens());
    var reply = new LinkedHashMap<String, Object>();
    reply.put("output", output);
    reply.put("usage", Map.of("models", List.of(model)));
    reply.put("request_id", request);
    return reply;
  }

  private static String text(Answer answer) {
    if (answer.declined()) {
      return answer.note();
    }
    return answer.sentences().stream()
        .map(
            sentence ->
                sentence.text()
                    + sentence.citations().stream()
                        .map(number -> "<ref>[" + number + "]</ref>")
                        .collect(Collectors.joining()))
        .collect(Collectors.joining("\n"));
  }

  private static Map<String, Object> reference(Citation citation) {
    String document = citation.document();
    var reference = new LinkedHashMap<String, Object>();
    reference.put("index_id", Integer.toString(citation.number()));
    reference.put("title", citation.title());
    reference.put("doc_id", document);
    reference.put("doc_name", document.substring(document.lastIndexOf('/') + 1));
    reference.put("text", citation.text());
    reference.put("page_number", citation.page() > 0 ? List.of(citation.page()) : List.of());
    reference.put("passage_id", citation.passageId());
    reference.put("heading", String.join(" > ", citation.headings()));
    reference.put("span", List.of(citation.from(), citation.to()));
    return reference;
  }
}
