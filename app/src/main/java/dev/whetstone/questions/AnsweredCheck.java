package dev.whetstone.questions;

import dev.whetstone.core.Passage;
import dev.whetstone.text.ContentTerms;
import java.text.Normalizer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Whether a passage speaks of what a question asks about, as far as its words tell: numbers and
/// names of the question stand in the passage, and so does at least one content word, unless the
/// kind of question asks for other words on purpose.
///
/// A small model fills its questions with examples of its own (a place, a firm, an amount), and
/// asks at times about the example of its prompt. Both name things that the passage does not
/// mention. Common words may differ freely: that is what the model was asked for.
final class AnsweredCheck implements QuestionCheck {
  /// Kinds that may share no word with the passage: the search tells whether they are about it.
  private static final Set<QuestionKind> IN_OWN_WORDS =
      EnumSet.of(QuestionKind.PLAIN, QuestionKind.SYMPTOM);

  private static final Pattern NUMBER = Pattern.compile("\\p{N}+(?:[.,:]\\p{N}+)*");
  private static final Pattern PARTS = Pattern.compile("[.,:]");

  /// A word with a capital that does not begin a sentence, or one with several capitals.
  private static final Pattern NAME =
      Pattern.compile(
          "(?<=[\\p{L}\\p{N},;]"
              + " )\\p{Lu}[\\p{L}\\p{N}-]+|\\b\\p{Lu}[\\p{L}\\p{N}-]*\\p{Lu}\\p{L}*\\b");

  private static final Pattern LATIN_WORD = Pattern.compile("[\\p{IsLatin}][\\p{IsLatin}\\p{N}-]+");

  @Override
  public boolean refuses(Candidate candidate) {
    String passage = plain(candidate.passage());
    String question = candidate.question();
    boolean noCase = Languages.withoutSpaces(candidate.language());
    if (missing(NUMBER, question, number -> standsIn(passage, number))
        || missing(noCase ? LATIN_WORD : NAME, question, name -> mentions(passage, name))) {
      return true;
    }
    Set<String> terms = ContentTerms.set(question, candidate.language());
    return terms.isEmpty()
        || (!IN_OWN_WORDS.contains(candidate.kind())
            && Collections.disjoint(
                terms, ContentTerms.set(candidate.passage().embedded(), candidate.language())));
  }

  private static boolean missing(Pattern pattern, String question, Predicate<String> stands) {
    return pattern
        .matcher(question)
        .results()
        .anyMatch(found -> !stands.test(found.group().toLowerCase(Locale.ROOT)));
  }

  /// Whether a number stands in the text, or one that begins with it (2.4 in 2.4.1), or one of
  /// three parts, such as a date, that has it for a part (2024 in 12.03.2024): 4 does not stand in
  /// 2.4.
  private static boolean standsIn(String text, String number) {
    return NUMBER
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .anyMatch(whole -> begins(whole, number) || isPart(number, whole));
  }

  private static boolean begins(String whole, String number) {
    return whole.startsWith(number)
        && (whole.length() == number.length() || !Character.isDigit(whole.charAt(number.length())));
  }

  private static boolean isPart(String number, String whole) {
    List<String> parts = List.of(PARTS.split(whole, -1));
    return parts.size() >= 3 && parts.contains(number);
  }

  /// Whether a name stands in the text, also with another ending.
  private static boolean mentions(String text, String name) {
    String stem = name.length() > 5 ? name.substring(0, name.length() - 2) : name;
    return name.equals("i") || text.contains(stem);
  }

  private static String plain(Passage passage) {
    return Normalizer.normalize(passage.embedded(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
  }
}
