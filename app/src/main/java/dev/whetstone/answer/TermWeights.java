package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import dev.whetstone.index.TermScore;
import dev.whetstone.search.PassageTerms;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.ContentTerms;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/// How much a term of [ContentTerms] says: its inverse document frequency over the passages
/// counted, `ln(1 + (N - n + .5) / (n + .5))` as in BM25. Immutable; safe for many threads.
public final class TermWeights implements PassageTerms {
  /// Counts nothing: every term weighs the same, and none is known.
  public static final TermWeights NONE = new TermWeights(0, true, 0, Map.of(), Map.of());

  private static final double K1 = .9; // as every index has them
  private static final double B = .4;

  private final int passages;
  private final boolean all;
  private final long length; // terms of all passages, with repetitions
  private final Map<String, Integer> frequencies;
  private final Map<String, Integer> less;

  private TermWeights(
      int passages,
      boolean all,
      long length,
      Map<String, Integer> frequencies,
      Map<String, Integer> less) {
    this.passages = passages;
    this.all = all;
    this.length = length;
    this.frequencies = frequencies;
    this.less = less;
  }

  /// Counts the terms of passages as they come; keeps none of them.
  ///
  /// @param passages hands them over
  /// @param all whether they are all that an index serves; a sample's weights are about the same,
  ///   but what it lacks is not unknown
  public static TermWeights counted(Consumer<Consumer<Passage>> passages, boolean all) {
    var frequencies = new HashMap<String, Integer>();
    int[] n = {0};
    long[] length = {0};
    passages.accept(
        passage -> {
          n[0]++;
          List<String> terms = ContentTerms.of(passage.embedded(), Analyzers.language(passage));
          length[0] += terms.size();
          for (String term : Set.copyOf(terms)) {
            frequencies.merge(term, 1, Integer::sum);
          }
        });
    return new TermWeights(n[0], all, length[0], frequencies, Map.of());
  }

  /// As if these of the passages counted were not there. Shares the counts of this.
  public TermWeights without(List<Passage> removed) {
    var fewer = new HashMap<>(less);
    for (Passage passage : removed) {
      for (String term : ContentTerms.set(passage)) {
        fewer.merge(term, 1, Integer::sum);
      }
    }
    return new TermWeights(Math.max(0, passages - removed.size()), all, length, frequencies, fewer);
  }

  private int frequency(String term) {
    return frequencies.getOrDefault(term, 0) - less.getOrDefault(term, 0);
  }

  double weight(String term) {
    if (passages == 0) {
      return 1;
    }
    double n = Math.max(0, frequency(term));
    return Math.log1p((passages - n + .5) / (n + .5));
  }

  /// Whether any passage has the term, as far as one can say.
  boolean known(String term) {
    return passages == 0 || !all || frequency(term) > 0;
  }

  /// The sum of the terms' weights.
  double mass(Collection<String> terms) {
    double sum = 0;
    for (String term : terms) {
      sum += weight(term);
    }
    return sum;
  }

  /// The share of `wanted`'s weight whose terms stand in `given`; 0 when nothing is wanted.
  double coverage(Set<String> wanted, Set<String> given) {
    return coverageOf(wanted).applyAsDouble(given);
  }

  /// The same for many sets of terms given: each wanted term is weighed once.
  ToDoubleFunction<Set<String>> coverageOf(Set<String> wanted) {
    var weights = new LinkedHashMap<String, Double>();
    wanted.forEach(term -> weights.put(term, weight(term)));
    double whole = sum(weights, wanted);
    return given -> whole <= 0 ? 0 : sum(weights, given) / whole;
  }

  /// The weight of the wanted terms that are given, always summed in the same order.
  private static double sum(Map<String, Double> wanted, Set<String> given) {
    double sum = 0;
    for (Map.Entry<String, Double> each : wanted.entrySet()) {
      sum += given.contains(each.getKey()) ? each.getValue() : 0;
    }
    return sum;
  }

  /// BM25 (k1 .9, b .4) of the content terms, by the counts of the passages that were counted. An
  /// index counts function words as well, so its scores are a little greater.
  @Override
  public List<TermScore> estimate(String question, Passage passage) {
    String language = Analyzers.language(passage);
    List<String> held = ContentTerms.of(passage.embedded(), language);
    double mean = passages == 0 || length == 0 ? held.size() : (double) length / passages;
    var scores = new ArrayList<TermScore>();
    for (String term : ContentTerms.set(question, language)) {
      int times = Collections.frequency(held, term);
      if (times > 0) {
        double norm = K1 * (1 - B + B * held.size() / mean);
        scores.add(new TermScore(term, weight(term) * times / (times + norm)));
      }
    }
    scores.sort(Comparator.comparingDouble(TermScore::score).reversed());
    return scores;
  }

  @Override
  public List<String> missing(String question, Passage passage) {
    Set<String> held = ContentTerms.set(passage);
    return ContentTerms.set(question, Analyzers.language(passage)).stream()
        .filter(term -> !held.contains(term))
        .toList();
  }
}
