package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Refusal;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.core.Passage;
import dev.whetstone.search.RerankOutcome;
import dev.whetstone.serving.Explained;
import dev.whetstone.serving.Retrieval;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// The bodies of replies to questions, and the writing of all replies. A body is a record whose
/// components are its JSON fields in snake case and in that order. Field names are part of the
/// interface: they are DashScope's and ours, and never change within `v1`.
final class Replies {
  private static final JsonMapper JSON =
      JsonBody.JSON.rebuild().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /// Bytes of a reply that counts: shorter ones are sent at once, whether they are read or not.
  static final int LONG = 16 << 10;

  private Replies() {}

  /// Sends a record as JSON.
  static void json(Context context, Record reply) {
    send(context, bytes(reply));
  }

  /// Sends a tree, whose fields keep their names.
  static void tree(Context context, ObjectNode reply) {
    send(context, reply.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void send(Context context, byte[] bytes) {
    MemoryBudget.of(context).only(bytes.length > LONG ? bytes.length : 0);
    context.contentType("application/json").result(bytes);
  }

  static byte[] bytes(Record reply) {
    try {
      return JSON.writeValueAsBytes(reply);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of texts and numbers are always JSON", e);
    }
  }

  /// @param bm25 absent where the words did not find the passage
  /// @param cosine absent where it is not known
  /// @param rerank absent where the passage was not reranked
  record Scores(
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double bm25,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double cosine,
      double fused,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double rerank) {
    static Scores of(Retrieved hit) {
      return new Scores(
          orNull(hit.words()), orNull(hit.cosine()), hit.fused(), orNull(hit.rerank()));
    }

    private static @Nullable Double orNull(OptionalDouble value) {
      return value.isPresent() ? value.getAsDouble() : null;
    }
  }

  /// What became of the app's reranker.
  ///
  /// @param status `done` or `skipped`
  /// @param model its name and version
  /// @param passages how many were reranked; absent where it was skipped
  /// @param reason why it was skipped, `no_time` or `failed`; absent where it was not
  record Rerank(
      String status,
      String model,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer passages,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason) {
    static @Nullable Rerank of(RerankOutcome outcome) {
      return switch (outcome) {
        case RerankOutcome.NotAsked _ -> null;
        case RerankOutcome.Reranked(var model, int passages) ->
            new Rerank("done", model.id(), passages, null);
        case RerankOutcome.Skipped(var model, var reason) ->
            new Rerank("skipped", model.id(), null, reason.name().toLowerCase(Locale.ROOT));
      };
    }
  }

  /// The last part of a document's id.
  static String fileName(String document) {
    return document.substring(document.lastIndexOf('/') + 1);
  }

  /// Where a citation leads: the document's link; without one its id, relative, with what no
  /// address may hold escaped.
  static String address(Citation citation) {
    String link = citation.link();
    return link != null ? link : relative(citation.document());
  }

  private static String relative(String document) {
    return URLEncoder.encode(document, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%2F", "/");
  }

  /// Why a question was declined.
  ///
  /// @param reason as in [Refusal#code()]
  /// @param names that no document mentions; empty for other reasons
  record Decline(String reason, List<String> names) {
    /// Null for an answer.
    static @Nullable Decline of(Answer answer) {
      Refusal refusal = answer.refusal();
      return refusal == null ? null : new Decline(refusal.code(), refusal.unknownNames());
    }
  }

  record Hit(
      String id,
      double score,
      String text,
      String document,
      String heading,
      int page,
      List<Integer> span,
      Scores scores,
      @JsonUnwrapped Links links) {
    static Hit of(Retrieved hit) {
      Passage passage = hit.passage();
      return new Hit(
          passage.id(),
          hit.score(),
          passage.text(),
          passage.document(),
          String.join(" > ", passage.headings()),
          passage.page(),
          List.of(passage.from(), passage.to()),
          Scores.of(hit),
          new Links(passage.link().orElse(null), passage.object().orElse(null)));
    }

    /// @param url where people read the passage; absent where nothing says so
    /// @param source the bucket's object that it was staged from; absent for a folder's files
    record Links(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String url,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String source) {}
  }

  /// @param rerank absent where none was asked for
  /// @param explanation absent likewise
  record Hits(
      List<Hit> hits,
      String space,
      String generation,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Rerank rerank,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ExplainReply explanation) {
    static Hits of(Retrieval found, int topK) {
      return of(found, topK, null);
    }

    static Hits of(Explained explained, int topK) {
      return of(explained.retrieval(), topK, ExplainReply.of(explained.explanation()));
    }

    private static Hits of(Retrieval found, int topK, @Nullable ExplainReply explanation) {
      return new Hits(
          found.hits().stream().limit(topK).map(Hit::of).toList(),
          found.space(),
          found.generation(),
          Rerank.of(found.rerank()),
          explanation);
    }
  }

  /// @param docUrl where people read the passage; absent where nothing says so
  record Reference(
      String indexId,
      String title,
      String docId,
      String docName,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String docUrl,
      String text,
      List<Integer> pageNumber,
      @JsonUnwrapped Origin origin) {
    /// @param scores of the passage, as retrieve has them
    record Origin(
        String passageId,
        String heading,
        List<Integer> span,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Scores scores) {}

    static Reference of(Citation citation, @Nullable Scores scores) {
      String document = citation.document();
      return new Reference(
          Integer.toString(citation.number()),
          citation.title(),
          document,
          fileName(document),
          citation.link(),
          citation.text(),
          citation.page() > 0 ? List.of(citation.page()) : List.of(),
          new Origin(
              citation.passageId(),
              String.join(" > ", citation.headings()),
              List.of(citation.from(), citation.to()),
              scores));
    }
  }
}
