package dev.whetstone.questions;

import dev.whetstone.pairs.Question;
import dev.whetstone.text.ContentTerms;
import dev.whetstone.text.LanguageDetector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// Questions of which each is found by another way to ask it: with the same words, or with content
/// terms of which four fifths are the same (Jaccard). For one thread.
public final class SimilarQuestions {
  private static final double SIMILAR = .8;

  private final Map<String, Integer> words = new HashMap<>();
  private final List<Set<String>> terms = new ArrayList<>();
  private final Map<String, List<Integer>> byTerm = new HashMap<>();

  /// Takes a question in.
  ///
  /// @param language ISO 639-1
  /// @return its number, from 0; that of the one that has the same words, where there is one
  public int add(String question, String language) {
    int number = terms.size();
    Integer known = words.putIfAbsent(Question.words(question), number);
    if (known != null) {
      return known;
    }
    Set<String> own = ContentTerms.set(question, language);
    own.forEach(term -> byTerm.computeIfAbsent(term, _ -> new ArrayList<>()).add(number));
    terms.add(own);
    return number;
  }

  /// The number of a question that is the same or nearly so, the most similar one, of equally
  /// similar ones the first; empty where there is none.
  public OptionalInt find(String question, String language) {
    Integer same = words.get(Question.words(question));
    if (same != null) {
      return OptionalInt.of(same);
    }
    Set<String> own = ContentTerms.set(question, language);
    var shared = new HashMap<Integer, Integer>();
    for (String term : own) {
      for (int other : byTerm.getOrDefault(term, List.of())) {
        shared.merge(other, 1, Integer::sum);
      }
    }
    int found = -1;
    double most = SIMILAR;
    for (var entry : shared.entrySet()) {
      int other = entry.getKey();
      int both = entry.getValue();
      double share = both / (double) (own.size() + terms.get(other).size() - both);
      if (share > most || (share == most && (found < 0 || other < found))) {
        found = other;
        most = share;
      }
    }
    return found < 0 ? OptionalInt.empty() : OptionalInt.of(found);
  }

  /// As [#add(String, String)], in the language that the question seems to be in.
  public int add(String question) {
    return add(question, LanguageDetector.ofQuestion(question));
  }

  /// As [#find(String, String)], in the language that the question seems to be in.
  public OptionalInt find(String question) {
    return find(question, LanguageDetector.ofQuestion(question));
  }
}
