package dev.whetstone.answer;

import dev.whetstone.encode.Encoder;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.ContentTerms;
import dev.whetstone.text.LanguageDetector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What the hits hold for one question: their excerpts, best first, and the [Support].
///
/// An excerpt's score is the cosine of its vector (with its headings) to the question, plus a part
/// for the share of the question's idf mass that it holds, less a part for each passage that ranks
/// before its own: the search has seen the whole passage, the excerpt's vector has not.
record Evidence(Support support, List<Scored> excerpts) {
  /// An excerpt with its score (higher is better) and its cosine to the question.
  record Scored(Excerpt excerpt, double score, double cosine, double coverage) {}

  /// Passages whose excerpts are looked at.
  private static final int PASSAGES = 5;

  /// Passages whose words count together.
  private static final int TOGETHER = 3;

  /// Excerpts of a passage that are embedded: those that hold most of the question's words.
  private static final int EXCERPTS = 4;

  private static final double COVERAGE_PART = .10;
  private static final double RANK_PART = .02;

  /// @param hits best first; those past the fifth serve as the background to judge by
  static Evidence of(
      String question,
      List<Retrieved> hits,
      Encoder encoder,
      ExcerptVectors vectors,
      TermWeights terms) {
    String language = language(question, hits);
    Set<String> wanted = ContentTerms.set(question, language);
    List<Retrieved> top = hits.subList(0, Math.min(PASSAGES, hits.size()));
    List<Scored> excerpts = score(question, wanted, top, encoder, vectors, terms);
    QuestionWords words = QuestionWords.of(question, language, encoder);
    return new Evidence(support(wanted, words, hits, excerpts, terms), excerpts);
  }

  /// The language in which the question is analysed: its own where a hit is in it, else that of the
  /// best hit, whose words it must share.
  private static String language(String question, List<Retrieved> hits) {
    String own = LanguageDetector.ofQuestion(question);
    List<String> languages = hits.stream().map(h -> Analyzers.language(h.passage())).toList();
    boolean shared = languages.stream().anyMatch(other -> ContentTerms.comparable(own, other));
    return shared || languages.isEmpty() ? own : languages.getFirst();
  }

  private static List<Scored> score(
      String question,
      Set<String> wanted,
      List<Retrieved> top,
      Encoder encoder,
      ExcerptVectors vectors,
      TermWeights terms) {
    var excerpts = new ArrayList<Excerpt>();
    var texts = new ArrayList<String>();
    for (int hit = 0; hit < top.size(); hit++) {
      List<String> headings = top.get(hit).passage().headings();
      for (Excerpt excerpt : likely(top.get(hit), hit, wanted, terms)) {
        excerpts.add(excerpt);
        texts.add(
            headings.isEmpty()
                ? excerpt.text()
                : String.join(" > ", headings) + ". " + excerpt.text());
      }
    }
    if (excerpts.isEmpty()) {
      return List.of();
    }
    float[] query = encoder.query(question);
    List<float[]> rows = vectors.of(texts);
    var scored = new ArrayList<Scored>();
    for (int i = 0; i < excerpts.size(); i++) {
      Excerpt excerpt = excerpts.get(i);
      double cosine = ExcerptVectors.dot(query, rows.get(i));
      double coverage = terms.coverage(wanted, excerpt.terms());
      double score = cosine + COVERAGE_PART * coverage - RANK_PART * excerpt.hit();
      scored.add(new Scored(excerpt, score, cosine, coverage));
    }
    scored.sort(
        Comparator.comparingDouble(Scored::score)
            .reversed()
            .thenComparingInt(s -> s.excerpt().hit())
            .thenComparingInt(s -> s.excerpt().order()));
    return scored;
  }

  private static List<Excerpt> likely(
      Retrieved hit, int number, Set<String> wanted, TermWeights terms) {
    String language = Analyzers.language(hit.passage());
    List<String> texts = Excerpts.of(hit.passage());
    return IntStream.range(0, texts.size())
        .mapToObj(
            i -> new Excerpt(texts.get(i), ContentTerms.set(texts.get(i), language), number, i))
        .sorted(
            Comparator.comparingDouble((Excerpt e) -> -terms.coverage(wanted, e.terms()))
                .thenComparingInt(Excerpt::order))
        .limit(EXCERPTS)
        .toList();
  }

  private static Support support(
      Set<String> wanted,
      QuestionWords words,
      List<Retrieved> hits,
      List<Scored> excerpts,
      TermWeights terms) {
    double[] cosines =
        hits.stream()
            .filter(hit -> hit.cosine().isPresent())
            .mapToDouble(hit -> hit.cosine().orElse(0))
            .sorted()
            .toArray();
    int n = cosines.length;
    double nearest = n == 0 ? 0 : cosines[n - 1];
    double others = 0;
    for (int i = 0; i < n - 1; i++) {
      others += cosines[i] / (n - 1);
    }
    var together = new HashSet<String>();
    for (Retrieved hit : hits.subList(0, Math.min(TOGETHER, hits.size()))) {
      together.addAll(ContentTerms.set(hit.passage()));
    }
    return new Support(
        nearest,
        excerpts.stream().mapToDouble(Scored::cosine).max().orElse(0),
        n < 2 ? 0 : nearest - others,
        terms.coverage(wanted, together),
        words.held(together),
        words.missing(terms, told(hits)),
        agreement(hits));
  }

  /// The terms of the documents of the first hits, as far as the hits show them.
  private static Set<String> told(List<Retrieved> hits) {
    Set<String> documents =
        hits.stream().limit(TOGETHER).map(h -> h.passage().document()).collect(Collectors.toSet());
    var told = new HashSet<String>();
    for (Retrieved hit : hits) {
      if (documents.contains(hit.passage().document())) {
        told.addAll(ContentTerms.set(hit.passage()));
      }
    }
    return told;
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
