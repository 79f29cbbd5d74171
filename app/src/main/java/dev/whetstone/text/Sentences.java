package dev.whetstone.text;

import dev.whetstone.text.Language.FullStops;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Splits text into sentences: the only sentence splitter. Safe for many threads.
///
/// A sentence ends
///
/// 1. at a line break, since the text of a passage has one only between items, rows and blocks;
/// 2. after `。！？；`, `؟`, `۔` and `।`, wherever they stand;
/// 3. after `.`, `!` or `?` before white space, unless a lower-case letter follows.
///
/// Closing quotes and brackets belong to the sentence before them. A full stop ends no sentence
/// after an abbreviation of the language, after a single letter (an initial, `z. B.`) or letters
/// with dots (`e.g.`, `U.S.`), after the number of a list item (`1. Install the pump.`), and in
/// languages that write ordinals with a dot after a number of one or two digits (`am 3. Mai`). A
/// Japanese quotation that hiragana follow (`「はい。」と言った。`) continues.
///
/// The rules are written here and not taken from `java.text.BreakIterator`, because vectors of
/// sentences are stored under [#VERSION], and the rules of the JDK change with its locale data.
public final class Sentences {
  /// Changes whenever a sentence might.
  public static final int VERSION = 1;

  private static final String TERMINATORS = ".!?";
  private static final String FREE_TERMINATORS = "。！？；｡؟۔।॥";
  private static final String CLOSING = "\"'”’」』）)】》〉]»›";
  private static final String OPENING = "\"'“‘„«‹([{¿¡";

  /// A sentence: the characters `[from, to)` of its text, white space at its ends included.
  public record Span(int from, int to) {
    /// The sentence without white space at its ends.
    public String of(String text) {
      return text.substring(from, to).strip();
    }
  }

  private Sentences() {}

  /// The sentences of a text in their order, without blank ones.
  ///
  /// @param language ISO 639-1, as in [Analyzers#terms]
  public static List<Span> spans(String text, String language) {
    Language rules = Language.of(language);
    var spans = new ArrayList<Span>();
    int from = 0;
    while (from < text.length()) {
      int to = end(text, from, text.length(), rules);
      if (!text.substring(from, to).isBlank()) {
        spans.add(new Span(from, to));
      }
      from = to;
    }
    return spans;
  }

  /// The sentences of a text, without white space at their ends.
  public static List<String> of(String text, String language) {
    return spans(text, language).stream().map(span -> span.of(text)).toList();
  }

  /// One past the sentence that begins at `from`, at most `to`.
  public static int end(String text, int from, int to, String language) {
    return end(text, from, to, Language.of(language));
  }

  private static int end(String text, int from, int to, Language language) {
    int i = from;
    while (i < to) {
      char c = text.charAt(i);
      if (c == '\n') {
        return i + 1;
      }
      boolean free = FREE_TERMINATORS.indexOf(c) >= 0;
      if (!free && TERMINATORS.indexOf(c) < 0) {
        i++;
        continue;
      }
      int stop = i;
      while (i < to && isTerminator(text.charAt(i))) {
        free |= FREE_TERMINATORS.indexOf(text.charAt(i)) >= 0;
        i++;
      }
      int end = closed(text, i, to, free);
      boolean ends =
          free
              ? !continuesQuotation(text, i, end, to)
              : endsAtSpace(text, end, to)
                  && !(i - stop == 1 && c == '.' && isAbbreviated(text, from, stop, to, language));
      if (ends) {
        return end;
      }
      i = end;
    }
    return to;
  }

  private static boolean isTerminator(char c) {
    return TERMINATORS.indexOf(c) >= 0 || FREE_TERMINATORS.indexOf(c) >= 0;
  }

  /// Past the quotes and brackets that close at `at`. Behind a Chinese stop `“` opens a quotation,
  /// behind a Latin one it closes a German one.
  private static int closed(String text, int at, int to, boolean free) {
    int end = at;
    while (end < to) {
      char c = text.charAt(end);
      if (CLOSING.indexOf(c) >= 0 || (!free && c == '“')) {
        end++;
      } else if (isBlank(c) && end + 1 < to && text.charAt(end + 1) == '»') {
        end += 2; // « Oui. »
      } else {
        break;
      }
    }
    return end;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\u00A0' || c == '\u202F';
  }

  private static boolean continuesQuotation(String text, int stop, int end, int to) {
    return end > stop
        && end < to
        && Character.UnicodeScript.of(text.charAt(end)) == Character.UnicodeScript.HIRAGANA;
  }

  /// Whether white space stands at `at` and no lower-case letter behind it.
  private static boolean endsAtSpace(String text, int at, int to) {
    if (at < to && !isSpace(text.charAt(at))) {
      return false;
    }
    int next = next(text, at, to);
    return next == to || !Character.isLowerCase(text.codePointAt(next));
  }

  /// Where the text goes on after white space and opening quotes; `to` where a line ends first.
  private static int next(String text, int at, int to) {
    int next = at;
    while (next < to && (isSpace(text.charAt(next)) || OPENING.indexOf(text.charAt(next)) >= 0)) {
      if (text.charAt(next) == '\n') {
        return to;
      }
      next++;
    }
    return next;
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  /// Whether the full stop at `dot` belongs to the word before it.
  private static boolean isAbbreviated(String text, int from, int dot, int to, Language language) {
    int start = dot;
    while (start > from
        && !isSpace(text.charAt(start - 1))
        && OPENING.indexOf(text.charAt(start - 1)) < 0) {
      start--;
    }
    String word = text.substring(start, dot).toLowerCase(Locale.ROOT);
    if (word.isEmpty()) {
      return false;
    }
    if (word.chars().allMatch(Character::isDigit)) {
      boolean item = word.length() <= 3 && onlySpace(text, from, start);
      return item || (language.fullStops().ordinals() && word.length() <= 2);
    }
    int next = next(text, dot + 1, to);
    boolean number = next < to && Character.isDigit(text.charAt(next));
    return isLettersWithDots(word)
        || language.fullStops().abbreviations().contains(word)
        || (number
            && language.fullStops().abbreviations().contains(word + FullStops.BEFORE_NUMBER));
  }

  /// Whether `[from, to)` has white space alone. Looks no further than the first other character: a
  /// sentence may be the whole of a long text.
  private static boolean onlySpace(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Character.isWhitespace(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLettersWithDots(String word) {
    for (int i = 0; i < word.length(); i++) {
      boolean fits = i % 2 == 0 ? Character.isLetter(word.charAt(i)) : word.charAt(i) == '.';
      if (!fits) {
        return false;
      }
    }
    return word.length() % 2 == 1;
  }
}
