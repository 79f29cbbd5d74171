package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.Sentences;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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
  /// @param whole its text with headings
  /// @param sentences each alone, and what [Excerpts] makes of items and table rows
  /// @param topics of all of it
  record Source(AnalysedSentence whole, List<AnalysedSentence> sentences, Set<String> topics) {
    static Source of(Passage passage) {
      var texts = new LinkedHashSet<String>();
      String language = Analyzers.language(passage);
      texts.addAll(Sentences.of(passage.text(), language));
      texts.addAll(Excerpts.of(passage));
      List<AnalysedSentence> sentences =
          texts.stream().map(text -> AnalysedSentence.of(text, language)).toList();
      AnalysedSentence whole = AnalysedSentence.of(passage.embedded(), language);
      Set<String> topics = AnalysedSentence.topics(whole.tokens());
      sentences.forEach(sentence -> topics.addAll(AnalysedSentence.topics(sentence.tokens())));
      return new Source(whole, sentences, topics);
    }
  }

  /// Keeps what was read of passages: the sentences of one answer cite the same ones.
  static final class Reader {
    private final Map<Passage, Source> read = new HashMap<>();

    Claim claim(String sentence, List<Passage> passages) {
      List<Source> sources =
          passages.stream().map(passage -> read.computeIfAbsent(passage, Source::of)).toList();
      String language = Analyzers.language(passages.getFirst());
      return new Claim(AnalysedSentence.of(sentence, language), passages, sources);
    }
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
    Set<String> words = keys(part);
    var best = new ArrayList<AnalysedSentence>();
    int least = Math.max(1, (int) Math.ceil(WITNESS * topics.size()));
    int most = 0;
    for (AnalysedSentence candidate : sentences()) {
      List<Token> tokens = candidate.tokens();
      int shared = shared(topics, AnalysedSentence.topics(tokens));
      int score = shared * (words.size() + 1) + shared(words, keys(tokens));
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

  private static Set<String> keys(List<Token> tokens) {
    return tokens.stream()
        .filter(token -> !(token instanceof Token.Negation))
        .map(Token::key)
        .collect(Collectors.toSet());
  }

  static int shared(Set<String> a, Set<String> b) {
    var both = new HashSet<>(a);
    both.retainAll(b);
    return both.size();
  }
}
