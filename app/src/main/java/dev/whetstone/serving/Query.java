package dev.whetstone.serving;

import dev.whetstone.answer.Turn;
import dev.whetstone.core.Filter;
import java.util.List;

/// A question to an app, with how it is to be searched for.
///
/// @param question in the user's words
/// @param filter that the passages must match
/// @param rerank whether the app's reranker, where it has one, orders what is found; else the fused
///   order is kept
/// @param earlier what was said in the conversation before the question, oldest first; empty where
///   it stands alone
public record Query(String question, Filter filter, boolean rerank, List<Turn> earlier) {
  public Query {
    earlier = List.copyOf(earlier);
  }

  /// One that stands alone.
  public Query(String question, Filter filter, boolean rerank) {
    this(question, filter, rerank, List.of());
  }

  /// One that is searched for as the app does.
  public Query(String question, Filter filter) {
    this(question, filter, true);
  }
}
