package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Filter;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Application;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.Query;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the two calls of OpenAI's that answer have in common: the app that `model` names, the
/// question, and what is ours in a reply.
final class OpenAiAnswers {
  /// Passages that are shown with a declined question.
  private static final int NEAREST = 3;

  private final Application application;
  private final AccessCheck access;

  OpenAiAnswers(Application application, AccessCheck access) {
    this.application = application;
    this.access = access;
  }

  /// Where a citation leads to.
  ///
  /// @param number as in the text's mark
  record Source(
      int number,
      String document,
      String heading,
      int page,
      List<Integer> span,
      String passageId,
      String text) {
    static Source of(Citation citation) {
      return new Source(
          citation.number(),
          citation.document(),
          String.join(" > ", citation.headings()),
          citation.page(),
          List.of(citation.from(), citation.to()),
          citation.passageId(),
          citation.text());
    }
  }

  /// What a reply says beyond OpenAI's fields.
  ///
  /// @param outcome `answered`, `declined`, or what became of the language model: `model_down`,
  ///   `broke_off`, `unsupported`
  /// @param mode `extractive`, or the language model's name
  /// @param support the likelihood that the passages answer the question
  /// @param rerank absent where none was asked for
  /// @param decline why the question was declined; else absent
  /// @param nearest the best passages, where the question was declined; else absent
  record Ours(
      boolean declined,
      String outcome,
      String mode,
      String note,
      double support,
      @JsonInclude(JsonInclude.Include.NON_NULL) Replies.@Nullable Decline decline,
      @JsonInclude(JsonInclude.Include.NON_NULL) Replies.@Nullable Rerank rerank,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Replies.Hit> nearest) {
    static Ours of(Answered answered) {
      Answer answer = answered.answer();
      return new Ours(
          answer.declined(),
          answer.outcome().name().toLowerCase(Locale.ROOT),
          answer.mode(),
          answer.note(),
          answer.support(),
          Replies.Decline.of(answer),
          Replies.Rerank.of(answered.rerank()),
          OpenAiAnswers.nearest(answered));
    }
  }

  /// The passages that are shown with a declined question; null for another.
  static @Nullable List<Replies.Hit> nearest(Answered answered) {
    return answered.answer().declined()
        ? answered.hits().stream().limit(NEAREST).map(Replies.Hit::of).toList()
        : null;
  }

  /// The app that a request names, by its name or id.
  App app(Context context, JsonBody body) {
    String model = body.text("model");
    return application
        .app(caller(context), model)
        .orElseThrow(
            () ->
                new RequestException(
                        404,
                        "ModelNotFound",
                        "There is no app \""
                            + model
                            + "\" that could answer: GET /v1/models lists those there are, with"
                            + " \"kind\": \"app\".")
                    .at("model"));
  }

  /// The question, with what narrows the search as in a retrieve: `filter` and `rerank`.
  static Query query(JsonBody body, Conversation conversation) {
    Map<String, Set<String>> anyOf = body.objectOrEmpty("filter").texts();
    Filter filter = RetrieveRoutes.checked(anyOf);
    return new Query(
        conversation.question(), filter, body.flagOr("rerank", true), conversation.earlier());
  }

  Answered follow(Context context, App app, Query query, FollowedAnswer.Reader reader) {
    return FollowedAnswer.follow(
        context, application, new FollowedAnswer.Asked(caller(context), app, query), reader);
  }

  private Caller caller(Context context) {
    return access.caller(Server.core(context));
  }
}
