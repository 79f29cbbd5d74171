package dev.whetstone.http;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.catalog.App;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import java.util.List;

/// What the server serves: the indexes, models and answers behind the apps. Safe for many threads.
/// Called on platform threads alone, by as many at once as [ServerSettings.Work] says.
public interface Engine {
  /// The search engines that an app may name.
  List<EngineKind> kinds();

  /// Whether anything at all can be answered: asked by `/ready`, so it must be quick.
  Readiness readiness();

  /// Whether this app can answer, and why not; quick, but where an engine is slow to refuse.
  Readiness readiness(App app);

  /// Finds passages for a question. Called only when the app is ready.
  ///
  /// @param topK from 1 to 1000
  /// @throws Failure.Unavailable if the index does not answer
  Hits retrieve(App app, String question, int topK, Filter filter);

  /// Answers a question from passages that match the filter. Called only when the app is ready.
  ///
  /// @param wait how to wait for a language model
  /// @throws Failure.Unavailable if the index does not answer
  Answer answer(App app, String question, Filter filter, ModelWait wait);
}
