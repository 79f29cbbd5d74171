package dev.whetstone.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.search.Explanation;
import dev.whetstone.search.Explanation.Expectation;
import dev.whetstone.search.RerankOutcome;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Explained;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// An answer as `whet ask --json` prints it: the answer's own fields, then the passages that it was
/// made from.
///
/// @param found best first
/// @param rerank what became of the app's reranker; absent where it has none
/// @param explanation why the passages were found; absent where that was not asked for
record AnswerJson(
    @JsonUnwrapped Answer answer,
    List<Found> found,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Rerank rerank,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Why explanation) {
  /// @param expected absent where none was named
  record Why(
      RetrievalPlan plan,
      List<Explanation.Standing> passages,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Expected expected) {}

  /// @param outcome as in [Explanation.Outcome], in small letters, or `not_in_index`
  record Expected(
      String asked, String outcome, List<Explanation.Standing> passages, List<String> similar) {}

  /// @param score what they are ordered by
  record Found(String passage, String document, double score, Scores scores) {}

  /// A score is absent where that arm did not find the passage, or where it was not reranked.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Scores(
      @Nullable Double bm25, @Nullable Double cosine, double fused, @Nullable Double rerank) {}

  /// @param passages how many were reranked; absent where it was skipped
  /// @param skipped why; absent where it was not
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Rerank(String model, @Nullable Integer passages, @Nullable String skipped) {}

  static AnswerJson of(Answered answered, @Nullable Explained explained) {
    return new AnswerJson(
        answered.answer(),
        answered.hits().stream().map(AnswerJson::found).toList(),
        rerank(answered.rerank()),
        explained == null ? null : why(explained.explanation()));
  }

  private static Why why(Explanation explanation) {
    Expectation expected = explanation.expected();
    return new Why(
        explanation.plan(), explanation.found(), expected == null ? null : expected(expected));
  }

  private static Expected expected(Expectation expectation) {
    return switch (expectation) {
      case Expectation.NotInIndex(String asked, List<String> similar) ->
          new Expected(asked, "not_in_index", List.of(), similar);
      case Expectation.InIndex(String asked, var standings, var outcome) ->
          new Expected(asked, outcome.name().toLowerCase(Locale.ROOT), standings, List.of());
    };
  }

  private static Found found(Retrieved hit) {
    return new Found(
        hit.passage().id(),
        hit.passage().document(),
        hit.score(),
        new Scores(orNull(hit.words()), orNull(hit.cosine()), hit.fused(), orNull(hit.rerank())));
  }

  private static @Nullable Rerank rerank(RerankOutcome outcome) {
    return switch (outcome) {
      case RerankOutcome.NotAsked _ -> null;
      case RerankOutcome.Reranked(var model, int passages) ->
          new Rerank(model.id(), passages, null);
      case RerankOutcome.Skipped(var model, var reason) ->
          new Rerank(model.id(), null, reason.name().toLowerCase(Locale.ROOT));
    };
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
