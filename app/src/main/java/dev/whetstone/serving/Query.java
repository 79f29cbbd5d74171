package dev.whetstone.serving;

import dev.whetstone.core.Filter;

/// A question to an app, with how it is to be searched for.
///
/// @param question in the user's words
/// @param filter that the passages must match
/// @param rerank whether the app's reranker, where it has one, orders what is found; else the fused
///   order is kept
public record Query(String question, Filter filter, boolean rerank) {
  /// One that is searched for as the app does.
  public Query(String question, Filter filter) {
    this(question, filter, true);
  }
}
