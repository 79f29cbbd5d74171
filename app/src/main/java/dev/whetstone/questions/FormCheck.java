package dev.whetstone.questions;

import dev.whetstone.text.Word;
import java.util.List;
import java.util.regex.Pattern;

/// Whether a text has the form of something that a person types: of a length that people type,
/// without markup, control characters or a gap to fill in, and asking. A text asks when it ends
/// with a question mark or holds a word that asks; one that tells of trouble may do without where
/// it is in the first person.
///
/// | kind | words | characters of Chinese and Japanese |
/// |---|---|---|
/// | keywords | 2 to 10 | 3 to 24 |
/// | others | 3 to 40 | 6 to 80 |
final class FormCheck implements QuestionCheck {
  private static final Pattern MARKUP =
      Pattern.compile(
          "[\\p{Cc}\\p{Cs}\\p{Co}\uFFFD\u202A-\u202E\u2066-\u2069]|[{}\\[\\]<>|_]|https?://|\\.\\.\\.|…|\\*\\*|[XＸ某]{2,}");

  private static final Pattern ASKS =
      Pattern.compile(
          "[?？؟]$|^(?:how|what|when|where|which|who|whom|whose|why|is|are|was|were|do|does|did|can|"
              + "could|should|may|must|will|would|has|have)\\b|吗|呢|什么|怎|如何|哪|多少|多久|几|是否|能不能|谁",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern FIRST_PERSON =
      Pattern.compile("\\b(?:I|my|me|we|our|us)\\b|我", Pattern.CASE_INSENSITIVE);

  @Override
  public boolean refuses(Candidate candidate) {
    String question = candidate.question();
    if (MARKUP.matcher(question).find() || question.length() > 300) {
      return true;
    }
    boolean keywords = candidate.kind() == QuestionKind.KEYWORDS;
    boolean trouble = candidate.kind() == QuestionKind.SYMPTOM;
    if (!keywords
        && !ASKS.matcher(question).find()
        && !(trouble && FIRST_PERSON.matcher(question).find())) {
      return true;
    }
    if (Languages.withoutSpaces(candidate.language())) {
      long length = question.codePoints().filter(Character::isLetterOrDigit).count();
      return keywords ? length < 3 || length > 24 : length < 6 || length > 80;
    }
    List<Word> words = Word.of(question, candidate.language());
    return keywords ? words.size() < 2 || words.size() > 10 : words.size() < 3 || words.size() > 40;
  }
}
