package dev.whetstone.train;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.evaluate.Beir;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.guard.GeneralSet;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.pairs.TrainingPairs;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import dev.whetstone.text.Analyzers;
import dev.whetstone.torch.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// A collection in BEIR layout cut to a [ProbePool]. [ProbeExperiment] trains on some of its
/// passages, and [ProbeSignals] reads the others. For one thread.
final class ProbeCollection {
  private static final int PAIRS = 320;
  private static final int TOKENS = 64;
  private static final int HELD_OUT = 80;
  private static final double[] SHARES = {0, .25, .5, .75, 1};

  private static final Map<String, String> SPLITS = Map.of("stard", "dev");

  /// A kind of questions made of the held-out passages.
  ///
  /// @param rests what is left of the passages; empty: the whole
  record Kind(List<String> questions, List<String> sources, List<String> rests) {}

  final Model base;
  final List<Passage> passages;
  final Map<String, Integer> rows = new HashMap<>();
  final List<String> ids = new ArrayList<>();
  final List<String> texts = new ArrayList<>();
  final Qrels qrels;
  final LuceneIndex words;
  final Map<String, Ranking> realWords = new LinkedHashMap<>();
  final Map<String, Kind> kinds = new TreeMap<>();
  final GeneralSet general;
  final List<Passage> generalPassages = new ArrayList<>();
  final Map<String, float[][]> ofBase;
  private final Tokenizer tokenizer;
  private final Precision precision;
  private final CandidateEncoder encoder;
  private final List<Passage> training = new ArrayList<>();
  private final Map<String, List<String>> embedded = new LinkedHashMap<>();
  private final ProbeSignals signals;

  /// @param confusable whether the pool has passages that keyword search confuses with the answers
  ProbeCollection(Path folder, boolean confusable, Precision precision) {
    this.precision = precision;
    Beir beir = Beir.open(folder);
    String split = SPLITS.getOrDefault(beir.name(), "test");
    String language = Analyzers.language(beir.passages().getFirst());
    base = BaseModels.open(BaseModels.forLanguage(language), MavenArtifact.defaultCache());
    tokenizer = Tokenizer.open(base);
    encoder = new CandidateEncoder(base, tokenizer, precision);
    ProbePool pool = confusable ? ProbePool.confusable(beir, split) : ProbePool.random(beir, split);
    Qrels judged = pool.judged();
    passages = pool.passages();
    Map<String, String> queries = beir.queries();
    for (int i = 0; i < passages.size(); i++) {
      rows.put(passages.get(i).id(), i);
    }
    words = LuceneIndex.inMemory(passages, null);
    for (String id : judged.queries()) {
      if (queries.containsKey(id)) {
        ids.add(id);
        texts.add(queries.get(id));
        realWords.put(id, words.words(queries.get(id), 100, Filter.ALL));
      }
    }
    qrels = judged.only(ids);
    var shuffled = new ArrayList<>(passages);
    Collections.shuffle(shuffled, new Random(2));
    List<Passage> heldOut = shuffled.subList(0, HELD_OUT);
    training.addAll(shuffled.subList(HELD_OUT, shuffled.size()));
    for (var recipe :
        List.of(
            PairRecipes.Recipe.SALIENT,
            PairRecipes.Recipe.RUN,
            PairRecipes.Recipe.HEADING,
            PairRecipes.Recipe.KEYWORDS)) {
      kind(recipe, heldOut);
    }
    general = GeneralSet.open(language.equals("zh") ? "zh" : "en", MavenArtifact.defaultCache());
    general();
    texts();
    encoder.load(base.weights());
    ofBase = embed();
    signals = new ProbeSignals(this);
  }

  /// The value of a key that is there.
  static <T> T in(Map<String, T> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  private void kind(PairRecipes.Recipe recipe, List<Passage> heldOut) {
    if (recipe == PairRecipes.Recipe.RUN && kinds.containsKey("salient")) {
      return;
    }
    List<Pair> pairs = new PairRecipes(List.of(recipe), 0, 7).fromDocuments(heldOut, HELD_OUT);
    // idf of all passages would be better for keywords; of 200 it is near enough
    pairs = pairs.stream().filter(p -> p.origin().equals(recipe.origin())).toList();
    if (pairs.size() >= 25) {
      boolean whole = recipe == PairRecipes.Recipe.KEYWORDS;
      kinds.put(
          recipe.name().toLowerCase(Locale.ROOT),
          new Kind(
              pairs.stream().map(Pair::question).toList(),
              pairs.stream().map(Pair::passageId).toList(),
              whole ? List.of() : pairs.stream().map(Pair::passageText).toList()));
    }
  }

  private void general() {
    Set<String> answers = new HashSet<>();
    general.questions().keySet().forEach(id -> answers.addAll(general.qrels().relevant(id)));
    var order = new ArrayList<>(general.passages());
    Collections.shuffle(order, new Random(3));
    int others = 0;
    for (Passage passage : order) {
      if (answers.contains(passage.id()) || others++ < 200) {
        generalPassages.add(passage);
      }
    }
  }

  private void texts() {
    embedded.put("pool", passages.stream().map(Passage::embedded).toList());
    embedded.put("q real", texts);
    embedded.put("general", generalPassages.stream().map(Passage::embedded).toList());
    embedded.put("q general", List.copyOf(general.questions().values()));
    kinds.forEach(
        (name, kind) -> {
          embedded.put("q " + name, kind.questions());
          if (!kind.rests().isEmpty()) {
            embedded.put("rest " + name, kind.rests());
          }
        });
  }

  /// With the weights that the encoder has.
  private Map<String, float[][]> embed() {
    var vectors = new LinkedHashMap<String, float[][]>();
    embedded.forEach(
        (name, list) -> {
          if (name.startsWith("q ")) {
            vectors.put(
                name, encoder.questions(base.prompts().query(), list).toArray(float[][]::new));
          } else {
            List<String> numbers = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
              numbers.add("" + i);
            }
            Vectors all = encoder.passages(numbers, list, TOKENS, Progress.NONE.start("", 0, ""));
            var made = new float[list.size()][];
            for (int i = 0; i < made.length; i++) {
              made[i] = all.vector(i);
            }
            vectors.put(name, made);
          }
        });
    return vectors;
  }

  /// Trains once.
  ///
  /// @param folder for the checkpoint
  /// @return what is to be written of it; empty where there are too few pairs
  Map<String, Object> run(String variant, long seed, Path folder) {
    List<Pair> pairs = pairs(variant, seed);
    if (pairs.size() < PAIRS / 2) {
      return Map.of();
    }
    double rate = variant.endsWith("-3") ? 3e-5 : 8e-5;
    var trainingData =
        new TrainingData(
            base,
            passages,
            signals.vectors(in(ofBase, "pool")),
            new TrainingPairs(List.of(), List.of(), pairs),
            TrainingData.DevQuestions.NONE,
            TrainingData.DevQuestions.NONE,
            question -> words.words(question, 100, Filter.ALL));
    var examples = new TrainingExamples(trainingData, base.prompts().query()).plain(pairs);
    encoder.load(base.weights());
    Guide guide = Guide.of(examples, signals.vectors(in(ofBase, "pool")), encoder);
    var hyperparameters =
        new Hyperparameters(
            new Hyperparameters.Schedule(PAIRS / Planner.BATCH, rate, .1),
            new Hyperparameters.Sampling(Planner.BATCH, 0, TOKENS, seed),
            new Hyperparameters.Loss(ProbeSignals.TEMPERATURE, .95, List.of()),
            precision,
            1000);
    var run = new TrainingRun(base, tokenizer, System::nanoTime);
    var trained =
        new Trainer(base.network(), hyperparameters)
            .train(
                run.tokenised(examples, Planner.QUESTION_TOKENS, TOKENS, guide),
                base.weights(),
                folder,
                Progress.NONE);
    WholeFile.delete(folder);
    encoder.load(trained.weights());
    Map<String, float[][]> tuned = embed();
    var row = new LinkedHashMap<String, Object>();
    row.put("pairs", PairRecipes.counts(pairs));
    row.put("losses", trained.stats().losses());
    var shares = new LinkedHashMap<String, Object>();
    for (double share : SHARES) {
      shares.put("" + share, signals.of(mixed(tuned, share)));
    }
    row.put("shares", shares);
    return row;
  }

  private List<Pair> pairs(String variant, long seed) {
    String recipe = variant.replaceAll("-.*", "");
    var all =
        switch (recipe) {
          case "mix" -> PairRecipes.USUAL;
          case "run" -> List.of(PairRecipes.Recipe.RUN);
          case "head" -> List.of(PairRecipes.Recipe.HEADING);
          case "key" -> List.of(PairRecipes.Recipe.KEYWORDS);
          case "sent", "near" -> List.of(PairRecipes.Recipe.SALIENT);
          case "all" ->
              List.of(
                  PairRecipes.Recipe.HEADING,
                  PairRecipes.Recipe.RUN,
                  PairRecipes.Recipe.KEYWORDS,
                  PairRecipes.Recipe.SALIENT);
          default -> throw new IllegalArgumentException(variant);
        };
    List<Pair> pairs = new PairRecipes(all, .1, seed).fromDocuments(training, PAIRS);
    if (!recipe.endsWith("near")) {
      return pairs;
    }
    var random = new Random(seed);
    var heldOut = new HashSet<String>();
    kinds.values().forEach(kind -> heldOut.addAll(kind.sources()));
    var near = new ArrayList<Pair>();
    for (Pair pair : pairs) {
      List<String> found =
          signals.rich(pair.passageId(), 4).stream().filter(id -> !heldOut.contains(id)).toList();
      if (!found.isEmpty()) {
        String id = found.get(random.nextInt(found.size()));
        Passage other = passages.get(in(rows, id));
        near.add(new Pair(pair.question(), id, other.embedded(), other.document(), "neighbour"));
      }
    }
    return near;
  }

  private Map<String, float[][]> mixed(Map<String, float[][]> tuned, double share) {
    var all = new LinkedHashMap<String, float[][]>();
    ofBase.forEach(
        (name, before) -> {
          float[][] after = in(tuned, name);
          var mixed = new float[before.length][];
          for (int i = 0; i < mixed.length; i++) {
            mixed[i] = mixed(before[i], after[i], share);
          }
          all.put(name, mixed);
        });
    return all;
  }

  private static float[] mixed(float[] before, float[] after, double share) {
    var mixed = new float[before.length];
    double squares = 0;
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = (float) ((1 - share) * before[i] + share * after[i]);
      squares += mixed[i] * mixed[i];
    }
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] /= (float) Math.sqrt(squares);
    }
    return mixed;
  }
}
