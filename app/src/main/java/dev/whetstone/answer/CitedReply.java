package dev.whetstone.answer;

import dev.whetstone.text.LanguageDetector;
import dev.whetstone.text.Sentences;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A language model's reply taken apart into sentences with the passages each cites; a number that
/// no passage has is dropped. Only the first [#MOST_CHARACTERS] and [#MOST_SENTENCES] of a reply
/// are read. Every pattern reads a reply of that length in linear time and without recursion.
final class CitedReply {
  /// A sentence and the positions of the hits it cites, from 0.
  record Cited(String text, List<Integer> hits) {}

  /// An answer has one to four sentences ([Prompt]).
  static final int MOST_SENTENCES = 40;

  static final int MOST_CHARACTERS = 20_000;

  private static final Pattern SQUARE = Pattern.compile("[\\[【][\\d\\s,，、;]*+[\\]】]");
  private static final Pattern AFTER_STOP =
      Pattern.compile("([.!?。！？][\"'”’」』）)]{0,2}+)\\s*+((?:[\\[【][0-9,，、; ]++[\\]】]\\s*+)++)");

  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  private CitedReply() {}

  /// Whether the model said that the passages do not answer.
  static boolean declines(String reply) {
    return reply.strip().replace("`", "").replace("\"", "").startsWith(Prompt.NOTHING)
        || reply.contains(Prompt.NOTHING);
  }

  /// The sentences with the marks taken out; those without a valid mark have no hits.
  static List<Cited> parse(String reply, int hits) {
    var sentences = new ArrayList<Cited>();
    String read = QuotedText.visible(reply);
    read = read.substring(0, Math.min(read.length(), MOST_CHARACTERS));
    for (String line : read.lines().toList()) {
      for (String piece : pieces(line.replaceAll("\\s+", " ").strip())) {
        Set<Integer> cited = new LinkedHashSet<>();
        Matcher marks = SQUARE.matcher(piece);
        while (marks.find()) {
          Matcher numbers = NUMBER.matcher(marks.group());
          while (numbers.find()) {
            int n = numbers.end() - numbers.start() > 4 ? 0 : Integer.parseInt(numbers.group());
            if (n >= 1 && n <= hits) {
              cited.add(n - 1);
            }
          }
        }
        String text = SQUARE.matcher(piece).replaceAll("").replaceAll(" ++([.,;:!?，。；：！？])", "$1");
        text = text.replaceFirst("^(?:[-*•]|\\d{1,2}[.)])\\s+", "").replaceAll("\\s+", " ").strip();
        if (sentences.size() == MOST_SENTENCES) {
          return sentences;
        }
        if (text.chars().anyMatch(Character::isLetterOrDigit)) {
          sentences.add(new Cited(text, List.copyOf(cited)));
        }
      }
    }
    return sentences;
  }

  /// Splits into sentences and keeps marks that follow a full stop with the sentence before.
  private static List<String> pieces(String line) {
    // "It is so. [1] Next" and "It is so [1]. Next": move marks before the stop
    String moved = AFTER_STOP.matcher(line).replaceAll(" $2$1 ");
    return Sentences.of(moved, LanguageDetector.of(moved));
  }
}
