package dev.whetstone.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Arm;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.index.TermScore;
import dev.whetstone.search.Explanation;
import dev.whetstone.search.Explanation.Expectation;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The reasons that go with a retrieve whose `explain` is true: where each passage stands at each
/// stage, and where the expected one does.
///
/// @param expected absent where none was named
record ExplainReply(
    Plan plan,
    List<Standing> passages,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Expected expected) {
  /// @param wordsWeight of BM25 in the fused score
  /// @param vectorsWeight of the cosine in it
  /// @param reranker its name and version; absent where the fused order stays
  record Plan(
      double wordsWeight,
      double vectorsWeight,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reranker,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer rerankerDepth) {
    static Plan of(RetrievalPlan plan) {
      double words = 0;
      double vectors = 0;
      for (Arm arm : plan.arms()) {
        double weight =
            switch (plan.fusion()) {
              case FusionRule.Convex convex -> convex.weight(arm);
            };
        switch (arm) {
          case Arm.Words _ -> words = weight;
          case Arm.Vectors _ -> vectors = weight;
        }
      }
      return switch (plan.reranker()) {
        case Reranker.None _ -> new Plan(words, vectors, null, null);
        case Reranker.Model model -> new Plan(words, vectors, model.id(), model.depth());
      };
    }
  }

  /// @param rank in the arm; absent behind its best 1,000
  /// @param score BM25 or cosine; absent where it is not known
  /// @param part of the fused score
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Place(@Nullable Integer rank, @Nullable Double score, double part) {
    static Place of(Explanation.Place place) {
      return new Place(place.rank(), place.score(), place.part());
    }
  }

  record Term(String term, double score) {
    static Term of(TermScore term) {
      return new Term(term.term(), term.score());
    }
  }

  /// @param source `engine`, or `estimated` from the passage's text
  record Terms(String source, List<Term> matched, List<String> missing) {
    static Terms of(Explanation.MatchedTerms terms) {
      return new Terms(
          terms.exact() ? "engine" : "estimated",
          terms.scores().stream().map(Term::of).toList(),
          terms.missing());
    }
  }

  /// @param rank as it is served; absent, as the fused ones are, where it is no candidate
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Standing(
      String id,
      String document,
      @Nullable Integer rank,
      Place words,
      Place vectors,
      @Nullable Integer fusedRank,
      @Nullable Double fused,
      @Nullable Double rerank,
      Terms terms) {
    static Standing of(Explanation.Standing standing) {
      return new Standing(
          standing.passage().id(),
          standing.passage().document(),
          standing.rank(),
          Place.of(standing.words()),
          Place.of(standing.vectors()),
          standing.fusedRank(),
          standing.fused(),
          standing.rerank(),
          Terms.of(standing.terms()));
    }
  }

  /// @param outcome `returned`, `behind`, `reranked_behind`, `outside_arms`, `filtered_out` or
  ///   `not_in_index`
  /// @param passages of it that stand best; empty where it is not in the index
  /// @param similar names of documents; empty where it is in the index
  record Expected(String asked, String outcome, List<Standing> passages, List<String> similar) {
    static Expected of(Expectation expectation) {
      return switch (expectation) {
        case Expectation.NotInIndex(String asked, List<String> similar) ->
            new Expected(asked, "not_in_index", List.of(), similar);
        case Expectation.InIndex(String asked, var standings, var outcome) ->
            new Expected(
                asked,
                outcome.name().toLowerCase(Locale.ROOT),
                standings.stream().map(Standing::of).toList(),
                List.of());
      };
    }
  }

  static ExplainReply of(Explanation explanation) {
    Expectation expected = explanation.expected();
    return new ExplainReply(
        Plan.of(explanation.plan()),
        explanation.found().stream().map(Standing::of).toList(),
        expected == null ? null : Expected.of(expected));
  }
}
