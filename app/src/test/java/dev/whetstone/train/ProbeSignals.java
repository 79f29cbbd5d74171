package dev.whetstone.train;

import dev.whetstone.core.Filter;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.core.Vectors;
import dev.whetstone.evaluate.Rankings;
import dev.whetstone.evaluate.Scored;
import dev.whetstone.search.ExactSearch;
import dev.whetstone.search.Fusion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The figures of one set of weights on a [ProbeCollection]: what people's judgements say (`true
/// …`), and every signal that needs none.
final class ProbeSignals {
  static final double TEMPERATURE = .05;
  private static final double[] WEIGHTS = {.3, .4, .5, .6, .7, .8};

  private final ProbeCollection collection;
  private final List<Set<String>> neighboursBefore;
  private final Map<String, List<Set<String>>> wordsTop = new HashMap<>();
  private final Map<String, List<Set<String>>> hybridTop = new HashMap<>();
  private final Map<String, List<Set<String>>> richTop = new HashMap<>();

  /// Begins with what the base's arms find.
  ProbeSignals(ProbeCollection collection) {
    this.collection = collection;
    teachers();
    neighboursBefore = neighbours(ProbeCollection.in(collection.ofBase, "pool"));
  }

  /// What the base's arms find, the question's own passage left out.
  private void teachers() {
    var names = new ArrayList<>(collection.kinds.keySet());
    names.add("real");
    for (String name : names) {
      ProbeCollection.Kind kind = collection.kinds.get(name);
      List<String> questions = kind == null ? collection.texts : kind.questions();
      float[][] vectors = ProbeCollection.in(collection.ofBase, "q " + name);
      var byWords = new ArrayList<Set<String>>();
      var byBoth = new ArrayList<Set<String>>();
      var rich = new ArrayList<Set<String>>();
      for (int i = 0; i < questions.size(); i++) {
        String source = kind == null ? "" : kind.sources().get(i);
        Ranking found = collection.words.words(questions.get(i), 100, Filter.ALL);
        Ranking near = nearest(ProbeCollection.in(collection.ofBase, "pool"), vectors[i]);
        byWords.add(top(found, source, 10));
        byBoth.add(top(fuse(found, near, .5), source, 10));
        if (kind != null) {
          rich.add(new LinkedHashSet<>(rich(source, 5)));
        }
      }
      wordsTop.put(name, byWords);
      hybridTop.put(name, byBoth);
      richTop.put(name, rich);
    }
  }

  /// The passages most like a whole passage by the base's hybrid.
  List<String> rich(String source, int most) {
    int row = ProbeCollection.in(collection.rows, source);
    String text = collection.passages.get(row).embedded();
    Ranking found =
        collection.words.words(text.substring(0, Math.min(1500, text.length())), 100, Filter.ALL);
    Ranking near =
        nearest(
            ProbeCollection.in(collection.ofBase, "pool"),
            ProbeCollection.in(collection.ofBase, "pool")[row]);
    return List.copyOf(top(fuse(found, near, .5), source, most));
  }

  private static Ranking fuse(Ranking words, Ranking dense, double weight) {
    return Fusion.fuse(RetrievalPlan.hybrid(weight), words, dense, 100);
  }

  private static Set<String> top(Ranking ranking, String without, int most) {
    var top = new LinkedHashSet<String>();
    for (String id : ranking.ids()) {
      if (top.size() < most && !id.equals(without)) {
        top.add(id);
      }
    }
    return top;
  }

  private Ranking nearest(float[][] pool, float[] query) {
    return ExactSearch.search(vectors(pool), query, 100);
  }

  private float[][] lastArray = new float[0][];
  private @Nullable Vectors lastVectors;

  /// Vectors of the pool as the search takes them; the last are kept.
  @SuppressWarnings("ReferenceEquality") // the same array, not one of equal numbers
  Vectors vectors(float[][] pool) {
    if (pool != lastArray) {
      int width = collection.base.dimension();
      var flat = new float[pool.length * width];
      for (int i = 0; i < pool.length; i++) {
        System.arraycopy(pool[i], 0, flat, i * width, width);
      }
      lastVectors =
          new Vectors(
              collection.base.space(),
              collection.passages.stream().map(Passage::id).toList(),
              width,
              flat);
      lastArray = pool;
    }
    return Objects.requireNonNull(lastVectors);
  }

  /// Figures by name.
  ///
  /// @param now vectors by group of texts
  Map<String, Double> of(Map<String, float[][]> now) {
    var figures = new LinkedHashMap<String, Double>();
    float[][] pool = ProbeCollection.in(now, "pool");
    truth(now, figures);
    for (var kind : collection.kinds.entrySet()) {
      heldOut(kind.getKey(), kind.getValue(), now, figures);
    }
    var names = new ArrayList<>(collection.kinds.keySet());
    names.add("real");
    for (String name : names) {
      agreement(name, now, figures);
      figures.put(
          "drift q " + name,
          1
              - cosine(
                  ProbeCollection.in(collection.ofBase, "q " + name),
                  ProbeCollection.in(now, "q " + name)));
    }
    figures.put("drift pool", 1 - cosine(ProbeCollection.in(collection.ofBase, "pool"), pool));
    float[] mean = new float[collection.base.dimension()];
    for (float[] vector : pool) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += vector[i] / pool.length;
      }
    }
    figures.put("mean cosine", dot(mean, mean));
    var random = new Random(5);
    double uniformity = 0;
    for (int i = 0; i < 20_000; i++) {
      int a = random.nextInt(pool.length);
      int b = random.nextInt(pool.length);
      uniformity += a == b ? 0 : Math.exp(-4 * (1 - dot(pool[a], pool[b]))) / 20_000;
    }
    figures.put("uniformity", Math.log(uniformity));
    List<Set<String>> near = neighbours(pool);
    double kept = 0;
    for (int i = 0; i < near.size(); i++) {
      kept += overlap(near.get(i), neighboursBefore.get(i)) / near.size();
    }
    figures.put("neighbours kept", kept);
    figures.put("general", general(now));
    return figures;
  }

  private void truth(Map<String, float[][]> now, Map<String, Double> figures) {
    Map<String, Ranking> dense =
        Rankings.dense(
            vectors(ProbeCollection.in(now, "pool")),
            collection.ids,
            List.of(ProbeCollection.in(now, "q real")));
    figures.put("true dense", Scored.of(dense, collection.qrels).mean().ndcg10());
    for (double weight : WEIGHTS) {
      Map<String, Ranking> hybrid =
          Rankings.fused(RetrievalPlan.hybrid(weight), collection.realWords, dense);
      figures.put("true hybrid " + weight, Scored.of(hybrid, collection.qrels).mean().ndcg10());
    }
    figures.put("true words", Scored.of(collection.realWords, collection.qrels).mean().ndcg10());
    double margin = 0;
    double entropy = 0;
    for (Ranking ranking : dense.values()) {
      var hits = ranking.hits();
      margin += (hits.get(0).score() - hits.get(9).score()) / dense.size();
      double sum = 0;
      for (var hit : hits) {
        sum += Math.exp(hit.score() / TEMPERATURE);
      }
      for (var hit : hits) {
        double p = Math.exp(hit.score() / TEMPERATURE) / sum;
        entropy -= p * Math.log(p) / dense.size();
      }
    }
    figures.put("margin real", margin);
    figures.put("entropy real", entropy);
  }

  /// Known-item search, the source's vector being that of what is left of it.
  private void heldOut(
      String name,
      ProbeCollection.Kind kind,
      Map<String, float[][]> now,
      Map<String, Double> figures) {
    float[][] pool = ProbeCollection.in(now, "pool");
    float[][] queries = ProbeCollection.in(now, "q " + name);
    double ndcg = 0;
    double loss = 0;
    for (int i = 0; i < queries.length; i++) {
      int source = ProbeCollection.in(collection.rows, kind.sources().get(i));
      float[] own =
          kind.rests().isEmpty() ? pool[source] : ProbeCollection.in(now, "rest " + name)[i];
      double right = dot(own, queries[i]);
      int rank = 1;
      double sum = 1;
      for (int j = 0; j < pool.length; j++) {
        if (j != source) {
          double other = dot(pool[j], queries[i]);
          rank += other > right ? 1 : 0;
          sum += Math.exp((other - right) / TEMPERATURE);
        }
      }
      ndcg += rank <= 10 ? Math.log(2) / Math.log(rank + 1) / queries.length : 0;
      loss += Math.log(sum) / queries.length;
    }
    figures.put("ndcg " + name, ndcg);
    figures.put("loss " + name, loss);
  }

  private void agreement(String name, Map<String, float[][]> now, Map<String, Double> figures) {
    float[][] queries = ProbeCollection.in(now, "q " + name);
    ProbeCollection.Kind kind = collection.kinds.get(name);
    double byWords = 0;
    double byBoth = 0;
    double byRich = 0;
    for (int i = 0; i < queries.length; i++) {
      String source = kind == null ? "" : kind.sources().get(i);
      Ranking near = nearest(ProbeCollection.in(now, "pool"), queries[i]);
      Set<String> top = top(near, source, 10);
      byWords += overlap(top, ProbeCollection.in(wordsTop, name).get(i)) / queries.length;
      byBoth += overlap(top, ProbeCollection.in(hybridTop, name).get(i)) / queries.length;
      if (kind != null) {
        byRich += overlap(top, ProbeCollection.in(richTop, name).get(i)) / queries.length;
      }
    }
    figures.put("words " + name, byWords);
    figures.put("hybrid " + name, byBoth);
    if (kind != null) {
      figures.put("rich " + name, byRich);
    }
  }

  private static double overlap(Set<String> found, Set<String> wanted) {
    return wanted.isEmpty()
        ? 0
        : found.stream().filter(wanted::contains).count() / (double) wanted.size();
  }

  /// The ten nearest passages of some collection.passages.
  private List<Set<String>> neighbours(float[][] pool) {
    var random = new Random(6);
    var found = new ArrayList<Set<String>>();
    for (int i = 0; i < 100; i++) {
      int row = random.nextInt(pool.length);
      found.add(top(nearest(pool, pool[row]), collection.passages.get(row).id(), 10));
    }
    return found;
  }

  private double general(Map<String, float[][]> now) {
    var questions = List.copyOf(collection.general.questions().keySet());
    float[][] passageVectors = ProbeCollection.in(now, "general");
    float[][] queries = ProbeCollection.in(now, "q general");
    double sum = 0;
    for (int i = 0; i < queries.length; i++) {
      var relevant = collection.general.qrels().relevant(questions.get(i));
      double best = -1;
      for (int j = 0; j < passageVectors.length; j++) {
        if (relevant.contains(collection.generalPassages.get(j).id())) {
          best = Math.max(best, dot(passageVectors[j], queries[i]));
        }
      }
      int rank = 1;
      for (int j = 0; j < passageVectors.length; j++) {
        boolean right = relevant.contains(collection.generalPassages.get(j).id());
        rank += !right && dot(passageVectors[j], queries[i]) > best ? 1 : 0;
      }
      sum += rank <= 10 ? Math.log(2) / Math.log(rank + 1) / queries.length : 0;
    }
    return sum;
  }

  private static double cosine(float[][] before, float[][] after) {
    double sum = 0;
    for (int i = 0; i < before.length; i++) {
      sum += dot(before[i], after[i]) / before.length;
    }
    return sum;
  }

  private static double dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
