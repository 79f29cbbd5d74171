package dev.whetstone.text;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A word of a text, or a pair of neighbouring characters where words are not written apart.
///
/// @param term its term
/// @param surface as it stands in the text
/// @param from where it begins in the normalised text: orders the words of a text
public record Word(String term, String surface, int from) {
  private static final Pattern SPACES = Pattern.compile("[ \\t]{2,}");

  /// The words of a text in their order: its terms with stop words, and without the further forms
  /// of a word.
  ///
  /// @param language ISO 639-1, as in [Analyzers#terms]
  public static List<Word> of(String text, String language) {
    var found = new ArrayList<Found>();
    String normal = find(text, language, found::add);
    return found.stream()
        .map(f -> new Word(f.term(), normal.substring(f.from(), f.to()), f.from()))
        .toList();
  }

  /// The normalised text without some of its words. What stands between them stays, but for white
  /// space.
  ///
  /// @param language ISO 639-1, as in [Analyzers#terms]
  /// @param out whether the words of a term are left out
  public static String without(String text, String language, Predicate<String> out) {
    var left = new BitSet();
    String normal =
        find(
            text,
            language,
            word -> {
              if (out.test(word.term())) {
                left.set(word.from(), word.to());
              }
            });
    var rest = new StringBuilder();
    for (int i = 0; i < normal.length(); i++) {
      if (!left.get(i)) {
        rest.append(normal.charAt(i));
      }
    }
    return SPACES.matcher(rest).replaceAll(" ").strip();
  }

  /// A word that is the characters `[from, to)` of the normalised text.
  private record Found(String term, int from, int to) {}

  /// Hands over the words in their order.
  ///
  /// @return the normalised text
  private static String find(String text, String language, Consumer<Found> words) {
    return TermChains.EVERY_WORD
        .of(language)
        .analyse(
            text,
            (term, _, from, to, main) -> {
              if (main) {
                words.accept(new Found(term, from, to));
              }
            });
  }
}
