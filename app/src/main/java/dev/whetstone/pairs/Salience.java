package dev.whetstone.pairs;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.Scripts;
import dev.whetstone.text.Sentences;
import dev.whetstone.text.Word;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What in a passage tells it from the others.
final class Salience {
  /// Least number of words that must remain of a passage for a question to be made from it.
  static final int SHORTEST_REST = 12;

  private static final int SHORTEST_SENTENCE = 4;
  private static final int LONGEST_SENTENCE = 60;

  /// A run of Chinese characters between two stops, in characters.
  private static final int SHORTEST_RUN = 4;

  private static final int LONGEST_RUN = 16;

  /// In words.
  private static final int LONGEST_WORD_RUN = 16;

  private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private Salience() {}

  /// The sentence with the highest mean idf of its terms; short ones count less. Terms that stand
  /// in no other passage tell a reader little, and count as the commonest do. Null when no sentence
  /// is fit.
  static Sentences.@Nullable Span salient(Passage passage, TermFrequencies terms) {
    String language = Analyzers.language(passage);
    Sentences.Span best = null;
    double bestScore = 0;
    List<Sentences.Span> spans = Sentences.spans(passage.text(), language);
    if (spans.size() < 2) {
      return null;
    }
    for (Sentences.Span span : spans) {
      var seen = new HashSet<String>();
      double sum = 0;
      for (Word word : Word.of(span.of(passage.text()), language)) {
        if (seen.add(word.term()) && terms.frequency(word.term()) > 1) {
          sum += terms.idf(word.term());
        }
      }
      double score = sum / (seen.size() + 4);
      if (fit(seen.size()) && score > bestScore) {
        best = span;
        bestScore = score;
      }
    }
    return best;
  }

  /// The first sentence; null when it is not fit or the only one.
  static Sentences.@Nullable Span first(Passage passage) {
    String language = Analyzers.language(passage);
    List<Sentences.Span> spans = Sentences.spans(passage.text(), language);
    return spans.size() > 1 && fit(Word.of(spans.getFirst().of(passage.text()), language).size())
        ? spans.getFirst()
        : null;
  }

  /// A run of words, about a quarter of a passage that is one sentence or has no stops; where it
  /// stands follows from the seed and the passage. Null where the passage has sentences, or is too
  /// short.
  static Sentences.@Nullable Span run(Passage passage, long seed) {
    boolean sentences = Sentences.spans(passage.text(), Analyzers.language(passage)).size() > 1;
    return sentences ? null : anyRun(passage, seed);
  }

  /// The same, also of passages that have sentences.
  static Sentences.@Nullable Span anyRun(Passage passage, long seed) {
    String text = passage.text();
    var words = BreakIterator.getWordInstance(Locale.of(Analyzers.language(passage)));
    words.setText(text);
    var from = new ArrayList<Integer>();
    var to = new ArrayList<Integer>();
    for (int begin = words.first(), end = words.next();
        end != BreakIterator.DONE;
        begin = end, end = words.next()) {
      if (Character.isLetterOrDigit(text.codePointAt(begin))) {
        from.add(begin);
        to.add(end);
      }
    }
    int length = Math.clamp(from.size() / 4, SHORTEST_SENTENCE + 1, LONGEST_WORD_RUN);
    int places = from.size() - length + 1;
    if (from.size() - length < SHORTEST_REST) {
      return null;
    }
    int at = new Random(31 * seed + passage.id().hashCode()).nextInt(places);
    return new Sentences.Span(from.get(at), to.get(at + length - 1));
  }

  private static boolean fit(int words) {
    return words >= SHORTEST_SENTENCE && words <= LONGEST_SENTENCE;
  }

  /// Three to eight words with the highest tf · idf, in the order of the text, the more the longer
  /// it is; of Chinese, the two or three most telling runs of characters between stops. Null for a
  /// text too short.
  static @Nullable String keywords(Passage passage, TermFrequencies terms) {
    String language = Analyzers.language(passage);
    List<Word> all = Word.of(passage.text(), language);
    if (all.size() < SHORTEST_REST) {
      return null;
    }
    long han = all.stream().filter(word -> Scripts.isHan(word.surface().codePointAt(0))).count();
    return 2 * han > all.size() ? runs(passage.text(), language, terms) : words(all, terms);
  }

  private static @Nullable String words(List<Word> all, TermFrequencies terms) {
    Map<String, Integer> counts = new HashMap<>();
    Map<String, Word> firsts = new HashMap<>();
    for (Word word : all) {
      counts.merge(word.term(), 1, Integer::sum);
      firsts.putIfAbsent(word.term(), word);
    }
    var ranked = new ArrayList<>(firsts.values());
    ranked.removeIf(word -> terms.frequency(word.term()) < 2 || numeric(word.term()));
    ranked.sort(
        Comparator.comparingDouble(
                (Word w) -> -(1 + Math.log(counts.getOrDefault(w.term(), 1))) * terms.idf(w.term()))
            .thenComparingInt(Word::from));
    int many = Math.clamp(all.size() / 12, 3, 8);
    if (ranked.size() < many) {
      return null;
    }
    return ranked.subList(0, many).stream()
        .sorted(Comparator.comparingInt(Word::from))
        .map(Word::surface)
        .collect(Collectors.joining(" "));
  }

  private static @Nullable String runs(String text, String language, TermFrequencies terms) {
    var runs = new ArrayList<String>();
    for (String run : NO_LETTERS.split(text, -1)) {
      if (run.length() >= SHORTEST_RUN && run.length() <= LONGEST_RUN && !runs.contains(run)) {
        runs.add(run);
      }
    }
    List<String> best =
        runs.stream()
            .sorted(Comparator.comparingDouble((String run) -> -meanIdf(run, language, terms)))
            .limit(text.length() > 120 ? 3 : 2)
            .toList();
    return best.size() < 2 || runs.size() <= best.size()
        ? null
        : runs.stream().filter(best::contains).collect(Collectors.joining(" "));
  }

  private static double meanIdf(String run, String language, TermFrequencies terms) {
    return Word.of(run, language).stream()
        .mapToDouble(w -> terms.frequency(w.term()) > 1 ? terms.idf(w.term()) : 0)
        .average()
        .orElse(0);
  }

  private static boolean numeric(String term) {
    return term.chars().noneMatch(Character::isLetter);
  }
}
