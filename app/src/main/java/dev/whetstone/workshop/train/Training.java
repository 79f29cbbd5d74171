package dev.whetstone.workshop.train;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.Draft;
import dev.whetstone.model.Model;
import dev.whetstone.model.ModelCard;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.pairs.TrainingPairs;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.train.Candidate;
import dev.whetstone.train.FineTuning;
import dev.whetstone.train.NoCandidateException;
import dev.whetstone.train.Recipe;
import dev.whetstone.train.TrainingData;
import dev.whetstone.train.TrainingLimits;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes training pairs from the question log, from written questions and from the documents,
/// sharpens the base model on them and keeps the candidate as the next version.
public final class Training {
  /// Raised whenever the same inputs make another model.
  public static final int VERSION = 8;

  public static final int FEWEST_PASSAGES = 64;
  private static final int DOCUMENT_PAIRS = 4000;

  private final Workspace workspace;
  private final ModelShelf shelf;
  private final Progress progress;

  public Training(Workspace workspace, ModelShelf shelf, Progress progress) {
    this.workspace = workspace;
    this.shelf = shelf;
    this.progress = progress;
  }

  /// Where the checkpoints of a training stand until it has ended.
  public static Path work(Workspace workspace, String fingerprint) {
    return workspace.hidden().resolve("work").resolve("train-" + fingerprint);
  }

  /// @param fingerprint names this training
  /// @param recorded output of the last training that was recorded as done; empty for none
  public TrainingResult train(
      String fingerprint,
      String language,
      List<Passage> passages,
      Duration budget,
      String recorded) {
    if (passages.size() < FEWEST_PASSAGES) {
      return TrainingResult.without(TrainingResult.Ending.TOO_FEW_PASSAGES, passages.size(), null);
    }
    Path work = work(workspace, fingerprint);
    String finished = finished(fingerprint, passages, recorded);
    if (finished != null) {
      WholeFile.delete(work);
      return new TrainingResult(
          finished, TrainingResult.Ending.MADE_BEFORE, passages.size(), null, null, null);
    }
    QuestionLog questions = QuestionLog.of(workspace, passages);
    JudgedQuestions train = JudgedQuestions.of(questions.train(), passages);
    JudgedQuestions dev = JudgedQuestions.of(questions.dev(), passages);
    long seed = workspace.settings().train().seed();
    var byId = new HashMap<String, Passage>();
    passages.forEach(passage -> byId.put(passage.id(), passage));
    List<Pair> labels = PairRecipes.fromJudgements(train.texts(), train.qrels().gains(), byId);
    WrittenData written = WrittenData.of(workspace, passages);
    var pairs =
        new TrainingPairs(
            labels, written.pairs(), new PairRecipes(seed).fromDocuments(passages, DOCUMENT_PAIRS));
    Model base = shelf.base(language);
    Candidate candidate;
    try (LuceneIndex words = LuceneIndex.inMemory(passages, null)) {
      Vectors baseVectors;
      try (Encoder encoder = shelf.encoder(base)) {
        baseVectors =
            new VectorStore(workspace).of(passages, encoder, "embed base", progress).vectors();
      }
      var data =
          new TrainingData(
              base,
              passages,
              baseVectors,
              pairs,
              questions(dev, passages),
              questions(written.dev(), passages),
              question -> words(words, question));
      var limits = TrainingLimits.of(budget, workspace.settings().train().memoryBytes());
      candidate = new FineTuning(data, recipe(base), limits, seed, work, progress).run();
    } catch (NoCandidateException e) {
      return TrainingResult.without(
          TrainingResult.Ending.NOTHING_LEARNT, passages.size(), e.getMessage());
    }
    String version = shelf.nextVersion();
    writePairs(version, questions, new Asked(train, dev, written), pairs, passages);
    save(version, fingerprint, base, candidate, seed);
    WholeFile.delete(work);
    return new TrainingResult(
        version,
        TrainingResult.Ending.TRAINED,
        passages.size(),
        null,
        figures(pairs, candidate),
        questions.note().orElse(null));
  }

  /// The recipe that the settings name.
  ///
  /// @throws Failure.BadInput if it is none, or one that is not for workspaces
  public static Recipe recipe(Settings.Train settings) {
    String named = settings.recipe();
    Recipe recipe = named == null ? Recipe.STANDARD : Recipe.parse("train.recipe", named);
    if (recipe.distils()) {
      throw new Failure.BadInput(
          "train.recipe: distill=on is done on collections alone, by `prove`");
    }
    return recipe;
  }

  /// The recipe and the dimensions that the settings name.
  private Recipe recipe(Model base) {
    Recipe recipe = recipe(workspace.settings().train());
    var dimensions = new TreeSet<>(workspace.settings().train().matryoshka());
    dimensions.addAll(recipe.loss().dimensions());
    Integer indexed = workspace.settings().index().dimensions();
    if (indexed != null) {
      dimensions.add(indexed);
    }
    if (!dimensions.isEmpty() && dimensions.last() > base.dimension()) {
      throw new Failure.BadInput(
          "%s: %d is more than the %d dimensions of the base model %s"
              .formatted(
                  dimensions.last().equals(indexed) ? "index.dimensions" : "train.matryoshka",
                  dimensions.last(),
                  base.dimension(),
                  base.name()));
    }
    dimensions.remove(base.dimension());
    return recipe.withDimensions(List.copyOf(dimensions.descendingSet()));
  }

  private static TrainingData.DevQuestions questions(
      JudgedQuestions judged, List<Passage> passages) {
    return new TrainingData.DevQuestions(judged.texts(), judged.everywhere(passages));
  }

  private static TrainingResult.Figures figures(TrainingPairs pairs, Candidate made) {
    return new TrainingResult.Figures(
        new TrainingResult.Pairs(
            made.plan().pairs().total(),
            new TreeMap<>(made.origins()),
            pairs.labels().size(),
            pairs.written().size(),
            pairs.documents().size()),
        made.steps(),
        made.seconds(),
        made.pairsPerSecond(),
        made.plan().speed().precision().name().toLowerCase(Locale.ROOT),
        made.lastLoss(),
        new TrainingResult.Choices(
            made.alpha(),
            made.decisions().stream()
                .map(one -> new TrainingResult.Choice(one.what(), one.chosen(), one.among()))
                .toList()));
  }

  /// The last version, if this very training made it and was killed before that was recorded.
  private @Nullable String finished(String fingerprint, List<Passage> passages, String recorded) {
    List<String> versions = shelf.versions();
    if (versions.isEmpty() || versions.getLast().equals(recorded)) {
      return null;
    }
    String last = versions.getLast();
    boolean same =
        Artifact.exists(shelf.folder(last))
            && fingerprint.equals(
                Artifact.open(shelf.folder(last)).provenance().inputs().get("step"))
            && TrainedOn.of(workspace, last)
                .filter(t -> t.passages().equals(passages.stream().map(Passage::id).toList()))
                .isPresent();
    return same ? last : null;
  }

  private static Ranking words(LuceneIndex index, String question) {
    return index.words(question, 100, Filter.ALL);
  }

  private void save(
      String version, String fingerprint, Model base, Candidate candidate, long seed) {
    ModelCard card = card(base, candidate);
    Integer dimensions = workspace.settings().index().dimensions();
    Model.save(
        shelf.folder(version),
        Draft.of(base, workspace.name() + "-" + version, candidate.weights(), card)
            .withQueryPrompt(candidate.queryPrompt())
            .withDimension(dimensions == null ? base.dimension() : dimensions),
        new Provenance(
            "model",
            1,
            Map.of("base", base.space().value(), "step", fingerprint),
            card.settings(),
            seed));
  }

  /// What people should know of a candidate.
  public static ModelCard card(Model base, Candidate candidate) {
    var plan = candidate.plan();
    var settings = new HashMap<String, String>();
    settings.put("learning rate", String.valueOf(candidate.rate()));
    settings.put("batch", String.valueOf(plan.optimisation().batch()));
    settings.put("epochs", String.valueOf(plan.pairs().epochs()));
    settings.put("scale", String.valueOf(plan.optimisation().loss().scale()));
    settings.put("steps", String.valueOf(candidate.steps()));
    settings.put("precision", plan.speed().precision().name().toLowerCase(Locale.ROOT));
    settings.put("share of the trained weights", String.valueOf(candidate.alpha()));
    candidate
        .decisions()
        .forEach(one -> settings.put("chosen: " + one.what(), one.chosen() + " " + one.among()));
    var data = new HashMap<String, String>();
    candidate
        .origins()
        .forEach((origin, count) -> data.put(origin + " pairs", String.valueOf(count)));
    return new ModelCard(
        base.name(),
        base.card().map(ModelCard::licence).orElse("unknown"),
        base.card().map(ModelCard::languages).orElse(List.of()),
        data,
        settings,
        Map.of());
  }

  /// The questions that trained and chose.
  private record Asked(JudgedQuestions train, JudgedQuestions dev, WrittenData written) {}

  private void writePairs(
      String version,
      QuestionLog questions,
      Asked asked,
      TrainingPairs pairs,
      List<Passage> passages) {
    var trainedOn =
        TrainedOn.of(questions, List.of(asked.train(), asked.dev()), asked.written(), passages);
    Artifact.create(
        TrainedOn.folder(workspace, version),
        new Provenance("pairs", 1, Map.of(), Map.of(), workspace.settings().train().seed()),
        folder -> {
          WholeFile.write(folder.resolve("train.jsonl"), lines(pairs.all()));
          WholeFile.write(folder.resolve("dev.jsonl"), lines(judged(asked.dev())));
          WholeFile.write(folder.resolve("log.jsonl"), lines(judged(asked.train())));
          if (asked.written().dev().size() > 0) {
            WholeFile.write(
                folder.resolve("written-dev.jsonl"), lines(judged(asked.written().dev())));
          }
          WholeFile.write(folder.resolve(TrainedOn.FILE), Json.pretty(trainedOn));
        });
  }

  private static List<Map<String, Object>> judged(JudgedQuestions judged) {
    return judged.texts().entrySet().stream()
        .map(
            q ->
                Map.<String, Object>of(
                    "id",
                    q.getKey(),
                    "question",
                    q.getValue(),
                    "passages",
                    judged.qrels().of(q.getKey())))
        .toList();
  }

  private static String lines(List<?> rows) {
    return rows.stream().map(row -> Json.line(row) + "\n").collect(Collectors.joining());
  }
}
