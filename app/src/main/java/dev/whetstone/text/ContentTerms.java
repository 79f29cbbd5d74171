package dev.whetstone.text;

import dev.whetstone.core.Passage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The terms by which the content of two texts is compared: those of the index's analysis, without
/// the function words of the language. A version is the same with and without a `v`: `v3.2.1` has
/// the terms of `3.2.1`. Texts in languages that share an analysis (English, Chinese and Korean)
/// are comparable with each other.
public final class ContentTerms {
  private static final Pattern VERSION_LETTER =
      Pattern.compile("(?<![\\p{L}\\p{N}])[vV](?=\\p{N}+\\.\\p{N})");

  private ContentTerms() {}

  /// The terms of a text in their order, with repetitions; of a word the whole stands before its
  /// parts.
  ///
  /// @param language ISO 639-1, as in [Analyzers#terms]
  public static List<String> of(String text, String language) {
    var terms = new ArrayList<String>();
    TermChains.CONTENT
        .of(language)
        .analyse(plainVersions(text), (term, _, _, _, _) -> terms.add(term));
    return terms;
  }

  /// The text with its versions in one form: `v3.2.1` becomes `3.2.1`.
  public static String plainVersions(String text) {
    return VERSION_LETTER.matcher(text).replaceAll("");
  }

  /// The terms of a text, each once.
  public static Set<String> set(String text, String language) {
    return new LinkedHashSet<>(of(text, language));
  }

  /// The terms of a passage with its headings, each once.
  public static Set<String> set(Passage passage) {
    return set(passage.embedded(), Analyzers.language(passage));
  }

  /// Whether texts in both languages have comparable terms.
  public static boolean comparable(String language, String other) {
    return TermChains.CONTENT.of(language).equals(TermChains.CONTENT.of(other));
  }

  /// The term of one word.
  public static String stem(String word, String language) {
    List<Word> words = Word.of(word, language);
    return words.isEmpty() ? word : words.getFirst().term();
  }

  /// Whether a word carries grammar rather than content.
  public static boolean isFunctionWord(String word, String language) {
    return Language.of(language).functionWords().contains(word.toLowerCase(Locale.ROOT));
  }
}
