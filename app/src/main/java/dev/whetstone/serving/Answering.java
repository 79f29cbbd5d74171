package dev.whetstone.serving;

import dev.whetstone.answer.AbstentionExamples;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.answer.Answerer;
import dev.whetstone.answer.DefaultAbstention;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Abstention;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.index.Indexes;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.search.HybridSearch;
import dev.whetstone.workspace.Engines;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Answers an app's questions from an index, at whichever engine. Safe for many threads; follows
/// the alias, so that a step that swaps generations is seen without a restart. The encoder is
/// always that of the space of the generation that the request works on.
public final class Answering implements AutoCloseable {
  private static final int ATTEMPTS = 3;

  /// Passages found, with the index they were found in.
  public record Retrieval(List<Retrieved> hits, String space, String generation) {
    public Retrieval {
      hits = List.copyOf(hits);
    }
  }

  private final LiveGeneration live;
  private final @Nullable ChatModel chat;
  private final AnswerSettings answers;

  private Answering(LiveGeneration live, @Nullable ChatModel chat, AnswerSettings answers) {
    this.live = live;
    this.chat = chat;
    this.answers = answers;
  }

  /// Opens the workspace's own index and the model of its space.
  ///
  /// @param chat writes the answers; null: they are taken from the passages. Owned by the caller
  /// @throws Failure.BadInput if nothing was indexed yet
  public static Answering open(Workspace workspace, @Nullable ChatModel chat) {
    return open(
        workspace, IndexPlace.of(workspace.settings(), null), chat, new SharedEncoders(workspace));
  }

  /// Opens the index that an app searches, and the model of its space.
  ///
  /// @param encoders shared with what else is open of this workspace
  /// @throws Failure.Refused if the app names a host that the settings do not, or no model here
  ///   makes vectors of the index's space
  /// @throws Failure.BadInput if there is no such index
  /// @throws Failure.Unavailable if its engine does not answer
  public static Answering open(
      Workspace workspace, IndexPlace place, @Nullable ChatModel chat, SharedEncoders encoders) {
    Indexes indexes = Engines.open(workspace, place);
    try {
      if (indexes.current().isEmpty()) {
        throw new Failure.BadInput(
            "there is no index " + place + " yet" + place.unnamed(workspace.settings()),
            place.remedies(workspace.settings()));
      }
      return new Answering(
          new LiveGeneration(indexes, encoders), chat, answers(workspace.settings().llm()));
    } catch (RuntimeException e) {
      indexes.close();
      throw e;
    }
  }

  public static AnswerSettings answers(Settings.Llm llm) {
    return AnswerSettings.DEFAULT.withChatBudget(Duration.ofSeconds(llm.timeoutSeconds()));
  }

  /// Takes `indexes` over.
  public static Answering of(Indexes indexes, SharedEncoders encoders, @Nullable ChatModel chat) {
    return new Answering(new LiveGeneration(indexes, encoders), chat, AnswerSettings.DEFAULT);
  }

  /// Looks whether another generation serves now.
  public void refresh() {
    live.refresh();
  }

  /// Checks the files of what serves, and asks it for a passage.
  ///
  /// @throws Failure if it does not answer
  public void probe() {
    live.verify();
    var _ = pinned(pin -> pin.index().words("ready", 1, Filter.ALL));
  }

  /// The best passages for a question, on one generation from beginning to end.
  ///
  /// @param k from 1 to 1000
  public Retrieval retrieve(App app, String question, int k, Filter filter) {
    return pinned(
        pin ->
            new Retrieval(
                search(app.planOrUntuned(), pin, question, k, filter),
                pin.index().space().value(),
                pin.index().generation()));
  }

  public Answer answer(App app, String question, Filter filter) {
    return answer(app, question, filter, ModelWait.INSIDE);
  }

  /// The same, and waits for the language model as told.
  public Answer answer(App app, String question, Filter filter, ModelWait wait) {
    RetrievalPlan plan = app.planOrUntuned();
    return pinned(
        pin -> {
          var hits = search(plan, pin, question, Math.max(plan.topK(), plan.pool()), filter);
          return answerer(plan, pin).answer(question, hits, plan.topK(), wait);
        });
  }

  /// Works on one generation from beginning to end. A generation that was removed meanwhile (its
  /// successor serves, and no more are kept) is no failure: the work begins again on the successor.
  private <T> T pinned(Function<LiveGeneration.Pin, T> work) {
    for (int attempt = 1; ; attempt++) {
      String generation;
      try (LiveGeneration.Pin pin = live.pin()) {
        generation = pin.index().generation();
        try {
          return work.apply(pin);
        } catch (Failure e) {
          if (attempt == ATTEMPTS || !live.movedFrom(generation)) {
            throw e;
          }
        }
      }
    }
  }

  /// An answerer for fitting: its abstention counts for nothing.
  public <T> T with(App app, Fit<T> fit) {
    RetrievalPlan plan = app.planOrUntuned();
    try (LiveGeneration.Pin pin = live.pin()) {
      return fit.on(
          answerer(plan, pin),
          (question, filter) -> search(plan, pin, question, plan.pool(), filter));
    }
  }

  public interface Fit<T> {
    T on(Answerer answerer, AbstentionExamples.Retrieval retrieval);
  }

  private static List<Retrieved> search(
      RetrievalPlan plan, LiveGeneration.Pin pin, String question, int k, Filter filter) {
    var search = new HybridSearch(pin.encoder(), pin.index(), plan);
    return Retrieved.of(search.retrieve(question, k, filter));
  }

  private Answerer answerer(RetrievalPlan plan, LiveGeneration.Pin pin) {
    Abstention abstention = Objects.requireNonNullElse(plan.abstention(), DefaultAbstention.MODEL);
    return pin.answerers()
        .computeIfAbsent(
            abstention, model -> new Answerer(pin.encoder(), pin.terms(), model, answers, chat));
  }

  /// Requests under way end on what they began on.
  @Override
  public void close() {
    live.close();
  }
}
