package dev.whetstone.workshop.train;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.CrossEncoderDraft;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.model.Model;
import dev.whetstone.model.ModelCard;
import dev.whetstone.model.ScoreActivation;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.train.FirstStage;
import dev.whetstone.train.NoCandidateException;
import dev.whetstone.train.RerankerCandidate;
import dev.whetstone.train.RerankerData;
import dev.whetstone.train.RerankerStart;
import dev.whetstone.train.RerankerTraining;
import dev.whetstone.train.TrainingData;
import dev.whetstone.train.TrainingLimits;
import dev.whetstone.workshop.train.RerankerResult.Ending;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes the next version of the workspace's reranker: trains the one that the settings name, or
/// the sharpened model with a head that has learnt nothing, on the question log. Where there are
/// too few questions to train on, the one that the settings name is taken as it is, and proven like
/// any other.
public final class RerankerMaking {
  /// Raised whenever the same inputs make another reranker.
  public static final int VERSION = 2;

  /// With fewer, a reranker learns less than its cost is worth.
  public static final int FEWEST_QUESTIONS = 300;

  /// Names the folder of the reranker that it began with, in the provenance.
  public static final String FROM = "from";

  private final Workspace workspace;
  private final ModelShelf models;
  private final RerankerShelf shelf;
  private final Progress progress;

  public RerankerMaking(Workspace workspace, ModelShelf models, Progress progress) {
    this.workspace = workspace;
    this.models = models;
    this.shelf = new RerankerShelf(workspace);
    this.progress = progress;
  }

  /// What is to be made.
  ///
  /// @param fingerprint names this training
  /// @param candidate version of the model whose hybrid it reorders; [ModelShelf#NONE] for the one
  ///   that serves
  /// @param from folder of a reranker to begin with; null for that of the settings, if any
  /// @param recorded output of the last one that was recorded as done; empty for none
  public record Order(
      String fingerprint,
      String candidate,
      String language,
      @Nullable Path from,
      Duration budget,
      String recorded) {}

  /// Where the checkpoints of a training stand until it has ended.
  private static Path work(Workspace workspace, String fingerprint) {
    return workspace.hidden().resolve("work").resolve("reranker-" + fingerprint);
  }

  public RerankerResult make(Order order, List<Passage> passages) {
    if (!workspace.settings().rerank().wanted() && order.from() == null) {
      return RerankerResult.without(Ending.NOT_WANTED, 0, null);
    }
    if (passages.size() < Training.FEWEST_PASSAGES) {
      return RerankerResult.without(Ending.TOO_FEW_PASSAGES, 0, null);
    }
    Path work = work(workspace, order.fingerprint());
    String finished = finished(order, passages);
    if (finished != null) {
      WholeFile.delete(work);
      return new RerankerResult(finished, Ending.MADE_BEFORE, 0, null, null, null);
    }
    QuestionLog questions = QuestionLog.of(workspace, passages);
    JudgedQuestions train = JudgedQuestions.of(questions.train(), passages);
    JudgedQuestions dev = JudgedQuestions.of(questions.dev(), passages);
    var byId = new HashMap<String, Passage>();
    passages.forEach(passage -> byId.put(passage.id(), passage));
    WrittenData written = WrittenData.of(workspace, passages);
    var labels =
        new ArrayList<>(PairRecipes.fromJudgements(train.texts(), train.qrels().gains(), byId));
    labels.addAll(written.pairs());
    int asked = (int) labels.stream().map(Pair::question).distinct().count();
    @Nullable Path base = order.from() != null ? order.from() : shelf.base().orElse(null);
    if (asked < FEWEST_QUESTIONS) {
      return base == null
          ? RerankerResult.without(Ending.TOO_FEW_QUESTIONS, asked, null)
          : loaded(order, CrossEncoderModel.open(base), asked, passages);
    }
    @Nullable CrossEncoderModel loaded = base == null ? null : CrossEncoderModel.open(base);
    Model model =
        order.candidate().equals(ModelShelf.NONE)
            ? models.servingModel(order.language())
            : models.open(order.candidate());
    long seed = workspace.settings().train().seed();
    RerankerCandidate candidate;
    try (LuceneIndex words = LuceneIndex.inMemory(passages, null);
        Encoder encoder = models.encoder(model);
        RerankerStart start =
            loaded == null ? RerankerStart.of(model, seed) : RerankerStart.of(loaded)) {
      Vectors vectors =
          new VectorStore(workspace).of(passages, encoder, "embed", progress).vectors();
      TrainingData.DevQuestions chosenOn =
          TrainingData.DevQuestions.choosing(asDev(dev, passages), asDev(written.dev(), passages));
      var data =
          new RerankerData(
              start,
              passages,
              FirstStage.tuned(
                  encoder, vectors, question -> words.words(question, 100, Filter.ALL), chosenOn),
              labels,
              chosenOn,
              workspace.settings().rerank().time());
      var limits = TrainingLimits.of(order.budget(), workspace.settings().train().memoryBytes());
      candidate = new RerankerTraining(data, limits, seed, work, progress).run();
    } catch (NoCandidateException e) {
      return RerankerResult.without(Ending.NOTHING_LEARNT, asked, e.getMessage());
    }
    String version = shelf.nextVersion();
    note(version, TrainedOn.of(questions, List.of(train, dev), written, passages));
    CrossEncoderModel saved =
        CrossEncoderModel.save(
            shelf.folder(version),
            draft(model, loaded, workspace.name() + "-reranker-" + version, candidate),
            provenance(
                order, loaded == null ? model.space().value() : loaded.identity(), base, seed));
    WholeFile.delete(work);
    return new RerankerResult(
        version,
        Ending.TRAINED,
        asked,
        loaded == null ? model.name() : loaded.name(),
        null,
        figures(candidate, saved));
  }

  /// A trained reranker to be written.
  ///
  /// @param encoder that it was made of, where `loaded` is null
  public static CrossEncoderDraft draft(
      Model encoder, @Nullable CrossEncoderModel loaded, String name, RerankerCandidate candidate) {
    return loaded == null
        ? new CrossEncoderDraft(
            name,
            candidate.network(),
            candidate.weights(),
            ScoreActivation.IDENTITY,
            candidate.plan().shape().tokens(),
            encoder.tokenizer(),
            card(encoder.name(), encoder.card(), candidate))
        : CrossEncoderDraft.of(
            loaded, name, candidate.weights(), card(loaded.name(), loaded.card(), candidate));
  }

  private static ModelCard card(
      String from, Optional<ModelCard> base, RerankerCandidate candidate) {
    var plan = candidate.plan();
    var settings = new HashMap<String, String>();
    settings.put("learning rate", String.valueOf(candidate.rate()));
    settings.put("lists in a step", String.valueOf(plan.optimisation().batch()));
    settings.put("negatives of a list", String.valueOf(plan.lists().negatives()));
    settings.put("steps", String.valueOf(candidate.stats().steps()));
    settings.put("layers", plan.shape().layers() + " of " + plan.shape().of());
    candidate
        .decisions()
        .forEach(one -> settings.put("chosen: " + one.what(), one.chosen() + " " + one.among()));
    var data = new HashMap<String, String>();
    candidate
        .origins()
        .forEach((origin, count) -> data.put(origin + " pairs", String.valueOf(count)));
    return new ModelCard(
        from,
        base.map(ModelCard::licence).orElse("unknown"),
        base.map(ModelCard::languages).orElse(List.of()),
        data,
        settings,
        Map.of());
  }

  private static TrainingData.DevQuestions asDev(JudgedQuestions of, List<Passage> passages) {
    return new TrainingData.DevQuestions(of.texts(), of.everywhere(passages));
  }

  /// The reranker that the settings name, as a version of the workspace's own.
  private RerankerResult loaded(
      Order order, CrossEncoderModel base, int asked, List<Passage> passages) {
    String version = shelf.nextVersion();
    note(version, TrainedOn.ofNoQuestions(passages));
    ModelCard card = base.card().orElse(ModelCard.of(base.name(), "unknown", List.of()));
    CrossEncoderModel.save(
        shelf.folder(version),
        CrossEncoderDraft.of(base, workspace.name() + "-reranker-" + version, base.weights(), card),
        provenance(order, base.identity(), base.folder(), workspace.settings().train().seed()));
    return new RerankerResult(version, Ending.LOADED, asked, base.name(), null, null);
  }

  private static Provenance provenance(Order order, String base, @Nullable Path from, long seed) {
    return new Provenance(
        "reranker",
        1,
        Map.of("base", base, "step", order.fingerprint()),
        from == null ? Map.of() : Map.of(FROM, from.toString()),
        seed);
  }

  private void note(String version, TrainedOn trainedOn) {
    Artifact.create(
        TrainedOn.folder(workspace, TrainedOn.reranker(version)),
        new Provenance("pairs", 1, Map.of(), Map.of(), workspace.settings().train().seed()),
        folder -> WholeFile.write(folder.resolve(TrainedOn.FILE), Json.pretty(trainedOn)));
  }

  /// The last version, if this very work made it and was killed before that was recorded.
  private @Nullable String finished(Order order, List<Passage> passages) {
    String last = shelf.candidate().orElse(null);
    if (last == null || last.equals(order.recorded()) || !Artifact.exists(shelf.folder(last))) {
      return null;
    }
    var inputs = Artifact.open(shelf.folder(last)).provenance().inputs();
    boolean same =
        order.fingerprint().equals(inputs.get("step"))
            && TrainedOn.of(workspace, TrainedOn.reranker(last))
                .filter(t -> t.passages().equals(passages.stream().map(Passage::id).toList()))
                .isPresent();
    return same ? last : null;
  }

  private static RerankerResult.Figures figures(
      RerankerCandidate candidate, CrossEncoderModel saved) {
    var stats = candidate.stats();
    var losses = stats.losses();
    double loss =
        losses.subList(losses.size() - Math.max(1, losses.size() / 10), losses.size()).stream()
            .mapToDouble(Float::doubleValue)
            .average()
            .orElse(0);
    return new RerankerResult.Figures(
        new TreeMap<>(candidate.origins()),
        new RerankerResult.Lists(
            stats.pairs(),
            candidate.plan().lists().negatives(),
            stats.steps(),
            stats.pairsPerSecond()),
        stats.seconds(),
        stats.precision().name().toLowerCase(Locale.ROOT),
        loss,
        candidate.plan().because() + ", " + saved.network().count() / 1_000_000 + " M weights",
        new RerankerResult.Dev(
            candidate.dev().questions(), candidate.dev().firstStage(), candidate.dev().reranked()));
  }
}
