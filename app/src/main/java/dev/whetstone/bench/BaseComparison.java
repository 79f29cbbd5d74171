package dev.whetstone.bench;

import dev.whetstone.bench.BaseReport.Base;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.VectorCache;
import dev.whetstone.evaluate.Bootstrap;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.evaluate.Scored;
import dev.whetstone.evaluate.WeightTuning;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.workshop.train.JudgedQuestions;
import dev.whetstone.workspace.ModelView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Answers which base model suits a collection, or the documents of a workspace, before anything is
/// trained.
///
/// Problem: base models differ in size by a factor of twenty, and on documents of a field the
/// larger one is not always the better one. A larger model costs more time and memory with every
/// passage and every question.
///
/// Method: each base embeds the passages and ranks the same questions, by itself and in a hybrid
/// with BM25, whose weight is chosen on dev questions where there are some. The base with the best
/// hybrid is the reference. Another one is *proven worse* when the 95 % interval of its paired
/// difference in nDCG@10 to the reference lies below zero (percentile bootstrap over questions, see
/// [Bootstrap]). Of those that are not, the smallest is recommended, by the number of weights.
/// Since the reference was chosen as the best of several on the same questions, its lead is a
/// little too large: the rule errs towards larger models, and towards smaller ones where there are
/// few questions. The report says how many there were.
///
/// Speed is measured on up to 200 passages spread over the collection, after as many to warm up.
public final class BaseComparison {
  private static final int SAMPLE = 200;

  private final Map<String, Model> models; // by name, in the order in which they were named
  private final Path cache;
  private final long seed;
  private final Progress progress;

  /// Opens the models.
  ///
  /// @param names of bases, as [BaseModels#open] takes them; at least two different ones
  /// @param cache folder for vectors, kept between runs
  /// @throws Failure.BadInput if a name is unknown
  public BaseComparison(List<String> names, Path cache, long seed, Progress progress) {
    models = new LinkedHashMap<>();
    names.forEach(
        name ->
            models.computeIfAbsent(
                name, base -> BaseModels.open(base, MavenArtifact.defaultCache())));
    if (models.size() < 2) {
      throw new Failure.BadInput("--bases needs at least two different models to compare");
    }
    this.cache = cache;
    this.seed = seed;
    this.progress = progress;
  }

  private record Rated(Base base, Scored dense, Scored hybrid) {}

  /// Compares the bases on these questions.
  public BaseReport compare(BaseQuestions questions) {
    var vectors = new VectorCache(cache.resolve("vectors"), questions.passages());
    var rated = new ArrayList<Rated>();
    try (var words = LuceneIndex.inMemory(questions.passages(), null)) {
      Asked scored = asked(words, questions.scored(), questions.equal());
      Asked dev = asked(words, questions.dev(), questions.equal());
      models.forEach(
          (name, model) -> rated.add(rate(name, model, vectors, scored, dev, questions)));
      double bm25 = Scored.of(scored.words(), scored.qrels()).mean().ndcg10();
      return report(questions, bm25, rated);
    }
  }

  /// Questions with their judgements and what BM25 finds.
  private record Asked(Qrels qrels, Map<String, String> texts, Map<String, Ranking> words) {}

  private static Asked asked(LuceneIndex index, JudgedQuestions judged, EqualPassages equal) {
    return new Asked(
        judged.qrels(),
        judged.texts(),
        Rankings.grouped(words(index, judged.texts()), equal::first));
  }

  private Rated rate(
      String name,
      Model model,
      VectorCache cached,
      Asked scored,
      Asked dev,
      BaseQuestions questions) {
    List<Passage> passages = questions.passages();
    EqualPassages equal = questions.equal();
    try (var encoder = Encoders.open(model, EncoderSettings.auto())) {
      Vectors vectors = cached.of(encoder, progress).vectors();
      double seconds = secondsPerPassage(encoder, passages);
      Map<String, Ranking> dense = dense(encoder, vectors, scored.texts(), equal);
      double weight =
          WeightTuning.choose(dev.words(), dense(encoder, vectors, dev.texts(), equal), dev.qrels())
              .weight();
      Map<String, Ranking> hybrid =
          Rankings.fused(RetrievalPlan.hybrid(weight), scored.words(), dense);
      Scored ofDense = Scored.of(dense, scored.qrels());
      Scored ofHybrid = Scored.of(hybrid, scored.qrels());
      int read = model.maxTokens() - ModelView.SPECIAL_TOKENS;
      var base =
          new Base(
              name,
              model.dimension(),
              model.network().count(),
              model.maxTokens(),
              (int) passages.stream().filter(passage -> passage.tokens() > read).count(),
              seconds * 1000,
              weight,
              ofDense.mean(),
              ofHybrid.mean(),
              Gain.NONE,
              Gain.NONE);
      return new Rated(base, ofDense, ofHybrid);
    }
  }

  private static double secondsPerPassage(Encoder encoder, List<Passage> passages) {
    int step = Math.max(1, passages.size() / SAMPLE);
    var sample = new ArrayList<Passage>();
    for (int i = 0; i < passages.size() && sample.size() < SAMPLE; i += step) {
      sample.add(passages.get(i));
    }
    encoder.passages(sample, Progress.NONE);
    long began = System.nanoTime();
    encoder.passages(sample, Progress.NONE);
    return (System.nanoTime() - began) / 1e9 / Math.max(1, sample.size());
  }

  private BaseReport report(BaseQuestions questions, double bm25, List<Rated> rated) {
    Rated best =
        rated.stream()
            .max(Comparator.comparingDouble(r -> r.base().hybrid().ndcg10()))
            .orElseThrow();
    var bases = new ArrayList<Base>();
    for (Rated each : rated) {
      bases.add(
          each.base().name().equals(best.base().name())
              ? each.base()
              : each.base()
                  .against(gain(best.dense(), each.dense()), gain(best.hybrid(), each.hybrid())));
    }
    int count = questions.scored().qrels().queries().size();
    String recommended = recommended(bases, count).name();
    return new BaseReport(
        questions.collection(),
        questions.split(),
        count,
        questions.passages().size(),
        bm25,
        bases,
        best.base().name(),
        recommended);
  }

  /// The smallest that is not proven worse; of two of one size the faster.
  ///
  /// @param bases compared with the best, which is one of them
  /// @param questions that they were compared on
  static Base recommended(List<Base> bases, int questions) {
    return bases.stream()
        .filter(base -> !BaseReport.provenWorse(base, questions))
        .min(Comparator.comparingLong(Base::parameters).thenComparingDouble(Base::millis))
        .orElseThrow();
  }

  private Gain gain(Scored best, Scored each) {
    double[] reference = best.ndcg10();
    return reference.length == 0
        ? Gain.NONE
        : Gain.of(Bootstrap.paired(reference, each.ndcg10(), Bootstrap.RESAMPLES, seed));
  }

  private static Map<String, Ranking> words(LuceneIndex index, Map<String, String> questions) {
    var rankings = new HashMap<String, Ranking>();
    questions.forEach(
        (id, text) -> rankings.put(id, index.words(text, Rankings.DEPTH, Filter.ALL)));
    return rankings;
  }

  private static Map<String, Ranking> dense(
      Encoder encoder, Vectors vectors, Map<String, String> questions, EqualPassages equal) {
    if (questions.isEmpty()) {
      return Map.of();
    }
    List<String> ids = List.copyOf(questions.keySet());
    List<float[]> queries =
        encoder.queries(ids.stream().map(id -> questions.getOrDefault(id, "")).toList());
    return Rankings.grouped(Rankings.dense(vectors, ids, queries), equal::first);
  }
}
