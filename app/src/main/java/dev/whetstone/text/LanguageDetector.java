package dev.whetstone.text;

import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// Tells the language of a text: the only place that does. Deterministic; safe for many threads.
///
/// The script decides first. Characters are counted by script; a Han, kana or Hangul character
/// weighs as much as two others, since a word takes fewer of them. Where the Latin script prevails,
/// the function words of the languages in [Language] are counted (the stop words of Lucene's
/// analyzers): in running text they are every third word. A word that `n` languages share counts `1
/// / n` for each. English is the answer unless another language is clearly ahead, because tables,
/// code and lists of names hold few function words.
public final class LanguageDetector {
  /// Characters that are read.
  private static final int SAMPLE = 200_000;

  /// Latin words that are read.
  private static final int WORDS = 5_000;

  /// How far ahead of English another language must be, and the share of the words that its
  /// function words must weigh.
  private static final double AHEAD = 1.5;

  private static final double LEAST_SHARE = .08;

  /// The language that is meant by a script that only one row or none is written in.
  private static final Map<UnicodeScript, String> BY_SCRIPT =
      Map.of(
          UnicodeScript.CYRILLIC, "ru",
          UnicodeScript.ARABIC, "ar",
          UnicodeScript.GREEK, "el",
          UnicodeScript.HEBREW, "he",
          UnicodeScript.DEVANAGARI, "hi",
          UnicodeScript.THAI, "th",
          UnicodeScript.HANGUL, "ko");

  private LanguageDetector() {}

  /// The language of a document or passage, ISO 639-1; `en` where nothing tells.
  public static String of(String text) {
    Map<UnicodeScript, Integer> counts = counts(text);
    int han = counts.getOrDefault(UnicodeScript.HAN, 0);
    int kana =
        counts.getOrDefault(UnicodeScript.HIRAGANA, 0)
            + counts.getOrDefault(UnicodeScript.KATAKANA, 0);
    int hangul = counts.getOrDefault(UnicodeScript.HANGUL, 0);
    UnicodeScript most = UnicodeScript.LATIN;
    for (UnicodeScript script : BY_SCRIPT.keySet()) {
      if (script != UnicodeScript.HANGUL
          && counts.getOrDefault(script, 0) > counts.getOrDefault(most, 0)) {
        most = script;
      }
    }
    int others = counts.getOrDefault(most, 0);
    if (2 * (han + kana + hangul) > others) {
      if (hangul > han + kana) {
        return "ko";
      }
      return kana * 10 > han + kana ? "ja" : "zh";
    }
    return most == UnicodeScript.LATIN ? latin(text) : BY_SCRIPT.getOrDefault(most, "en");
  }

  /// The language of a question. One that holds Han, kana or Hangul is asked in that language,
  /// however many Latin names it mentions.
  public static String ofQuestion(String question) {
    Map<UnicodeScript, Integer> counts = counts(question);
    if (counts.containsKey(UnicodeScript.HIRAGANA) || counts.containsKey(UnicodeScript.KATAKANA)) {
      return "ja";
    }
    if (counts.containsKey(UnicodeScript.HAN)) {
      return "zh";
    }
    return counts.containsKey(UnicodeScript.HANGUL) ? "ko" : of(question);
  }

  private static Map<UnicodeScript, Integer> counts(String text) {
    var counts = new EnumMap<UnicodeScript, Integer>(UnicodeScript.class);
    int latin = 0;
    for (int i = 0, n = Math.min(SAMPLE, text.length()); i < n; i++) {
      char c = text.charAt(i);
      if (c < 0x250) {
        latin += Character.isLetter(c) ? 1 : 0;
      } else if (Character.isLetter(c)) {
        counts.merge(UnicodeScript.of(c), 1, Integer::sum);
      }
    }
    if (latin > 0) {
      counts.merge(UnicodeScript.LATIN, latin, Integer::sum);
    }
    return counts;
  }

  private static String latin(String text) {
    Map<String, Double> scores = new HashMap<>();
    int words = 0;
    int from = -1;
    int length = Math.min(SAMPLE, text.length());
    for (int i = 0; i <= length && words < WORDS; i++) {
      boolean letter = i < length && Character.isLetter(text.charAt(i));
      if (letter && from < 0) {
        from = i;
      } else if (!letter && from >= 0) {
        words++;
        List<String> languages =
            FunctionWords.LANGUAGES.getOrDefault(
                text.substring(from, i).toLowerCase(Locale.ROOT), List.of());
        for (String language : languages) {
          scores.merge(language, 1.0 / languages.size(), Double::sum);
        }
        from = -1;
      }
    }
    String best = "en";
    double needed =
        Math.max(AHEAD * scores.getOrDefault("en", 0.0), Math.nextDown(LEAST_SHARE * words));
    for (String language : FunctionWords.ORDER) {
      double score = scores.getOrDefault(language, 0.0);
      if (score > needed) {
        best = language;
        needed = score;
      }
    }
    return best;
  }

  /// The languages of each function word; made when the first Latin text is read.
  private static final class FunctionWords {
    private static final List<String> ORDER = Language.codesWithOwnFunctionWords();
    private static final Map<String, List<String>> LANGUAGES = languages();

    private static Map<String, List<String>> languages() {
      var languages = new LinkedHashMap<String, List<String>>();
      for (String code : ORDER) {
        for (String word : Language.of(code).functionWords()) {
          languages.merge(
              word, List.of(code), (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
        }
      }
      return languages;
    }
  }
}
