package dev.whetstone.answer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A language model's reply taken apart into sentences with the passages each cites, and checked: a
/// number that no passage has is dropped, and so is a sentence that cites nothing or shares too
/// little with what it cites.
final class CitedReply {
  /// A sentence and the positions of the hits it cites, from 0.
  record Cited(String text, List<Integer> hits) {}

  private static final Pattern SQUARE =
      Pattern.compile("[\\[【]\\s*\\d+(?:\\s*[,，、;]\\s*\\d+)*\\s*[\\]】]");

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
    for (String line : reply.lines().toList()) {
      for (String piece : pieces(line.strip())) {
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
        String text = SQUARE.matcher(piece).replaceAll("").replaceAll("\\s+([.,;:!?])", "$1");
        text = text.replaceFirst("^(?:[-*•]|\\d{1,2}[.)])\\s+", "").replaceAll("\\s+", " ").strip();
        if (text.chars().anyMatch(Character::isLetterOrDigit)) {
          sentences.add(new Cited(text, List.copyOf(cited)));
        }
      }
    }
    return sentences;
  }

  /// Splits into sentences and keeps marks that follow a full stop with the sentence before.
  private static List<String> pieces(String line) {
    var pieces = new ArrayList<String>();
    // "It is so. [1] Next" and "It is so [1]. Next": move marks before the stop
    String moved = line.replaceAll("([.!?。！？])\\s*((?:[\\[【][0-9,，、; ]+[\\]】]\\s*)+)", " $2$1 ");
    for (String sentence : Excerpts.sentences(moved)) {
      pieces.add(sentence);
    }
    return pieces;
  }

  /// Whether the cited passages carry the sentence.
  ///
  /// @param coverage share of the sentence's idf mass that the cited passages hold
  /// @param cosine of the sentence and the nearest excerpt of the cited passages
  static boolean supported(double coverage, double cosine) {
    return coverage >= .5 || (coverage >= .25 && cosine >= .80);
  }
}
