package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.Word;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// In how many passages each term stands, and how rare that makes it: `idf = ln(1 + (N - n + .5) /
/// (n + .5))` as in BM25.
public final class TermFrequencies {
  private final Map<String, Integer> frequencies = new HashMap<>();
  private final int size;

  public TermFrequencies(Collection<Passage> passages) {
    size = passages.size();
    for (Passage passage : passages) {
      var seen = new HashSet<String>();
      for (Word word : Word.of(passage.embedded(), Analyzers.language(passage))) {
        if (seen.add(word.term())) {
          frequencies.merge(word.term(), 1, Integer::sum);
        }
      }
    }
  }

  public double idf(String term) {
    int n = frequency(term);
    return Math.log(1 + (size - n + .5) / (n + .5));
  }

  /// In how many passages the term stands.
  public int frequency(String term) {
    return frequencies.getOrDefault(term, 0);
  }

  /// The share of all passages that the term stands in, 0 to 1.
  double share(String term) {
    return frequency(term) / (double) Math.max(1, size);
  }

  /// In how many passages the rarest of these words stands.
  int least(List<Word> words) {
    return words.stream().mapToInt(word -> frequency(word.term())).min().orElse(0);
  }
}
