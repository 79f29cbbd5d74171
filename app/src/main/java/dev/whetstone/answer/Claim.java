package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.Sentences;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A sentence of an answer beside the passages it cites.
///
/// @param sentence of the answer
/// @param passages that it cites, at least one
/// @param sources the same, read
record Claim(AnalysedSentence sentence, List<Passage> passages, List<Source> sources) {
  /// Share of a part's topics that a passage's sentence must hold to be its witness.
  private static final double WITNESS = .4;

  /// A passage as it was read.
  ///
  /// @param excerpts what can stand alone in an answer
  /// @param whole its text with headings
  /// @param sentences each alone, and what [Excerpts] makes of items and table rows
  /// @param topics of all of it
  record Source(
      Passage passage,
      List<String> excerpts,
      AnalysedSentence whole,
      List<AnalysedSentence> sentences,
      Set<String> topics) {
    private static final int TOKEN_BYTES = 160;

    static Source of(PassageReading reading) {
      Passage passage = reading.passage();
      List<String> excerpts =
          reading.excerpts().stream().map(PassageReading.Excerpt::text).toList();
      var texts = new LinkedHashSet<String>();
      String language = Analyzers.language(passage);
      texts.addAll(Sentences.of(passage.text(), language));
      texts.addAll(excerpts);
      List<AnalysedSentence> sentences =
          texts.stream().map(text -> AnalysedSentence.of(text, language)).toList();
      AnalysedSentence whole = AnalysedSentence.of(passage.embedded(), language);
      var topics = new HashSet<>(whole.topics());
      sentences.forEach(sentence -> topics.addAll(sentence.topics()));
      return new Source(passage, excerpts, whole, sentences, topics);
    }

    /// The memory that it takes, estimated.
    long bytes() {
      long tokens = (long) whole.tokens().size() + topics.size();
      for (AnalysedSentence sentence : sentences) {
        tokens += sentence.tokens().size();
      }
      return 2L * passage.text().length() + tokens * TOKEN_BYTES;
    }
  }

  /// @param passages at least one
  static Claim of(String sentence, List<Passage> passages, PassageReadings readings) {
    String language = Analyzers.language(passages.getFirst());
    return new Claim(
        AnalysedSentence.of(sentence, language),
        passages,
        passages.stream().map(readings::source).toList());
  }

  /// All sentences of the passages.
  List<AnalysedSentence> sentences() {
    return sources.stream().flatMap(source -> source.sentences().stream()).toList();
  }

  /// Whether the passages hold a topic.
  boolean given(String topic) {
    return sources.stream().anyMatch(source -> source.topics().contains(topic));
  }

  /// Whether a sentence of the passages says just the same, word for word.
  boolean copied() {
    List<Token> tokens = sentence.tokens();
    return sentences().stream().anyMatch(other -> other.tokens().equals(tokens));
  }

  /// The sentence's clauses; one with fewer than two topics goes with the one before.
  List<List<Token>> parts() {
    var parts = new ArrayList<List<Token>>();
    for (List<Token> clause : sentence.clauses()) {
      boolean small =
          AnalysedSentence.topics(clause).size() < 2
              || (!parts.isEmpty() && AnalysedSentence.topics(parts.getLast()).size() < 2);
      if (small && !parts.isEmpty()) {
        var joined = new ArrayList<>(parts.removeLast());
        joined.addAll(clause);
        parts.add(joined);
      } else {
        parts.add(clause);
      }
    }
    return parts;
  }

  /// The sentences of the passages that share most with a part: most topics, and of those with as
  /// many topics the ones with most words, those with an opposite included. Several when they share
  /// as much, none when none shares enough to be compared.
  List<AnalysedSentence> witnesses(List<Token> part) {
    Set<String> topics = AnalysedSentence.topics(part);
    Set<String> words = AnalysedSentence.keys(part);
    var best = new ArrayList<AnalysedSentence>();
    int least = Math.max(1, (int) Math.ceil(WITNESS * topics.size()));
    int most = 0;
    for (AnalysedSentence candidate : sentences()) {
      int shared = shared(topics, candidate.topics());
      int score = shared * (words.size() + 1) + shared(words, candidate.keys());
      if (shared < least || score < most) {
        continue;
      }
      if (score > most) {
        best.clear();
        most = score;
      }
      best.add(candidate);
    }
    return best;
  }

  static int shared(Set<String> a, Set<String> b) {
    int shared = 0;
    for (String each : a) {
      shared += b.contains(each) ? 1 : 0;
    }
    return shared;
  }
}
