package dev.whetstone.questions;

import dev.whetstone.text.ContentTerms;
import dev.whetstone.text.LanguageDetector;
import dev.whetstone.text.Word;

/// Whether a question is in its passage's language. The script tells, and between languages that
/// are known by their function words, whose function words it has more of; keywords without any may
/// be of each.
final class LanguageCheck implements QuestionCheck {
  @Override
  public boolean refuses(Candidate candidate) {
    return !fits(candidate.question(), candidate.language());
  }

  /// Whether a text may be in this language.
  static boolean fits(String question, String language) {
    String detected = LanguageDetector.ofQuestion(question);
    if (detected.equals(language)) {
      return true;
    }
    if (!Languages.hasFunctionWords(language) || !Languages.hasFunctionWords(detected)) {
      return false;
    }
    // Short texts hold few function words, and languages share some.
    long own = functionWords(question, language);
    long others = functionWords(question, detected);
    return own >= others && (own > 0 || others == 0);
  }

  private static long functionWords(String question, String language) {
    return Word.of(question, language).stream()
        .filter(word -> ContentTerms.isFunctionWord(word.surface(), language))
        .count();
  }
}
