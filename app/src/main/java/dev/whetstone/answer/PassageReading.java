package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.ContentTerms;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A passage read for answers: all that does not depend on the question.
///
/// @param excerpts in order of appearance, as [PassageSentences#of] counts them
/// @param terms of the passage with its headings
record PassageReading(Passage passage, List<Excerpt> excerpts, Set<String> terms) {
  /// What can stand alone in an answer.
  ///
  /// @param terms its content terms
  record Excerpt(String text, Set<String> terms) {}

  /// Of an object, and of a reference in a set.
  private static final int OBJECT_BYTES = 56;

  private static final int REFERENCE_BYTES = 10;

  static PassageReading of(Passage passage) {
    String language = Analyzers.language(passage);
    Map<String, String> known = new HashMap<>(); // each term is one object
    List<Excerpt> excerpts =
        Excerpts.of(passage).stream()
            .map(text -> new Excerpt(text, terms(ContentTerms.of(text, language), known)))
            .toList();
    return new PassageReading(passage, excerpts, terms(ContentTerms.set(passage), known));
  }

  private static Set<String> terms(Collection<String> terms, Map<String, String> known) {
    return terms.stream()
        .map(term -> known.computeIfAbsent(term, each -> each))
        .collect(Collectors.toUnmodifiableSet());
  }

  /// The memory that it takes, estimated.
  long bytes() {
    long characters = 2L * passage.text().length();
    long references = terms.size();
    for (Excerpt excerpt : excerpts) {
      characters += 2L * excerpt.text().length() + 3L * OBJECT_BYTES;
      references += excerpt.terms().size();
    }
    return characters
        + 8L * OBJECT_BYTES
        + (long) terms.size() * OBJECT_BYTES
        + references * REFERENCE_BYTES;
  }
}
