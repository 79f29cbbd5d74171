package dev.whetstone.serving;

import dev.whetstone.answer.AbstentionExamples;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.AnswerListener;
import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.answer.Answerer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.DefaultAbstention;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.answer.PassageReadings;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.Rewriting;
import dev.whetstone.answer.Sentence;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Abstention;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Lease;
import dev.whetstone.core.Passage;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.index.Indexes;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.search.Explaining;
import dev.whetstone.search.Explanation;
import dev.whetstone.search.HybridSearch;
import dev.whetstone.search.SearchResult;
import dev.whetstone.workspace.Engines;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.SentenceStore;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Answers an app's questions from an index, at whichever engine. Safe for many threads; follows
/// the alias, so that a step that swaps generations is seen without a restart. The encoder is
/// always that of the space of the generation that the request works on.
public final class Answering implements AutoCloseable {
  private static final int ATTEMPTS = 3;
  private static final int MOST_OF_A_DOCUMENT = 1000;

  private final LiveGeneration live;
  private final @Nullable ChatModel chat;
  private final AnswerSettings answers;
  private final Rerankers rerankers;
  private final boolean ownsRerankers;

  private Answering(
      LiveGeneration live,
      @Nullable ChatModel chat,
      AnswerSettings answers,
      Rerankers rerankers,
      boolean ownsRerankers) {
    this.live = live;
    this.chat = chat;
    this.answers = answers;
    this.rerankers = rerankers;
    this.ownsRerankers = ownsRerankers;
  }

  /// Opens the workspace's own index and the model of its space.
  ///
  /// @param chat writes the answers; null: they are taken from the passages. Owned by the caller
  /// @throws Failure.BadInput if nothing was indexed yet
  public static Answering open(Workspace workspace, @Nullable ChatModel chat) {
    return new Answering(
        live(workspace, IndexPlace.of(workspace.settings(), null), new SharedEncoders(workspace)),
        chat,
        answers(workspace),
        Rerankers.of(workspace),
        true);
  }

  /// Opens the index that an app searches, and the model of its space.
  ///
  /// @param encoders shared with what else is open of this workspace
  /// @param rerankers likewise; owned by the caller
  /// @throws Failure.Refused if the app names a host that the settings do not, or no model here
  ///   makes vectors of the index's space
  /// @throws Failure.BadInput if there is no such index
  /// @throws Failure.Unavailable if its engine does not answer
  public static Answering open(
      Workspace workspace,
      IndexPlace place,
      @Nullable ChatModel chat,
      AnswerSettings settings,
      SharedEncoders encoders,
      Rerankers rerankers) {
    return new Answering(live(workspace, place, encoders), chat, settings, rerankers, false);
  }

  private static LiveGeneration live(
      Workspace workspace, IndexPlace place, SharedEncoders encoders) {
    Indexes indexes = Engines.open(workspace, place);
    try {
      if (indexes.current().isEmpty()) {
        throw new Failure.BadInput(
            "there is no index " + place + " yet" + place.unnamed(workspace.settings()),
            place.remedies(workspace.settings()));
      }
      return new LiveGeneration(indexes, opening(workspace, encoders));
    } catch (RuntimeException e) {
      indexes.close();
      throw e;
    }
  }

  private static ServingGeneration.Opening opening(Workspace workspace, SharedEncoders encoders) {
    return new ServingGeneration.Opening(
        encoders, new SentenceStore(workspace), new PassageReadings());
  }

  /// How a workspace's settings and prompts have answers made.
  ///
  /// @throws Failure.BadInput naming the file, if one of the prompts is none
  public static AnswerSettings answers(Workspace workspace) {
    return answers(workspace.settings().llm()).withPrompts(PromptFiles.read(workspace));
  }

  /// The same with the built-in prompt.
  public static AnswerSettings answers(Settings.Llm llm) {
    return AnswerSettings.DEFAULT
        .withChatBudget(Duration.ofSeconds(llm.timeoutSeconds()))
        .withContext(llm.contextTokens())
        .withRewrite(llm.rewrite());
  }

  /// Answers from `indexes`, which it takes over.
  ///
  /// @param rerankers owned by the caller
  public static Answering of(
      Indexes indexes, Workspace workspace, SharedEncoders encoders, Rerankers rerankers) {
    var live = new LiveGeneration(indexes, opening(workspace, encoders));
    return new Answering(live, null, AnswerSettings.DEFAULT, rerankers, false);
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

  /// What makes answers slow at present; empty when nothing does.
  public String note() {
    try (Lease<ServingGeneration> pin = live.pin()) {
      return pin.value().note();
    }
  }

  /// The best passages for a question, on one generation from beginning to end.
  ///
  /// @param k from 1 to 1000
  public Retrieval retrieve(App app, Query query, int k) {
    RetrievalPlan plan = plan(app, query);
    return pinned(pin -> retrieval(search(plan, pin, query.question(), k, query.filter()), pin));
  }

  /// The best passages for a question with the reasons, and where an expected one stands.
  ///
  /// @param k from 1 to 1000
  /// @param expected the id of a passage, or of a document; null for none
  public Explained explain(App app, Query query, int k, @Nullable String expected) {
    RetrievalPlan plan = plan(app, query);
    return pinned(
        pin -> {
          var explaining = new Explaining(pin.index(), plan, searcher(plan, pin), pin.terms());
          Explanation why = explaining.explain(query.question(), k, query.filter(), expected);
          return new Explained(retrieval(why.result(), pin), why);
        });
  }

  /// A passage with what stands around it in its document; empty where there is none of that id.
  ///
  /// @param characters that the texts may have together
  public Optional<DocumentPart> read(String passageId, int characters) {
    return pinned(
        pin ->
            pin.index().passages(List.of(passageId)).stream()
                .findFirst()
                .map(passage -> around(pin, passage, characters)));
  }

  /// The filter finds all passages of the document, whatever they are compared with; of a document
  /// that has more than a search returns, only the passage is read.
  private static DocumentPart around(ServingGeneration pin, Passage passage, int characters) {
    var document = new Filter(Map.of("document", Set.of(passage.document())));
    float[] any = pin.encoder().query(passage.document());
    List<String> ids = pin.index().nearest(any, MOST_OF_A_DOCUMENT, document).ids();
    return ids.size() == MOST_OF_A_DOCUMENT
        ? DocumentPart.alone(passage)
        : DocumentPart.of(passage, pin.index().passages(ids), characters);
  }

  private static Retrieval retrieval(SearchResult found, ServingGeneration pin) {
    return new Retrieval(
        Retrieved.of(found), pin.index().space().value(), pin.index().generation(), found.rerank());
  }

  public Answered answer(App app, Query query) {
    return answer(app, query, ModelWait.INSIDE, AnswerListener.NONE);
  }

  /// The same, with the way to wait for the language model, and a listener. The question is
  /// searched for, and its passages reranked, once.
  public Answered answer(App app, Query query, ModelWait wait, AnswerListener listener) {
    RetrievalPlan plan = plan(app, query);
    var heard = new FirstWord(listener);
    return pinned(
        pin -> {
          Found found = find(plan, pin, query, wait);
          List<Retrieved> hits = found.hits();
          heard.found(hits);
          Answer answer =
              answerer(app, plan, pin)
                  .answer(
                      found.question(),
                      found.search().question().vector(0),
                      hits,
                      plan.topK(),
                      wait,
                      heard);
          return new Answered(answer, hits, found.search().rerank());
        },
        () -> !heard.spoken);
  }

  /// What was found for a question.
  ///
  /// @param question that the hits answer: as it was asked, or made to stand alone
  private record Found(String question, SearchResult search, List<Retrieved> hits) {}

  /// Searches for a question. One that follows others is first rewritten by the language model
  /// where that is wanted; otherwise, or where it fails, it goes [FollowUp]'s way.
  private Found find(RetrievalPlan plan, ServingGeneration pin, Query query, ModelWait wait) {
    int depth = Math.max(plan.topK(), plan.pool());
    Optional<String> previous = FollowUp.previous(query.earlier());
    if (previous.isEmpty()) {
      return alone(plan, pin, query.question(), query.filter(), depth);
    }
    ChatModel model = chat;
    Optional<String> rewritten =
        model == null || !answers.rewrite()
            ? Optional.empty()
            : wait.during(
                () -> Rewriting.of(model, query.earlier(), query.question(), answers.chatBudget()));
    if (rewritten.isPresent()) {
      return alone(plan, pin, rewritten.get(), query.filter(), depth);
    }
    SearchResult last = search(plan, pin, query.question(), depth, query.filter());
    String text = FollowUp.text(previous.get(), query.question());
    SearchResult both = search(plan, pin, text, depth, query.filter());
    return new Found(text, both, FollowUp.of(text, last, both, pin.index(), depth).hits());
  }

  private Found alone(
      RetrievalPlan plan, ServingGeneration pin, String question, Filter filter, int depth) {
    SearchResult found = search(plan, pin, question, depth, filter);
    return new Found(question, found, Retrieved.of(found));
  }

  /// Notes whether the listener has heard anything: then the answer cannot begin again.
  private static final class FirstWord implements AnswerListener {
    private final AnswerListener listener;
    private boolean spoken;

    FirstWord(AnswerListener listener) {
      this.listener = listener;
    }

    @Override
    public void found(List<Retrieved> hits) {
      spoken = true;
      listener.found(hits);
    }

    @Override
    public void sentence(Sentence sentence, List<Citation> added) {
      listener.sentence(sentence, added);
    }

    @Override
    public boolean cancelled() {
      return listener.cancelled();
    }
  }

  private static RetrievalPlan plan(App app, Query query) {
    RetrievalPlan plan = app.planOrUntuned();
    return query.rerank() ? plan : plan.withReranker(new Reranker.None());
  }

  /// Works on one generation from beginning to end. A generation that was removed meanwhile (its
  /// successor serves, and no more are kept) is no failure: the work begins again on the successor.
  private <T> T pinned(Function<ServingGeneration, T> work) {
    return pinned(work, () -> true);
  }

  /// @param again whether the work may begin again
  private <T> T pinned(Function<ServingGeneration, T> work, BooleanSupplier again) {
    for (int attempt = 1; ; attempt++) {
      try (Lease<ServingGeneration> pin = live.pin()) {
        try {
          return work.apply(pin.value());
        } catch (Failure e) {
          if (attempt == ATTEMPTS
              || !again.getAsBoolean()
              || !live.movedFrom(pin.value().index().generation())) {
            throw e;
          }
        }
      }
    }
  }

  /// An answerer for fitting: its abstention counts for nothing, and its searches wait for the
  /// plan's reranker.
  public <T> T with(App app, AnswererUse<T> fit) {
    RetrievalPlan plan = patient(app.planOrUntuned());
    try (Lease<ServingGeneration> pin = live.pin()) {
      ServingGeneration generation = pin.value();
      return fit.on(
          answerer(app, plan, generation),
          (question, filter) ->
              Retrieved.of(search(plan, generation, question, plan.pool(), filter)));
    }
  }

  private static RetrievalPlan patient(RetrievalPlan plan) {
    return switch (plan.reranker()) {
      case Reranker.None _ -> plan;
      case Reranker.Model model ->
          plan.withReranker(
              new Reranker.Model(
                  model.name(),
                  model.version(),
                  model.depth(),
                  model.weight(),
                  Reranker.Model.LONGEST_LIMIT));
    };
  }

  public interface AnswererUse<T> {
    T on(Answerer answerer, AbstentionExamples.Search retrieval);
  }

  private SearchResult search(
      RetrievalPlan plan, ServingGeneration generation, String question, int k, Filter filter) {
    return searcher(plan, generation).retrieve(question, k, filter);
  }

  private HybridSearch searcher(RetrievalPlan plan, ServingGeneration generation) {
    return new HybridSearch(generation.encoder(), generation.index(), plan, rerankers);
  }

  private Answerer answerer(App app, RetrievalPlan plan, ServingGeneration generation) {
    Abstention abstention = plan.abstention();
    return generation.answerer(
        abstention == null ? DefaultAbstention.MODEL : abstention,
        answers.withPrompts(answers.prompts().of(app.name())),
        chat);
  }

  /// Requests under way end on what they began on.
  @Override
  public void close() {
    try (live) {
      if (ownsRerankers) {
        rerankers.close();
      }
    }
  }
}
