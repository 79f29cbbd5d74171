package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Scripts;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Documents that are copies of each other: versions, mirrors, the same file in two folders. Two
/// documents are copies when the sets of their shingles have a Jaccard similarity of at least .9; a
/// shingle is five words in a row, of Chinese, Japanese and Korean text five characters. What is
/// joined by a chain of copies is one group.
///
/// Method: of each document 256 minimum hashes are taken, in 32 bands of 8; documents that agree in
/// a band are candidates, and candidates are compared exactly. A pair of similarity s is a
/// candidate with the probability `1 - (1 - s^8)^32`: of pairs at .9 one in 70 million is missed,
/// fewer above; of pairs at .5 one in eight is looked at, of pairs at .2 one in 12,000.
///
/// Cost: O(n · 256) for n shingles in all, and at most [#LOOKS] members of a group are kept in a
/// bucket, so that many copies of one document cost no more than as many different ones. Memory: 8
/// bytes a shingle and 2 kB a document.
///
/// Sources: Broder, *On the resemblance and containment of documents*, 1997; Indyk & Motwani, STOC
/// 1998.
public final class Copies {
  static final double SIMILAR = .9;
  private static final int WORDS = 5;
  private static final int BANDS = 32;
  private static final int ROWS = 8;
  private static final int HASHES = BANDS * ROWS;

  /// Members of one group that a document is compared with in a bucket.
  private static final int LOOKS = 8;

  /// Where fewer of the minimum hashes agree, the similarity is not .9: that is eight standard
  /// deviations below.
  private static final int LEAST_AGREEING = (int) (.75 * HASHES);

  private final Map<String, String> originals;

  private Copies(Map<String, String> originals) {
    this.originals = originals;
  }

  /// The copies among the documents of these passages.
  public static Copies among(Collection<Passage> passages) {
    var texts = new HashMap<String, StringBuilder>();
    passages.stream()
        .sorted(Comparator.comparing(Passage::document).thenComparingInt(Passage::from))
        .forEach(
            p ->
                texts
                    .computeIfAbsent(p.document(), _ -> new StringBuilder())
                    .append(p.text())
                    .append('\n'));
    return among(texts);
  }

  /// The copies among the passages themselves, whatever documents they are of: each passage counts
  /// as a document, under its own id.
  public static Copies ofPassages(Collection<Passage> passages) {
    var texts = new HashMap<String, String>();
    passages.forEach(passage -> texts.put(passage.id(), passage.text()));
    return among(texts);
  }

  /// @param texts by document
  static Copies among(Map<String, ? extends CharSequence> texts) {
    var ids = new ArrayList<String>();
    var shingles = new ArrayList<long[]>();
    new TreeMap<>(texts)
        .forEach(
            (id, text) -> {
              long[] of = shingles(text.toString());
              if (of.length > 0) {
                ids.add(id);
                shingles.add(of);
              }
            });
    int[] roots = group(shingles);
    var originals = new HashMap<String, String>();
    for (int i = 0; i < roots.length; i++) {
      int root = root(roots, i);
      if (root != i) {
        originals.put(ids.get(i), ids.get(root)); // the smaller index is the root
      }
    }
    return new Copies(originals);
  }

  /// The first, by its id, of the group that the document is in; itself where it has no copy.
  public String original(String document) {
    return originals.getOrDefault(document, document);
  }

  /// The documents that have a copy before them, each with the first of its group.
  public Map<String, String> originals() {
    return new TreeMap<>(originals);
  }

  /// These documents and all their copies.
  public Set<String> with(Collection<String> documents) {
    var wantedOriginals = documents.stream().map(this::original).collect(Collectors.toSet());
    var all = new TreeSet<>(documents);
    all.addAll(wantedOriginals);
    originals.forEach(
        (copy, original) -> {
          if (wantedOriginals.contains(original)) {
            all.add(copy);
          }
        });
    return all;
  }

  /// Whether two texts are copies of each other.
  static boolean similar(String a, String b) {
    return jaccard(shingles(a), shingles(b)) >= SIMILAR;
  }

  private static int[] group(List<long[]> shingles) {
    int[] roots = IntStream.range(0, shingles.size()).toArray();
    var minima = shingles.stream().map(Copies::minima).toList();
    for (int band = 0; band < BANDS; band++) {
      var buckets = new HashMap<Long, List<Integer>>();
      for (int document = 0; document < roots.length; document++) {
        int from = band * ROWS;
        long key = 0;
        for (int row = from; row < from + ROWS; row++) {
          key = mixed(key ^ minima.get(document)[row]);
        }
        compare(
            document,
            buckets.computeIfAbsent(key, _ -> new ArrayList<>()),
            shingles,
            minima,
            roots);
      }
    }
    return roots;
  }

  /// Compares a document with those of its bucket and joins it with its copies among them.
  private static void compare(
      int document, List<Integer> bucket, List<long[]> shingles, List<long[]> minima, int[] roots) {
    int ofItsGroup = 0;
    for (int other : bucket) {
      int one = root(roots, document);
      int two = root(roots, other);
      if (one != two
          && agreeing(minima.get(document), minima.get(other)) >= LEAST_AGREEING
          && jaccard(shingles.get(document), shingles.get(other)) >= SIMILAR) {
        roots[Math.max(one, two)] = Math.min(one, two);
      }
      ofItsGroup += root(roots, document) == root(roots, other) ? 1 : 0;
    }
    if (ofItsGroup < LOOKS) {
      bucket.add(document);
    }
  }

  private static int root(int[] roots, int of) {
    int at = of;
    while (roots[at] != at) {
      roots[at] = roots[roots[at]];
      at = roots[at];
    }
    return at;
  }

  private static long[] minima(long[] shingles) {
    var minima = new long[HASHES];
    Arrays.fill(minima, Long.MAX_VALUE);
    for (long shingle : shingles) {
      for (int i = 0; i < HASHES; i++) {
        minima[i] = Math.min(minima[i], FACTORS[i] * shingle + SUMMANDS[i]);
      }
    }
    return minima;
  }

  private static final long[] FACTORS =
      new Random(1).longs(HASHES).map(factor -> factor | 1).toArray();
  private static final long[] SUMMANDS = new Random(2).longs(HASHES).toArray();

  private static int agreeing(long[] a, long[] b) {
    int agreeing = 0;
    for (int i = 0; i < HASHES; i++) {
      agreeing += a[i] == b[i] ? 1 : 0;
    }
    return agreeing;
  }

  /// @param a sorted, without repetitions
  /// @param b the same
  static double jaccard(long[] a, long[] b) {
    int both = 0;
    for (int i = 0, j = 0; i < a.length && j < b.length; ) {
      if (a[i] == b[j]) {
        both++;
        i++;
        j++;
      } else if (a[i] < b[j]) {
        i++;
      } else {
        j++;
      }
    }
    int all = a.length + b.length - both;
    return all == 0 ? 0 : (double) both / all;
  }

  /// The hashes of a text's shingles, sorted, without repetitions. A text of fewer than five words
  /// is one shingle; one without words has none.
  static long[] shingles(String text) {
    long[] words = words(text);
    if (words.length == 0) {
      return words;
    }
    int count = Math.max(1, words.length - WORDS + 1);
    return IntStream.range(0, count)
        .mapToLong(
            from -> {
              long hash = 0;
              for (int i = from; i < Math.min(words.length, from + WORDS); i++) {
                hash = mixed(hash ^ words[i]);
              }
              return hash;
            })
        .sorted()
        .distinct()
        .toArray();
  }

  /// The hashes of a text's words, in order; each character of Han, kana and Hangul is one.
  private static long[] words(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    var words = LongStream.builder();
    long word = 0;
    for (int i = 0; i < plain.length(); ) {
      int c = plain.codePointAt(i);
      i += Character.charCount(c);
      boolean alone = Scripts.isCjk(c);
      if (!alone && Character.isLetterOrDigit(c)) {
        word = mixed(word ^ c);
        continue;
      }
      if (word != 0) {
        words.add(word);
        word = 0;
      }
      if (alone) {
        words.add(mixed(c));
      }
    }
    if (word != 0) {
      words.add(word);
    }
    return words.build().toArray();
  }

  /// The finalizer of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014).
  private static long mixed(long x) {
    long z = x + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
