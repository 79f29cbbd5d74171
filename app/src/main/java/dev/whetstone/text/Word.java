package dev.whetstone.text;

import java.util.ArrayList;
import java.util.List;

/// A word of a text, or a pair of neighbouring characters where words are not written apart.
///
/// @param term its term
/// @param surface as it stands in the text
/// @param from where it begins in the normalised text: orders the words of a text
public record Word(String term, String surface, int from) {
  /// The words of a text in their order: its terms with stop words, and without the further forms
  /// of a word.
  ///
  /// @param language ISO 639-1, as in [Analyzers#terms]
  public static List<Word> of(String text, String language) {
    record Found(String term, int from, int to) {}
    var found = new ArrayList<Found>();
    String normal =
        TermChains.EVERY_WORD
            .of(language)
            .analyse(
                text,
                (term, _, from, to, main) -> {
                  if (main) {
                    found.add(new Found(term, from, to));
                  }
                });
    return found.stream()
        .map(f -> new Word(f.term(), normal.substring(f.from(), f.to()), f.from()))
        .toList();
  }
}
