package dev.whetstone.questions;

import dev.whetstone.text.ContentTerms;
import java.util.Locale;
import java.util.Set;

/// What prompts and checks know of a language.
final class Languages {
  /// Words are not written apart: lengths are counted in characters.
  private static final Set<String> WITHOUT_SPACES = Set.of("zh", "ja", "th");

  private Languages() {}

  /// Its English name; empty where the JDK knows none.
  static String name(String language) {
    String name = Locale.of(language).getDisplayLanguage(Locale.ENGLISH);
    return name.equals(language) ? "" : name;
  }

  static boolean withoutSpaces(String language) {
    return WITHOUT_SPACES.contains(language);
  }

  /// Whether function words tell prose of the language from lists: its words are written apart, and
  /// its row names them.
  static boolean hasFunctionWords(String language) {
    return switch (language) {
      case "en" -> true;
      case "zh", "ja", "ko" -> false; // they borrow the English ones
      default -> PROBES.stream().anyMatch(word -> ContentTerms.isFunctionWord(word, language));
    };
  }

  /// Words for "and", "in" or "of": each language with a list has one of them.
  private static final Set<String> PROBES =
      Set.of("und", "et", "y", "e", "en", "и", "في", "og", "ja", "és", "och");
}
