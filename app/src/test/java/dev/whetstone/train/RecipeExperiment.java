package dev.whetstone.train;

import dev.whetstone.core.Filter;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.evaluate.Beir;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.evaluate.Scored;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.pairs.TrainingPairs;
import dev.whetstone.store.Json;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import dev.whetstone.torch.Calibration;
import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Precision;
import dev.whetstone.train.TrainingData.DevQuestions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;

/// What does a part of the training recipe gain with labels, when all else is the same?
///
/// `prove --recipe` compares recipes at one budget, so a recipe that costs more sees fewer pairs,
/// and dev questions choose rate and share anew each time. Here each training sees the same label
/// pairs equally often, at the rule's rate, and shares .5 and 1 of the trained weights are scored.
/// A collection in BEIR layout is cut to the relevant passages, those that keyword search finds for
/// the scored questions, and random ones. Each line of the results has nDCG@10 of every scored
/// question, so that recipes are compared in pairs. A run that stands in the file is not done
/// again.
///
/// ```text
/// RecipeExperiment COLLECTION SPLIT BASE EPOCHS RESULTS.jsonl WORK RUNS…
/// RecipeExperiment collections/scifact test all-minilm-l6-v2 2 r.jsonl /tmp/r std/1 std/2
///     batch=128/1 mean:std/1+std/2
/// ```
///
/// A run is a [Recipe] (`std`: the standard one) and a seed, or the mean of the weights of runs.
/// `std@50/1` has a scale of 50 in the softmax (a temperature of .02) instead of the usual one.
/// `std&300/1` adds 300 pairs of the documents, each seen once. `distill=on,negatives=2/1` trains
/// two rerankers first, which takes eight minutes; compare it with `negatives=2/1`.
public final class RecipeExperiment {
  private static final int QUESTIONS = 300;
  private static final int PASSAGES = 2500;
  private static final int CONFUSABLE = 5;
  private static final int TOKENS = 128;
  private static final double[] SHARES = {.5, 1};
  private static final double DENSE_WEIGHT = .5;

  /// The usual one.
  private static final double SCALE = 20;

  private static final double[] OTHER_WEIGHTS = {.4, .6, .7, .8};

  /// For both rerankers that teach.
  private static final Duration TEACHING = Duration.ofMinutes(8);

  private final String name;
  private final Model base;
  private final double epochs;
  private final Path work;
  private final Precision precision;
  private final Qrels scored;
  private final Map<String, String> queries;
  private final TrainingData data;
  private final LuceneIndex index;
  private final Map<String, Ranking> words = new HashMap<>();
  private final CandidateEncoder encoder;

  private RecipeExperiment(
      Path folder, String split, String baseName, double epochs, Path work, Tokenizer tokenizer) {
    Beir beir = Beir.open(folder);
    this.name = beir.name();
    this.base = BaseModels.open(baseName, MavenArtifact.defaultCache());
    this.epochs = epochs;
    this.work = work;
    this.precision = Calibration.measure().fastestTraining();
    this.queries = beir.queries();
    this.scored = beir.qrels(split).limit(QUESTIONS);
    Qrels train = beir.qrels("train");
    List<Passage> passages;
    try (var whole = LuceneIndex.inMemory(beir.passages(), null)) {
      passages = pool(beir.passages(), train, whole);
    }
    this.index = LuceneIndex.inMemory(passages, null);
    for (String id : scored.queries()) {
      words.put(id, index.words(text(id), Rankings.DEPTH, Filter.ALL));
    }
    this.encoder = new CandidateEncoder(base, tokenizer, precision);
    Map<String, Passage> byId =
        passages.stream().collect(Collectors.toMap(Passage::id, passage -> passage));
    List<Pair> labels = PairRecipes.fromJudgements(queries, train.gains(), byId);
    this.data = data(passages, embedded(passages), new TrainingPairs(labels, List.of(), List.of()));
  }

  private TrainingData data(List<Passage> passages, Vectors vectors, TrainingPairs pairs) {
    return new TrainingData(
        base,
        passages,
        vectors,
        pairs,
        DevQuestions.NONE,
        DevQuestions.NONE,
        question -> index.words(question, Rankings.DEPTH, Filter.ALL));
  }

  /// With pairs of the documents beside the labels.
  private TrainingData beside(int documents, long seed) {
    List<Pair> made = new PairRecipes(seed).fromDocuments(data.passages(), documents);
    return data(
        data.passages(),
        Objects.requireNonNull(data.baseVectors()),
        new TrainingPairs(data.labels(), List.of(), made));
  }

  public static void main(String[] arguments) throws IOException {
    Path results = Path.of(arguments[4]);
    Model base = BaseModels.open(arguments[2], MavenArtifact.defaultCache());
    try (var tokenizer = Tokenizer.open(base)) {
      var experiment =
          new RecipeExperiment(
              Path.of(arguments[0]),
              arguments[1],
              arguments[2],
              Double.parseDouble(arguments[3]),
              Path.of(arguments[5]),
              tokenizer);
      System.out.printf(
          "%s: %d labels, %d passages, %d questions%n",
          experiment.name,
          experiment.data.labels().size(),
          experiment.data.passages().size(),
          experiment.scored.queries().size());
      experiment.run(results, List.of(arguments).subList(6, arguments.length));
    }
    System.exit(0); // native threads do not end by themselves
  }

  private void run(Path results, List<String> runs) throws IOException {
    var done = new LinkedHashSet<String>();
    if (Files.exists(results)) {
      for (String line : Files.readAllLines(results)) {
        done.add(Json.MAPPER.readTree(line).get("key").asText());
      }
    }
    for (String run : runs) {
      String key = name + ":" + run;
      if (!done.add(key)) {
        continue;
      }
      long began = System.nanoTime();
      var line = new LinkedHashMap<String, Object>();
      line.put("key", key);
      NamedTensors weights = run.equals("base") ? base.weights() : weights(run);
      line.put("seconds", Math.round((System.nanoTime() - began) / 1e9));
      for (double share : run.equals("base") ? new double[] {1} : SHARES) {
        encoder.load(WeightInterpolation.mix(base.weights(), weights, share));
        line.put("share " + share, figures());
      }
      Files.writeString(
          results, Json.line(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      System.out.println(key + " " + line.get("seconds") + " s");
    }
  }

  private String text(String id) {
    return queries.getOrDefault(id, "");
  }

  private List<Passage> pool(List<Passage> all, Qrels train, LuceneIndex whole) {
    var chosen = new LinkedHashSet<String>();
    train.queries().forEach(id -> chosen.addAll(train.relevant(id)));
    for (String id : scored.queries()) {
      chosen.addAll(scored.relevant(id));
      chosen.addAll(whole.words(text(id), CONFUSABLE, Filter.ALL).ids());
    }
    var order = new ArrayList<>(all);
    Collections.shuffle(order, new Random(1));
    order.stream()
        .map(Passage::id)
        .limit(Math.max(0, PASSAGES - chosen.size()))
        .forEach(chosen::add);
    return all.stream().filter(passage -> chosen.contains(passage.id())).toList();
  }

  private Vectors embedded(List<Passage> passages) {
    return encoder.passages(
        passages.stream().map(Passage::id).toList(),
        passages.stream().map(Passage::embedded).toList(),
        TOKENS,
        Progress.NONE.start("", 0, ""));
  }

  /// nDCG@10 of each scored question with the encoder's weights, of the dense arm and of hybrids.
  private Map<String, double[]> figures() {
    List<String> ids = scored.queries();
    List<float[]> questions =
        encoder.questions(base.prompts().query(), ids.stream().map(this::text).toList());
    Map<String, Ranking> dense =
        Rankings.dense(embedded(data.passages()), ids, List.of(questions.toArray(float[][]::new)));
    var figures = new LinkedHashMap<String, double[]>();
    figures.put("dense", Scored.of(dense, scored).ndcg10());
    figures.put("hybrid", hybrid(dense, DENSE_WEIGHT));
    for (double weight : OTHER_WEIGHTS) {
      figures.put("hybrid " + weight, hybrid(dense, weight));
    }
    return figures;
  }

  private double[] hybrid(Map<String, Ranking> dense, double weight) {
    return Scored.of(Rankings.fused(RetrievalPlan.hybrid(weight), words, dense), scored).ndcg10();
  }

  /// The trained weights of a run; those of a mean must have been trained before.
  private NamedTensors weights(String run) {
    if (run.startsWith("mean:")) {
      NamedTensors mean = null;
      int count = 0;
      for (String each : run.substring("mean:".length()).split("\\+", -1)) {
        NamedTensors one = weights(each);
        count++;
        mean = mean == null ? one : WeightInterpolation.mix(mean, one, 1.0 / count);
      }
      if (mean == null) {
        throw new IllegalArgumentException(run);
      }
      return mean;
    }
    int slash = run.lastIndexOf('/');
    String[] documents = run.substring(0, slash).split("&", 2);
    String[] recipe = documents[0].split("@", 2);
    return trained(
        documents.length == 1 ? 0 : Integer.parseInt(documents[1]),
        recipe[0].equals("std") ? Recipe.STANDARD : Recipe.parse(recipe[0]),
        recipe.length == 1 ? SCALE : Double.parseDouble(recipe[1]),
        Long.parseLong(run.substring(slash + 1)),
        work.resolve(name + "-" + run.replaceAll("[^A-Za-z0-9.=@&-]", "_")));
  }

  /// Trains, or takes what was trained before.
  private NamedTensors trained(int documents, Recipe recipe, double scale, long seed, Path folder) {
    var tuning =
        new FineTuning(
            documents == 0 ? data : beside(documents, seed),
            recipe,
            TrainingLimits.of(Duration.ofHours(9)),
            seed,
            folder,
            Progress.NONE);
    WholeFile.write(
        folder.resolve("plan.json"),
        Json.sealed(Json.pretty(plan(documents, recipe, scale, tuning.fingerprint(), seed))));
    Candidate candidate = recipe.distils() ? taught(tuning, seed, folder) : tuning.run();
    double share = candidate.alpha();
    // what a rule took of the trained weights is undone: (mix - (1 - share) base) / share
    var trained = new NamedTensors();
    NamedTensors mix = candidate.weights();
    NamedTensors before = base.weights();
    for (String tensor : mix.names()) {
      float[] from = before.get(tensor).data();
      float[] to = mix.get(tensor).data();
      var all = new float[to.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = (float) (from[i] + (to[i] - from[i]) / share);
      }
      trained.put(tensor, new NamedTensors.Array(mix.get(tensor).shape(), all));
    }
    return trained;
  }

  /// Two rerankers of the base model are trained first, as `prove --recipe distill=on` does it.
  private Candidate taught(FineTuning tuning, long seed, Path folder) {
    try (var start = RerankerStart.of(base, seed);
        Encoder found = Encoders.open(base, EncoderSettings.auto())) {
      var stage =
          new FirstStage(
              found, Objects.requireNonNull(data.baseVectors()), data.keywords(), DENSE_WEIGHT);
      var making =
          new RerankerData(
              start, data.passages(), stage, data.labels(), DevQuestions.NONE, Duration.ZERO);
      var teacher =
          CrossEncoderTeacher.trained(
              making, TrainingLimits.of(TEACHING), seed, folder.resolve("teacher"), Progress.NONE);
      return tuning.taughtBy(teacher).run();
    }
  }

  private FineTuningPlan plan(
      int documents, Recipe recipe, double scale, String fingerprint, long seed) {
    if (recipe.weights().seeds() != 1
        || !recipe.loss().dimensions().isEmpty()
        || recipe.batches().size() == Recipe.AUTO) {
      throw new IllegalArgumentException("not compared here: " + recipe);
    }
    int labels = (int) Math.round(epochs * data.labels().size());
    int batch = recipe.batches().size();
    int each = recipe.batches().negatives() < 0 ? 1 : recipe.batches().negatives();
    boolean remined = recipe.batches().remine() == Recipe.Choice.ON;
    int steps = (labels + documents) / Planner.BATCH;
    double rate =
        5e-5
            * Math.clamp(Math.sqrt(32.0 / steps), 1, 2)
            * Math.sqrt(batch / (double) Planner.BATCH);
    return new FineTuningPlan(
        new FineTuningPlan.Key(FineTuningPlan.FORMAT, fingerprint, seed),
        new FineTuningPlan.Speed(precision, 1, ContrastiveTraining.Limits.USUAL),
        new FineTuningPlan.PairCounts(
            labels,
            0,
            documents,
            epochs,
            new FineTuningPlan.Negatives(
                each, remined ? List.of(.5) : List.of(), remined ? data.passages().size() : 0)),
        new FineTuningPlan.Optimisation(
            batch,
            rate,
            .1,
            recipe.weights().layerDecay(),
            1,
            new FineTuningPlan.Loss(
                scale,
                recipe.loss().guide(),
                List.of(),
                recipe.distils() ? Distillation.WEIGHT : 0)),
        new FineTuningPlan.Texts(Planner.QUESTION_TOKENS, TOKENS, true),
        new FineTuningPlan.SearchSpace(
            new FineTuningPlan.Trials(List.of(rate), 1, 1, "an experiment"),
            List.of(1.0),
            List.of(1.0),
            new FineTuningPlan.Dev(0, false),
            new FineTuningPlan.Pool(0, 0),
            FineTuningPlan.Probe.NONE),
        List.of());
  }
}
