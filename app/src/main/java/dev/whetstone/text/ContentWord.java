package dev.whetstone.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A word of a text that says what it is about, with the forms by which other texts may name it. Of
/// Chinese it is two neighbouring characters, of Japanese and Korean a morpheme. A number with dots
/// is one word, a version with and without its `v`.
///
/// @param from the word is the characters `[from, to)` of the text
/// @param terms as in [ContentTerms#of], at least one; the first is that of the whole word
public record ContentWord(int from, int to, List<String> terms) {
  private static final Pattern WORD =
      Pattern.compile(
          "\\p{IsHan}{1,2}|[vV]?\\p{N}+(?:[.:]\\p{N}+)+|[\\p{L}\\p{M}\\p{N}&&[^\\p{IsHan}]]+");

  public ContentWord {
    terms = List.copyOf(terms);
  }

  /// The words of a text in their order, without function words.
  ///
  /// @param text in Unicode's composed form (NFC)
  /// @param language ISO 639-1, as in [Analyzers#terms]
  public static List<ContentWord> of(String text, String language) {
    var words = new ArrayList<ContentWord>();
    int from = 0;
    Optional<Pattern> runs = Language.of(language).segmenter().runs();
    if (runs.isPresent()) {
      Matcher run = runs.get().matcher(text);
      while (run.find()) {
        written(text, from, run.start(), language, words);
        morphemes(text, run.start(), run.end(), language, words);
        from = run.end();
      }
    }
    written(text, from, text.length(), language, words);
    return words;
  }

  /// Words that are written apart, and pairs of Han characters.
  private static void written(
      String text, int from, int to, String language, List<ContentWord> words) {
    Matcher word = WORD.matcher(text).region(from, to);
    while (word.find()) {
      List<String> terms = ContentTerms.of(word.group(), language);
      if (!terms.isEmpty()) {
        words.add(new ContentWord(word.start(), word.end(), terms));
      }
    }
  }

  private static void morphemes(
      String text, int start, int end, String language, List<ContentWord> words) {
    String run = text.substring(start, end);
    TermChains.CONTENT
        .of(language)
        .analyse(
            run,
            (term, _, from, to, _) ->
                words.add(
                    new ContentWord(
                        start + Math.min(from, run.length()),
                        start + Math.min(to, run.length()),
                        List.of(term))));
  }
}
