package dev.whetstone.index;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Analyzers;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.SmallFloat;

/// BM25 straight from its formula, as an oracle: `idf · tf / (tf + k1 (1 - b + b · length / mean))`
/// with `idf = ln(1 + (n - df + .5) / (df + .5))` (Robertson & Zaragoza 2009, without the constant
/// `k1 + 1`). Lucene keeps a passage's length in one byte, so the length is rounded as it does.
final class ReferenceBm25 {
  private static final double K1 = 0.9;
  private static final double B = 0.4;

  private final Map<String, Map<String, Integer>> counts = new HashMap<>(); // by passage, by term
  private final Map<String, Integer> lengths = new HashMap<>();
  private final Map<String, Integer> documentFrequencies = new HashMap<>();
  private final Set<String> languages = new HashSet<>();
  private long totalLength;

  ReferenceBm25(Collection<Passage> passages) {
    for (Passage passage : passages) {
      String language = Analyzers.language(passage);
      languages.add(language);
      List<String> terms = Analyzers.terms(passage.embedded(), language);
      if (terms.isEmpty()) {
        continue;
      }
      var counted = new HashMap<String, Integer>();
      terms.forEach(term -> counted.merge(term, 1, Integer::sum));
      counted.keySet().forEach(term -> documentFrequencies.merge(term, 1, Integer::sum));
      counts.put(passage.id(), counted);
      lengths.put(passage.id(), terms.size());
      totalLength += terms.size();
    }
  }

  /// The scores of all passages that share a term with the question.
  Map<String, Double> scores(String question) {
    Map<String, Float> terms = Analyzers.questionTerms(Analyzers.VERSION, question, languages);
    Set<String> found = new HashSet<>();
    counts.forEach(
        (id, counted) -> {
          if (terms.keySet().stream().anyMatch(counted::containsKey)) {
            found.add(id);
          }
        });
    var scores = new HashMap<String, Double>();
    for (String id : found) {
      scores.put(
          id,
          terms.entrySet().stream()
              .mapToDouble(term -> term.getValue() * score(id, term.getKey()))
              .sum());
    }
    return scores;
  }

  private double score(String id, String term) {
    int frequency = counts.getOrDefault(id, Map.of()).getOrDefault(term, 0);
    if (frequency == 0) {
      return 0;
    }
    int containing = documentFrequencies.getOrDefault(term, 0);
    int size = counts.size();
    double idf = Math.log(1 + (size - containing + 0.5) / (containing + 0.5));
    double mean = (double) totalLength / size;
    int length = SmallFloat.byte4ToInt(SmallFloat.intToByte4(lengths.getOrDefault(id, 0)));
    return idf * frequency / (frequency + K1 * (1 - B + B * length / mean));
  }
}
