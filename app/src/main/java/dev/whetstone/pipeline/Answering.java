package dev.whetstone.pipeline;

import dev.whetstone.answer.Abstention;
import dev.whetstone.answer.AbstentionExamples;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.answer.Answerer;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.TermWeights;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Progress;
import dev.whetstone.encode.Encoder;
import dev.whetstone.evaluate.WeightTuning;
import dev.whetstone.index.LiveIndex;
import dev.whetstone.index.LuceneIndexes;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.search.HybridSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Answers an app's questions from the workspace's embedded index. Safe for many threads; follows
/// the alias, so that a step that swaps generations is seen without a restart. The encoder is
/// always that of the index's own space.
public final class Answering implements AutoCloseable {
  /// Kept in [App#settings()].
  static final String WEIGHT = "dense_weight";

  static final String ABSTENTION = "abstention";

  /// Passages found, with the index they were found in.
  public record Retrieval(List<Retrieved> hits, String space, String generation) {
    public Retrieval {
      hits = List.copyOf(hits);
    }
  }

  private final Lifecycle lifecycle;
  private final ModelShelf shelf;
  private final LiveIndex index;
  private final String language;
  private final @Nullable ChatModel chat;
  private @Nullable Open open;

  /// Set when the index was swapped or updated: its terms are to be counted again.
  private final AtomicBoolean stale = new AtomicBoolean();

  /// Encoders of generations before: requests under way may still use them.
  private final List<Encoder> retired = new ArrayList<>();

  /// What belongs to one generation.
  private record Open(
      String generation, Encoder encoder, TermWeights terms, Map<String, Answerer> answerers) {}

  private Answering(Workspace workspace, LiveIndex index, @Nullable ChatModel chat) {
    this.lifecycle = new Lifecycle(workspace, Progress.NONE);
    this.shelf = new ModelShelf(workspace);
    this.index = index;
    this.language = lifecycle.language();
    this.chat = chat;
  }

  /// Opens the index named `name` and the model of its space.
  ///
  /// @param chat writes the answers; null: they are taken from the passages. Owned by the caller
  /// @throws Failure.BadInput if nothing was indexed yet
  public static Answering open(Workspace workspace, String name, @Nullable ChatModel chat) {
    var indexes = new LuceneIndexes(workspace.indexes().resolve(name));
    if (indexes.current().isEmpty()) {
      throw new Failure.BadInput(
          "there is no index '"
              + name
              + "' in "
              + workspace.folder()
              + " yet: `whet run` makes it");
    }
    var answering = new Answering(workspace, new LiveIndex(indexes), chat);
    try (PassageIndex snapshot = answering.index.acquire()) {
      answering.opened(snapshot);
    }
    return answering;
  }

  /// Looks whether another generation serves now.
  public void refresh() {
    if (index.refresh()) {
      stale.set(true);
    }
  }

  /// The best passages for a question, on one generation from beginning to end.
  ///
  /// @param k from 1 to 1000
  public Retrieval retrieve(App app, String question, int k, Filter filter) {
    try (PassageIndex snapshot = index.acquire()) {
      Open with = opened(snapshot);
      return new Retrieval(
          search(app, with, snapshot, question, k, filter),
          snapshot.space().value(),
          snapshot.generation());
    }
  }

  public Answer answer(App app, String question, Filter filter) {
    try (PassageIndex snapshot = index.acquire()) {
      Open with = opened(snapshot);
      int topK = app.retriever().topK();
      List<Retrieved> hits =
          search(app, with, snapshot, question, Math.max(topK, Answerer.POOL), filter);
      return answerer(app, with).answer(question, hits, topK);
    }
  }

  /// An answerer for fitting: its abstention counts for nothing.
  <T> T with(App app, Fit<T> fit) {
    try (PassageIndex snapshot = index.acquire()) {
      Open with = opened(snapshot);
      return fit.on(
          answerer(app, with),
          (question, filter) -> search(app, with, snapshot, question, Answerer.POOL, filter));
    }
  }

  interface Fit<T> {
    T on(Answerer answerer, AbstentionExamples.Retrieval retrieval);
  }

  private List<Retrieved> search(
      App app, Open with, PassageIndex snapshot, String question, int k, Filter filter) {
    String weight = app.settings().get(WEIGHT);
    var search =
        new HybridSearch(
            with.encoder(),
            snapshot,
            weight == null ? WeightTuning.UNTUNED : Double.parseDouble(weight));
    return Retrieved.of(search.retrieve(question, k, filter));
  }

  private Answerer answerer(App app, Open with) {
    return with.answerers()
        .computeIfAbsent(
            app.id() + " " + app.updated(),
            _ -> {
              String fitted = app.settings().get(ABSTENTION);
              return new Answerer(
                  with.encoder(),
                  with.terms(),
                  fitted == null ? Abstention.DEFAULT : Abstention.parse(fitted),
                  AnswerSettings.DEFAULT,
                  chat);
            });
  }

  private synchronized Open opened(PassageIndex snapshot) {
    Open now = open;
    boolean same = now != null && now.generation().equals(snapshot.generation());
    if (now != null && same && !stale.getAndSet(false)) {
      return now;
    }
    Encoder encoder =
        now != null && now.encoder().space().equals(snapshot.space())
            ? now.encoder()
            : shelf.encoder(shelf.ofSpace(snapshot.space(), language));
    var fresh =
        new Open(
            snapshot.generation(),
            encoder,
            TermWeights.counted(lifecycle.indexedPassages()),
            new ConcurrentHashMap<>());
    if (now != null && !now.encoder().space().equals(encoder.space())) {
      retired.add(now.encoder());
    }
    open = fresh;
    return fresh;
  }

  @Override
  public synchronized void close() {
    index.close();
    retired.forEach(Encoder::close);
    if (open != null) {
      open.encoder().close();
    }
  }
}
