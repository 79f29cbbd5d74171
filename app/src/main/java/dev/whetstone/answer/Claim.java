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
/// @param reading of the sentence
/// @param passages that it cites, at least one
/// @param sources the same, read
record Claim(Reading reading, List<Passage> passages, List<Source> sources) {
  /// Share of a part's topics that a passage's sentence must hold to be its witness.
  private static final double WITNESS = .4;

  /// A passage as it was read.
  ///
  /// @param whole its text with headings
  /// @param sentences each alone, and what [Excerpts] makes of items and table rows
  /// @param topics of all of it
  record Source(Reading whole, List<Reading> sentences, Set<String> topics) {
    static Source of(Passage passage) {
      var texts = new LinkedHashSet<String>();
      String language = Analyzers.language(passage);
      texts.addAll(Sentences.of(passage.text(), language));
      texts.addAll(Excerpts.of(passage));
      List<Reading> sentences = texts.stream().map(text -> Reading.of(text, language)).toList();
      Reading whole = Reading.of(passage.embedded(), language);
      Set<String> topics = Reading.topics(whole.tokens());
      sentences.forEach(sentence -> topics.addAll(Reading.topics(sentence.tokens())));
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
      return new Claim(Reading.of(sentence, language), passages, sources);
    }
  }

  /// All sentences of the passages.
  List<Reading> sentences() {
    return sources.stream().flatMap(source -> source.sentences().stream()).toList();
  }

  /// Whether the passages hold a topic.
  boolean given(String topic) {
    return sources.stream().anyMatch(source -> source.topics().contains(topic));
  }

  /// Whether a sentence of the passages says just the same, word for word.
  boolean copied() {
    List<Token> tokens = reading.tokens();
    return sentences().stream().anyMatch(other -> other.tokens().equals(tokens));
  }

  /// The sentence's clauses; one with fewer than two topics goes with the one before.
  List<List<Token>> parts() {
    var parts = new ArrayList<List<Token>>();
    for (List<Token> clause : reading.clauses()) {
      boolean small =
          Reading.topics(clause).size() < 2
              || (!parts.isEmpty() && Reading.topics(parts.getLast()).size() < 2);
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
  List<Reading> witnesses(List<Token> part) {
    Set<String> topics = Reading.topics(part);
    Set<String> words = keys(part);
    var best = new ArrayList<Reading>();
    int least = Math.max(1, (int) Math.ceil(WITNESS * topics.size()));
    int most = 0;
    for (Reading sentence : sentences()) {
      List<Token> tokens = sentence.tokens();
      int shared = shared(topics, Reading.topics(tokens));
      int score = shared * (words.size() + 1) + shared(words, keys(tokens));
      if (shared < least || score < most) {
        continue;
      }
      if (score > most) {
        best.clear();
        most = score;
      }
      best.add(sentence);
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
