package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.encode.Encoder;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.ContentTerms;
import dev.whetstone.text.LanguageDetector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the hits hold for one question: their excerpts, best first, and the [Support].
///
/// An excerpt's score is the cosine of its vector (with its headings) to the question, plus a part
/// for the share of the question's idf mass that it holds, less a part for each passage that ranks
/// before its own: the search has seen the whole passage, the excerpt's vector has not.
///
/// The support's parts that weigh the question's words are left open: [#least] and [#most] bound
/// them, [#exact] computes them.
///
/// @param bounded the support with [Support#held] and [Support#missing] at 0
/// @param words of the question
/// @param topTerms the terms of the first passages, whose words count together
/// @param documentTerms the terms of the documents of the first hits, as far as the hits show them
record Evidence(
    Support bounded,
    QuestionWords words,
    Set<String> topTerms,
    Set<String> documentTerms,
    List<ScoredUnit> excerpts) {
  /// An excerpt with its score (higher is better) and its cosine to the question.
  record ScoredUnit(AnswerUnit excerpt, double score, double cosine, double coverage) {}

  /// A question with its vector, of unit length.
  static final class AskedQuestion {
    private final String text;
    private final float[] vector;

    AskedQuestion(String text, float[] vector) {
      this.text = text;
      this.vector = vector;
    }

    String text() {
      return text;
    }

    float[] vector() {
      return vector;
    }
  }

  /// Passages whose excerpts are looked at.
  private static final int PASSAGES = 5;

  /// Passages whose words count together.
  private static final int TOGETHER = 3;

  /// Excerpts of a passage that are embedded: those that hold most of the question's words.
  private static final int EXCERPTS = 6;

  private static final double COVERAGE_PART = .10;
  private static final double RANK_PART = .02;

  /// @param hits best first; those past the fifth serve as the background to judge by
  static Evidence of(
      AskedQuestion question,
      List<Retrieved> hits,
      PassageReadings readings,
      SentenceCosines sentences,
      TokenCounter tokens,
      TermWeights terms) {
    String language = language(question.text(), hits);
    ToDoubleFunction<Set<String>> coverage =
        terms.coverageOf(ContentTerms.set(question.text(), language));
    List<PassageReading> top = first(hits, PASSAGES).map(readings::of).toList();
    List<ScoredUnit> excerpts = score(question, coverage, top, sentences);
    var topTerms = new HashSet<String>();
    top.stream().limit(TOGETHER).forEach(passage -> topTerms.addAll(passage.terms()));
    return new Evidence(
        support(coverage.applyAsDouble(topTerms), hits, excerpts),
        QuestionWords.of(question.text(), language, tokens),
        topTerms,
        documentTerms(hits, readings),
        excerpts);
  }

  private static Stream<Passage> first(List<Retrieved> hits, int most) {
    return hits.stream().limit(most).map(Retrieved::passage);
  }

  /// The support with the words that speak least for an answer.
  Support least(TermWeights terms) {
    return bounded.withWords(
        words.held(topTerms).least(), words.missing(terms, documentTerms).most());
  }

  /// The support with the words that speak most for an answer.
  Support most(TermWeights terms) {
    return bounded.withWords(
        words.held(topTerms).most(), words.missing(terms, documentTerms).least());
  }

  /// The support as if the words weighed the same, which tells about what they will.
  Support unweighed(TermWeights terms) {
    double[] weights = words.equal();
    return bounded.withWords(
        words.held(weights, topTerms), words.missing(weights, terms, documentTerms));
  }

  /// The support with the words as the model weighs them.
  Support exact(AskedQuestion question, Encoder encoder, TermWeights terms) {
    double[] weights = words.weights(question.vector(), encoder);
    return bounded.withWords(
        words.held(weights, topTerms), words.missing(weights, terms, documentTerms));
  }

  /// The language in which the question is analysed: its own where a hit is in it, else that of the
  /// best hit, whose words it must share.
  private static String language(String question, List<Retrieved> hits) {
    String own = LanguageDetector.ofQuestion(question);
    List<String> languages = hits.stream().map(h -> Analyzers.language(h.passage())).toList();
    boolean shared = languages.stream().anyMatch(other -> ContentTerms.comparable(own, other));
    return shared || languages.isEmpty() ? own : languages.getFirst();
  }

  private static List<ScoredUnit> score(
      AskedQuestion question,
      ToDoubleFunction<Set<String>> coverage,
      List<PassageReading> top,
      SentenceCosines sentences) {
    var scored = new ArrayList<ScoredUnit>();
    for (int hit = 0; hit < top.size(); hit++) {
      List<Covered> likely = likely(top.get(hit), hit, coverage);
      double[] cosines =
          sentences.of(
              question.vector(),
              top.get(hit),
              likely.stream().mapToInt(one -> one.excerpt().order()).toArray());
      for (int i = 0; i < cosines.length; i++) {
        Covered one = likely.get(i);
        double score = cosines[i] + COVERAGE_PART * one.coverage() - RANK_PART * hit;
        scored.add(new ScoredUnit(one.excerpt(), score, cosines[i], one.coverage()));
      }
    }
    scored.sort(
        Comparator.comparingDouble(ScoredUnit::score)
            .reversed()
            .thenComparingInt(s -> s.excerpt().hit())
            .thenComparingInt(s -> s.excerpt().order()));
    return scored;
  }

  /// @param coverage the share of the question's idf mass that the excerpt holds
  private record Covered(AnswerUnit excerpt, double coverage) {}

  private static List<Covered> likely(
      PassageReading passage, int number, ToDoubleFunction<Set<String>> coverage) {
    var covered = new ArrayList<Covered>();
    for (PassageReading.Excerpt each : passage.excerpts()) {
      var unit = new AnswerUnit(each.text(), each.terms(), number, covered.size());
      covered.add(new Covered(unit, coverage.applyAsDouble(each.terms())));
    }
    covered.sort(
        Comparator.comparingDouble(Covered::coverage)
            .reversed()
            .thenComparingInt(one -> one.excerpt().order()));
    return covered.subList(0, Math.min(EXCERPTS, covered.size()));
  }

  private static Support support(
      double topCoverage, List<Retrieved> hits, List<ScoredUnit> excerpts) {
    double[] cosines = ascending(hits, Retrieved::cosine);
    double[] reranked = ascending(hits, Retrieved::rerank);
    int n = cosines.length;
    return new Support(
        n == 0 ? 0 : cosines[n - 1],
        excerpts.stream().mapToDouble(ScoredUnit::cosine).max().orElse(0),
        n < 2 ? 0 : margin(cosines),
        topCoverage,
        0,
        0,
        agreement(hits),
        reranked.length == 0 ? Double.NaN : reranked[reranked.length - 1],
        margin(reranked));
  }

  /// How far the last of ascending scores is above the mean of the others; NaN where there are no
  /// others.
  private static double margin(double[] ascending) {
    int n = ascending.length;
    return n < 2
        ? Double.NaN
        : ascending[n - 1] - Arrays.stream(ascending, 0, n - 1).average().orElse(0);
  }

  private static double[] ascending(
      List<Retrieved> hits, Function<Retrieved, OptionalDouble> score) {
    return hits.stream().map(score).flatMapToDouble(OptionalDouble::stream).sorted().toArray();
  }

  /// The terms of the documents of the first hits, as far as the hits show them.
  private static Set<String> documentTerms(List<Retrieved> hits, PassageReadings readings) {
    Set<String> documents =
        first(hits, TOGETHER).map(Passage::document).collect(Collectors.toSet());
    var documentTerms = new HashSet<String>();
    for (Retrieved hit : hits) {
      if (documents.contains(hit.passage().document())) {
        documentTerms.addAll(readings.of(hit.passage()).terms());
      }
    }
    return documentTerms;
  }

  /// The mean of 1 / rank of each arm's best in the other arm; 0 for an absent one.
  private static double agreement(List<Retrieved> hits) {
    List<String> words = order(hits, hit -> hit.words().orElse(Double.NaN));
    List<String> dense = order(hits, hit -> hit.cosine().orElse(Double.NaN));
    if (words.isEmpty() || dense.isEmpty()) {
      return 0;
    }
    int wordsBest = dense.indexOf(words.getFirst());
    int denseBest = words.indexOf(dense.getFirst());
    return (wordsBest < 0 ? 0 : .5 / (wordsBest + 1)) + (denseBest < 0 ? 0 : .5 / (denseBest + 1));
  }

  private static List<String> order(List<Retrieved> hits, ToDoubleFunction<Retrieved> by) {
    return hits.stream()
        .filter(hit -> !Double.isNaN(by.applyAsDouble(hit)))
        .sorted(Comparator.comparingDouble(by).reversed().thenComparing(hit -> hit.passage().id()))
        .map(hit -> hit.passage().id())
        .toList();
  }
}
