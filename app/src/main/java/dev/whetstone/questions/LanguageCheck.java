package dev.whetstone.questions;

import dev.whetstone.text.ContentTerms;
import dev.whetstone.text.LanguageDetector;
import dev.whetstone.text.Word;

/// Whether a question is in its passage's language. The script tells, and between languages of one
/// script the function words; keywords without any may be of each.
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
    if (!detected.equals("en") || !Languages.hasFunctionWords(language)) {
      return false;
    }
    // English is also the answer where nothing tells.
    long own = functionWords(question, language);
    long english = functionWords(question, "en");
    return own > 0 ? own >= english : english == 0;
  }

  private static long functionWords(String question, String language) {
    return Word.of(question, language).stream()
        .filter(word -> ContentTerms.isFunctionWord(word.surface(), language))
        .count();
  }
}
