package dev.whetstone.encode;

import dev.whetstone.core.TokenCounter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Counts a text's tokens word by word and remembers the words, for tokenizers that tokenize what
/// stands between spaces by itself ([dev.whetstone.model.TokenizerFile#separatesWords]).
///
/// Splitting counts each text some three times, in its blocks and its passages, and most words
/// recur: documents of 2.4 million characters were split in a quarter of the time that the native
/// library took. Safe for many threads.
final class WordCounts implements TokenCounter {
  /// Words that are remembered; some ten megabytes.
  private static final int MOST = 1 << 16;

  /// Characters. Longer words are rare in scripts with spaces; in others, sentences are "words".
  private static final int LONGEST = 32;

  private final TokenCounter library;
  private final ConcurrentMap<String, Integer> counts = new ConcurrentHashMap<>();

  WordCounts(TokenCounter library) {
    this.library = library;
  }

  @Override
  public int count(String text) {
    int count = 0;
    int from = 0;
    for (int at = 0; at <= text.length(); at++) {
      if (at == text.length() || separates(text.charAt(at))) {
        if (at > from) {
          count += counted(text.substring(from, at));
        }
        from = at + 1;
      }
    }
    return count;
  }

  /// The characters that every BERT tokenizer takes for a space. What else Java calls one may be
  /// dropped by its normalizer, which joins what stands around it.
  private static boolean separates(char character) {
    return character == ' ' || character == '\n' || character == '\t' || character == '\r';
  }

  private int counted(String word) {
    if (word.length() > LONGEST) {
      return library.count(word);
    }
    Integer known = counts.get(word);
    if (known == null) {
      known = library.count(word);
      if (counts.size() < MOST) {
        counts.put(word, known);
      }
    }
    return known;
  }
}
