package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.Characters;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Joins lines of a paragraph. A word divided by a hyphen at the line's end is written as elsewhere
/// in the document; where the document does not hold it again, the hyphen stays, since today's word
/// processors break at hyphens that are there far more often than they set new ones.
final class Hyphens {
  private static final Pattern WORD = Pattern.compile("\\p{L}+(?:[-\u2010\u2011]\\p{L}+)*");
  private static final Pattern LAST = Pattern.compile("(\\p{L}+)[-\u2010\u2011]$");
  private static final Pattern FIRST = Pattern.compile("^\\p{L}+");

  private final Set<String> words = new HashSet<>();

  /// Learns the words of a line.
  void learn(String line) {
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      words.add(word.group().toLowerCase(Locale.ROOT));
    }
  }

  /// Appends the next line.
  void join(StringBuilder text, String line) {
    if (text.isEmpty() || line.isEmpty()) {
      text.append(line);
      return;
    }
    char end = text.charAt(text.length() - 1);
    if (end == '\u00AD') {
      text.setLength(text.length() - 1);
      text.append(line);
      return;
    }
    Matcher last = LAST.matcher(text.substring(Math.max(0, text.length() - 60)));
    Matcher first = FIRST.matcher(line);
    if (last.find() && first.find()) {
      String whole = (last.group(1) + first.group()).toLowerCase(Locale.ROOT);
      String compound = (last.group(1) + "-" + first.group()).toLowerCase(Locale.ROOT);
      if (Character.isLowerCase(line.charAt(0))
          && words.contains(whole)
          && !words.contains(compound)) {
        text.setLength(text.length() - 1);
      }
      text.append(line);
      return;
    }
    boolean wide = Characters.isWide(end) && Characters.isWide(line.charAt(0));
    boolean address =
        end == '/'
            && text.substring(Math.max(0, text.length() - 200)).matches("(?s).*https?://\\S*");
    boolean number =
        end == '-'
            && text.length() > 1
            && Character.isLetterOrDigit(text.charAt(text.length() - 2));
    text.append(wide || address || number ? "" : " ").append(line);
  }
}
