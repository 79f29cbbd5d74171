package dev.whetstone.pairs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What in a passage tells it from the others.
final class Salience {
  /// A passage is worth asking for when at least so many terms are left of it.
  static final int SHORTEST_REST = 12;

  private static final int SHORTEST_SENTENCE = 4;
  private static final int LONGEST_SENTENCE = 60;

  /// A run of Chinese characters between two stops, in characters.
  private static final int SHORTEST_RUN = 4;

  private static final int LONGEST_RUN = 16;
  private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private Salience() {}

  /// The sentence with the highest mean idf of its terms; short ones count less. Terms that stand
  /// in no other passage tell a reader little, and count as the commonest do. Null when no sentence
  /// is fit.
  static Sentences.@Nullable Span salient(String text, Terms terms) {
    Sentences.Span best = null;
    double bestScore = 0;
    List<Sentences.Span> spans = Sentences.split(text);
    if (spans.size() < 2) {
      return null;
    }
    for (Sentences.Span span : spans) {
      var seen = new HashSet<String>();
      double sum = 0;
      for (Terms.Term term : Terms.of(span.of(text))) {
        if (seen.add(term.form()) && terms.frequency(term.form()) > 1) {
          sum += terms.idf(term.form());
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
  static Sentences.@Nullable Span first(String text) {
    List<Sentences.Span> spans = Sentences.split(text);
    return spans.size() > 1 && fit(Terms.of(spans.getFirst().of(text)).size())
        ? spans.getFirst()
        : null;
  }

  private static boolean fit(int terms) {
    return terms >= SHORTEST_SENTENCE && terms <= LONGEST_SENTENCE;
  }

  /// Three to eight terms with the highest tf · idf, in the order of the text, the more the longer
  /// it is; of Chinese, the two or three most telling runs of characters between stops. Null for a
  /// text too short.
  static @Nullable String keywords(String text, Terms terms) {
    List<Terms.Term> all = Terms.of(text);
    if (all.size() < SHORTEST_REST) {
      return null;
    }
    long han = all.stream().filter(term -> Terms.han(text.charAt(term.from()))).count();
    return 2 * han > all.size() ? runs(text, terms) : words(all, text, terms);
  }

  private static @Nullable String words(List<Terms.Term> all, String text, Terms terms) {
    Map<String, Integer> counts = new HashMap<>();
    Map<String, Terms.Term> firsts = new HashMap<>();
    for (Terms.Term term : all) {
      counts.merge(term.form(), 1, Integer::sum);
      firsts.putIfAbsent(term.form(), term);
    }
    var ranked = new ArrayList<>(firsts.values());
    ranked.removeIf(term -> terms.frequency(term.form()) < 2 || numeric(term.form()));
    ranked.sort(
        Comparator.comparingDouble(
                (Terms.Term t) ->
                    -(1 + Math.log(counts.getOrDefault(t.form(), 1))) * terms.idf(t.form()))
            .thenComparingInt(Terms.Term::from));
    int many = Math.clamp(all.size() / 12, 3, 8);
    if (ranked.size() < many) {
      return null;
    }
    return ranked.subList(0, many).stream()
        .sorted(Comparator.comparingInt(Terms.Term::from))
        .map(term -> text.substring(term.from(), term.to()))
        .collect(Collectors.joining(" "));
  }

  private static @Nullable String runs(String text, Terms terms) {
    var runs = new ArrayList<String>();
    for (String run : NO_LETTERS.split(text, -1)) {
      if (run.length() >= SHORTEST_RUN && run.length() <= LONGEST_RUN && !runs.contains(run)) {
        runs.add(run);
      }
    }
    List<String> best =
        runs.stream()
            .sorted(Comparator.comparingDouble((String run) -> -meanIdf(run, terms)))
            .limit(text.length() > 120 ? 3 : 2)
            .toList();
    return best.size() < 2 || runs.size() <= best.size()
        ? null
        : runs.stream().filter(best::contains).collect(Collectors.joining(" "));
  }

  private static double meanIdf(String run, Terms terms) {
    return Terms.of(run).stream()
        .mapToDouble(t -> terms.frequency(t.form()) > 1 ? terms.idf(t.form()) : 0)
        .average()
        .orElse(0);
  }

  private static boolean numeric(String form) {
    return form.chars().noneMatch(Character::isLetter);
  }
}
