package dev.whetstone.pipeline;

import dev.whetstone.answer.Abstention;
import dev.whetstone.answer.AbstentionExamples;
import dev.whetstone.answer.Answer;
import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.answer.Answerer;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.TermWeights;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

  private final ModelShelf shelf;
  private final LiveIndex index;
  private final String language;
  private final @Nullable ChatModel chat;
  private @Nullable Open open; // guarded by this

  /// Set when the index was swapped or updated: its terms are to be counted again.
  private final AtomicBoolean stale = new AtomicBoolean();

  /// An encoder with the number of those who use it: [#open] and the requests under way count one
  /// each, and the last closes it. Guarded by the [Answering].
  private static final class Held {
    private final Encoder encoder;
    private int users = 1;

    Held(Encoder encoder) {
      this.encoder = encoder;
    }
  }

  /// What belongs to one generation.
  ///
  /// @param answerers by their abstention
  private record Open(
      String generation, Held held, TermWeights terms, Map<String, Answerer> answerers) {
    Encoder encoder() {
      return held.encoder;
    }
  }

  /// One request's hold on a generation: what it began on, it ends on.
  private final class Lease implements AutoCloseable {
    private final PassageIndex snapshot;
    private final Open with;

    Lease() {
      snapshot = index.acquire();
      try {
        with = take(snapshot);
      } catch (RuntimeException e) {
        snapshot.close();
        throw e;
      }
    }

    @Override
    public void close() {
      snapshot.close();
      letGo(with.held());
    }
  }

  private Answering(Workspace workspace, LiveIndex index, @Nullable ChatModel chat) {
    this.shelf = new ModelShelf(workspace);
    this.index = index;
    this.language = new Lifecycle(workspace, Progress.NONE).language();
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
    var live = new LiveIndex(indexes);
    try {
      var answering = new Answering(workspace, live, chat);
      answering.new Lease().close();
      return answering;
    } catch (RuntimeException e) {
      live.close();
      throw e;
    }
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
    try (var lease = new Lease()) {
      return new Retrieval(
          search(app, lease, question, k, filter),
          lease.snapshot.space().value(),
          lease.snapshot.generation());
    }
  }

  public Answer answer(App app, String question, Filter filter) {
    try (var lease = new Lease()) {
      int topK = app.retriever().topK();
      List<Retrieved> hits = search(app, lease, question, Math.max(topK, Answerer.POOL), filter);
      return answerer(app, lease.with).answer(question, hits, topK);
    }
  }

  /// An answerer for fitting: its abstention counts for nothing.
  <T> T with(App app, Fit<T> fit) {
    try (var lease = new Lease()) {
      return fit.on(
          answerer(app, lease.with),
          (question, filter) -> search(app, lease, question, Answerer.POOL, filter));
    }
  }

  interface Fit<T> {
    T on(Answerer answerer, AbstentionExamples.Retrieval retrieval);
  }

  /// The workspace's own app, also when others were given its name over HTTP.
  public static Optional<App> own(Workspace workspace, Catalog catalog) {
    String id = new StepLog(workspace).read("app").map(StepLog.Entry::output).orElse("");
    List<App> named =
        catalog.apps().stream().filter(app -> app.name().equals(workspace.name())).toList();
    return named.stream()
        .filter(app -> app.id().equals(id))
        .findFirst()
        .or(() -> named.stream().min(Comparator.comparing(App::created)));
  }

  /// The app as it answers: one without fitted settings (made over HTTP) takes those of the
  /// workspace's own app when both read the same index.
  public static App settled(Workspace workspace, Catalog catalog, App app) {
    if (app.settings().containsKey(WEIGHT) || !app.retriever().index().equals(workspace.name())) {
      return app;
    }
    return own(workspace, catalog)
        .map(
            own -> {
              var settings = new HashMap<>(own.settings());
              settings.putAll(app.settings());
              return new App(
                  app.id(), app.name(), app.retriever(), settings, app.created(), app.updated());
            })
        .orElse(app);
  }

  private static List<Retrieved> search(
      App app, Lease lease, String question, int k, Filter filter) {
    String weight = app.settings().get(WEIGHT);
    var search =
        new HybridSearch(
            lease.with.encoder(),
            lease.snapshot,
            weight == null ? WeightTuning.UNTUNED : Double.parseDouble(weight));
    return Retrieved.of(search.retrieve(question, k, filter));
  }

  private Answerer answerer(App app, Open with) {
    return with.answerers()
        .computeIfAbsent(
            app.settings().getOrDefault(ABSTENTION, ""),
            fitted ->
                new Answerer(
                    with.encoder(),
                    with.terms(),
                    fitted.isEmpty() ? Abstention.DEFAULT : Abstention.parse(fitted),
                    AnswerSettings.DEFAULT,
                    chat));
  }

  /// What goes with the snapshot, held for one request.
  private synchronized Open take(PassageIndex snapshot) {
    Open now = open;
    boolean same = now != null && now.generation().equals(snapshot.generation());
    if (now == null || !same || stale.getAndSet(false)) {
      now = opened(snapshot, now);
    }
    now.held().users++;
    return now;
  }

  private Open opened(PassageIndex snapshot, @Nullable Open before) {
    TermWeights terms = TermWeights.counted(snapshot.passages());
    boolean known = before != null && before.encoder().space().equals(snapshot.space());
    Held held =
        known
            ? Objects.requireNonNull(before).held()
            : new Held(shelf.encoder(shelf.ofSpace(snapshot.space(), language)));
    var fresh = new Open(snapshot.generation(), held, terms, new ConcurrentHashMap<>());
    open = fresh;
    if (before != null && !known) {
      letGo(before.held());
    }
    return fresh;
  }

  private synchronized void letGo(Held held) {
    held.users--;
    if (held.users == 0) {
      held.encoder.close();
    }
  }

  /// Requests under way end on what they began on.
  @Override
  public synchronized void close() {
    index.close();
    if (open != null) {
      letGo(open.held());
      open = null;
    }
  }
}
