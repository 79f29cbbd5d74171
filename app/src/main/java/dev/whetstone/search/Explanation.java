package dev.whetstone.search;

import dev.whetstone.core.Passage;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.index.TermScore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why the passages found for a question stand where they stand, and where an expected one does.
///
/// @param plan that the question was searched by
/// @param result what was served: the same ranking as without an explanation
/// @param found the best, as they are served
/// @param expected null where none was named
public record Explanation(
    RetrievalPlan plan, SearchResult result, List<Standing> found, @Nullable Expectation expected) {
  public Explanation {
    found = List.copyOf(found);
  }

  /// Where one passage stands, stage by stage.
  ///
  /// @param rank in what is served, from 1; null where it is no candidate
  /// @param words its place in the arm of words
  /// @param vectors its place in the arm of vectors
  /// @param fusedRank before reranking; null where it is no candidate
  /// @param fused score; null likewise
  /// @param rerank the reranker's raw score; null where it was not reranked
  public record Standing(
      Passage passage,
      @Nullable Integer rank,
      Place words,
      Place vectors,
      @Nullable Integer fusedRank,
      @Nullable Double fused,
      @Nullable Double rerank,
      MatchedTerms terms) {}

  /// A passage's place in one arm.
  ///
  /// @param rank from 1; null where it is not among the best [Explaining#DEEPEST]
  /// @param score BM25 or cosine; null where it is not known
  /// @param part what the arm adds to the fused score, from 0 to the arm's weight; 0 outside the
  ///   arm's depth
  public record Place(@Nullable Integer rank, @Nullable Double score, double part) {}

  /// The question's terms in a passage.
  ///
  /// @param scores what each adds to BM25, the greatest first
  /// @param exact whether the engine told the scores; otherwise they are estimated from the
  ///   passage's text and the counts of the index's terms
  /// @param missing content words of the question that the passage does not hold
  public record MatchedTerms(List<TermScore> scores, boolean exact, List<String> missing) {
    public MatchedTerms {
      scores = List.copyOf(scores);
      missing = List.copyOf(missing);
    }
  }

  /// What became of a passage, or of a document, that was expected.
  public sealed interface Expectation {
    /// The id of a passage or of a document, as it was asked for.
    String asked();

    /// The index holds no passage and no document of this id.
    ///
    /// @param similar documents whose names resemble it, at most [Explaining#SIMILAR]
    record NotInIndex(String asked, List<String> similar) implements Expectation {
      public NotInIndex {
        similar = List.copyOf(similar);
      }
    }

    /// It is there.
    ///
    /// @param standings the passage, or the document's best, best first; at least one
    /// @param outcome of the first of them
    record InIndex(String asked, List<Standing> standings, Outcome outcome) implements Expectation {
      public InIndex {
        standings = List.copyOf(standings);
      }
    }
  }

  /// Why an expected passage is among those returned, or is not.
  public enum Outcome {
    /// It is returned.
    RETURNED,
    /// It is a candidate that others stand before.
    BEHIND,
    /// It was among the best of the fused ranking; the reranker put others before it.
    RERANKED_BEHIND,
    /// No arm has it within its depth.
    OUTSIDE_ARMS,
    /// The question's filter leaves it out.
    FILTERED_OUT
  }
}
