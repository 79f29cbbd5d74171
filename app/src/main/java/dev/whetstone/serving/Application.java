package dev.whetstone.serving;

import dev.whetstone.answer.AnswerListener;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The application: apps, and what they find and answer. Every door calls it, with the caller as a
/// parameter. Safe for many threads.
///
/// Failures are those of [dev.whetstone.core.Failure]; [NotReady] says that an app cannot answer,
/// [dev.whetstone.core.Busy] that as much is under way as is taken on.
public interface Application {
  /// The search engines that an app may name.
  List<EngineKind> engines();

  /// Whether anything at all can be answered. Quick.
  Readiness readiness(Caller caller);

  /// Whether this app can answer, and why not. Quick, unless an engine is slow to refuse.
  Readiness readiness(Caller caller, App app);

  /// The apps with their states, oldest first.
  List<AppState> apps(Caller caller);

  /// The app of that id, or the only one of that name. Quick.
  ///
  /// @throws dev.whetstone.core.Failure.BadInput if several apps have the name
  Optional<App> app(Caller caller, String idOrName);

  /// The app that the steps of the workspace make.
  Optional<App> ownApp(Caller caller);

  /// Makes an app; asking twice makes one.
  ///
  /// @throws dev.whetstone.core.Failure.BadInput if the name cannot be used
  AppCreation createApp(Caller caller, String name, Retriever retriever);

  /// Removes the app of that id.
  ///
  /// @return false if there is none
  boolean deleteApp(Caller caller, String id);

  /// Finds passages for a question.
  ///
  /// @param topK from 1 to 1000
  /// @throws NotReady if the app cannot answer
  /// @throws dev.whetstone.core.Failure.Unavailable if the index does not answer
  Retrieval retrieve(Caller caller, App app, Query query, int topK);

  /// A passage of the app's index, with what stands around it in its document; empty where the
  /// index has no passage of that id.
  ///
  /// @param characters that the texts may have together; the passage itself is whole
  /// @throws NotReady if the app cannot answer
  /// @throws dev.whetstone.core.Failure.Unavailable if the index does not answer
  Optional<DocumentPart> read(Caller caller, App app, String passageId, int characters);

  /// Finds passages for a question, with the reasons.
  ///
  /// @param topK from 1 to 1000
  /// @param expected the id of a passage, or of a document, whose place is wanted, too; null: none
  /// @throws NotReady if the app cannot answer
  /// @throws dev.whetstone.core.Failure.Unavailable if the index does not answer
  Explained explain(Caller caller, App app, Query query, int topK, @Nullable String expected);

  /// Answers a question from passages that match its filter.
  ///
  /// @param wait how to wait for a language model
  /// @throws NotReady if the app cannot answer
  /// @throws dev.whetstone.core.Failure.Unavailable if the index does not answer
  default Answered answer(Caller caller, App app, Query query, ModelWait wait) {
    return answer(caller, app, query, wait, AnswerListener.NONE);
  }

  /// The same, while it is made: the listener gets the passages found, then each sentence with its
  /// citations as soon as it is settled. It may have got some where this fails.
  ///
  /// @param wait how to wait for a language model; used several times where it writes several
  ///   sentences
  /// @throws java.util.concurrent.CancellationException once the listener does not want it any more
  Answered answer(Caller caller, App app, Query query, ModelWait wait, AnswerListener listener);

  /// The reranker that serves in the workspace; empty where none does.
  Optional<ServedReranker> reranker(Caller caller);

  /// Names and versions of the rerankers that are open. Needs nothing but memory.
  List<String> openRerankers();

  /// Scores texts of the caller's with the reranker that serves.
  ///
  /// @param texts at least one
  /// @param disconnected asked now and then: once it is true the rest is dropped
  /// @return one raw score a text, in their order; higher is better
  /// @throws dev.whetstone.core.Failure.BadInput if none serves
  /// @throws dev.whetstone.core.Failure.Unavailable if it cannot be opened, or takes too long
  /// @throws java.util.concurrent.CancellationException once the caller has disconnected
  List<Float> rerank(
      Caller caller, String question, List<String> texts, BooleanSupplier disconnected);
}
