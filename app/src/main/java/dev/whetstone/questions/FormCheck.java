package dev.whetstone.questions;

import dev.whetstone.text.Word;
import java.util.List;
import java.util.regex.Pattern;

/// Whether a text has the form of something that a person types: of a length that people type, and
/// without markup or a gap to fill in.
///
/// | kind | words | characters of Chinese and Japanese |
/// |---|---|---|
/// | keywords | 2 to 10 | 3 to 24 |
/// | others | 4 to 40 | 6 to 80 |
final class FormCheck implements QuestionCheck {
  private static final Pattern MARKUP =
      Pattern.compile("[{}\\[\\]<>|_]|https?://|\\.\\.\\.|…|\\*\\*|[XＸ某]{2,}");

  @Override
  public boolean refuses(Candidate candidate) {
    String question = candidate.question();
    if (MARKUP.matcher(question).find() || question.length() > 300) {
      return true;
    }
    boolean keywords = candidate.kind() == QuestionKind.KEYWORDS;
    if (Languages.withoutSpaces(candidate.language())) {
      long length = question.codePoints().filter(Character::isLetterOrDigit).count();
      return keywords ? length < 3 || length > 24 : length < 6 || length > 80;
    }
    List<Word> words = Word.of(question, candidate.language());
    return keywords ? words.size() < 2 || words.size() > 10 : words.size() < 4 || words.size() > 40;
  }
}
