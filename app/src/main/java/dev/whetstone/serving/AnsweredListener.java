package dev.whetstone.serving;

import dev.whetstone.catalog.App;

/// Hears of each question that was answered or declined. Called by the threads that answer, so it
/// must not wait, and must not fail.
@FunctionalInterface
public interface AnsweredListener {
  AnsweredListener NONE = (app, query, answered) -> {};

  void answered(App app, Query query, Answered answered);
}
