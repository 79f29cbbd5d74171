package dev.whetstone.text;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.FlagsAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;

/// The forms under which people ask for a word that is made of others.
///
/// The tokenizer (UAX #29) takes `TideGaugeReader`, `atomic_write_json`, `com.acme.PumpConfig`,
/// `direct:start`, `v3.2.1` and `16GB` for one word each, so that none of their parts is found, and
/// it cuts `e-mail`, `ORA-00942`, `R&D` and `C++` in pieces, so that the whole is not found. Here
/// the first kind gets its parts beside it, and the second its whole:
///
/// | text | terms |
/// |---|---|
/// | `TideGaugeReader` | tidegaugereader, *tide*, *gauge*, *reader* |
/// | `atomic_write_json` | atomicwritejson, *atomic*, *write*, *json* |
/// | `com.acme.PumpConfig` | com.acme.pumpconfig, *com*, *acme*, *pumpconfig*, *pump*, *config* |
/// | `v3.2.1` | v3.2.1, *3.2.1*, *3.2* (of a number with dots its beginnings, never its ends) |
/// | `16GB` | 16gb, *16*, *gb* |
/// | `e-mail` | e, mail, email |
/// | `12-3` | 12, 3, 12-3 (the dash stays between digits: it is not 1-23) |
/// | `C++` | c, c++ |
///
/// Parts (in italics) carry in their flags how many they are, and a question gives each the weight
/// 1 / n. The whole is as rare as its rarest part or rarer and has the weight 1, so that a text of
/// average length that holds the whole outranks one that holds nothing but the parts, however often
/// it repeats them: with k1 = .9 a term counts .53 at its first occurrence and 1 at most, and .53 ·
/// 1 + .53 · Σ 1/n > 1 · Σ 1/n. What the tokenizer cuts counted whole before and still does.
///
/// Text that is not of letters and digits (Han, kana, Hangul, Thai) passes as it is.
final class WordForms extends TokenFilter {
  private static final int MOST_PARTS = 16;
  private static final int MOST_JOINED = 6; // words
  private static final int LONGEST_JOINED = 100; // characters

  /// Above so many changes between letters and digits it is a hash, not a name.
  private static final int MOST_CHANGES = 3;

  /// The type of a token that is a further form of the word before it.
  static final String FURTHER_FORM = "<FURTHER_FORM>";

  /// @param parts how many forms share the weight of the word; 0 for a form of weight 1
  /// @param main whether it is the word itself
  private record Form(String text, int parts, int from, int to, boolean main) {}

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final OffsetAttribute offset = addAttribute(OffsetAttribute.class);
  private final TypeAttribute type = addAttribute(TypeAttribute.class);
  private final FlagsAttribute flags = addAttribute(FlagsAttribute.class);
  private final ArrayDeque<Form> pending = new ArrayDeque<>();
  private String text = "";

  private final StringBuilder joined = new StringBuilder();
  private int words; // in `joined`
  private int start; // of the first of them
  private int end; // of the last of them

  WordForms(TokenStream input) {
    super(input);
  }

  /// Gives the text that the tokenizer is about to read, for what stands between its words.
  void text(String text) {
    this.text = text;
  }

  @Override
  public boolean incrementToken() throws IOException {
    while (pending.isEmpty()) {
      if (!input.incrementToken()) {
        join();
        words = 0;
        if (pending.isEmpty()) {
          return false;
        }
      } else if (ofLetters(type.type())) {
        word(term.toString(), offset.startOffset(), offset.endOffset());
      } else {
        join();
        words = 0;
        pending.add(new Form(term.toString(), 0, offset.startOffset(), offset.endOffset(), true));
      }
    }
    Form next = pending.remove();
    clearAttributes();
    term.append(next.text());
    flags.setFlags(next.parts());
    offset.setOffset(next.from(), next.to());
    if (!next.main()) {
      type.setType(FURTHER_FORM);
    }
    return true;
  }

  @Override
  public void reset() throws IOException {
    super.reset();
    pending.clear();
    words = 0;
  }

  private static boolean ofLetters(String type) {
    return type.equals(StandardTokenizer.TOKEN_TYPES[StandardTokenizer.ALPHANUM])
        || type.equals(StandardTokenizer.TOKEN_TYPES[StandardTokenizer.NUM]);
  }

  private void word(String word, int from, int to) {
    String whole = without(word, "_'\u2019");
    if (whole.isEmpty()) {
      return;
    }
    boolean joins = words > 0 && from == end + 1 && joiner(text.charAt(end));
    if (joins) {
      char between = text.charAt(end);
      boolean digits =
          Character.isDigit(text.charAt(end - 1)) && Character.isDigit(text.charAt(from));
      if (between != '-' || digits) {
        joined.append(between);
      }
    } else {
      join();
      joined.setLength(0);
      words = 0;
      start = from;
    }
    joined.append(whole);
    words++;
    end = to;
    pending.add(new Form(whole, 0, from, to, true));
    Set<String> parts = parts(word);
    parts.remove(whole);
    parts.stream()
        .limit(MOST_PARTS)
        .forEach(part -> pending.add(new Form(part, parts.size(), from, to, false)));
    String sign = sign(to);
    if (!sign.isEmpty()) {
      pending.add(new Form(whole + sign, 0, from, to, false));
    }
  }

  private static boolean joiner(char c) {
    return c == '-' || c == '&';
  }

  /// Adds the whole of the words that end here, if there are several.
  private void join() {
    if (words > 1 && words <= MOST_JOINED && joined.length() <= LONGEST_JOINED) {
      pending.add(new Form(joined.toString(), 0, start, end, false));
    }
  }

  /// The sign that makes another name of the word before it: `C++`, `C#`.
  private String sign(int at) {
    String sign = text.startsWith("++", at) ? "++" : text.startsWith("#", at) ? "#" : "";
    int after = at + sign.length();
    boolean ends = after >= text.length() || !Character.isLetterOrDigit(text.charAt(after));
    return ends ? sign : "";
  }

  private static String without(String word, String signs) {
    var kept = new StringBuilder(word.length());
    for (int i = 0; i < word.length(); i++) {
      if (signs.indexOf(word.charAt(i)) < 0) {
        kept.append(word.charAt(i));
      }
    }
    return kept.toString();
  }

  /// The parts of one word of the tokenizer, in their order; empty where it is simple.
  private static Set<String> parts(String word) {
    var parts = new LinkedHashSet<String>();
    int from = 0;
    for (int i = 0; i <= word.length(); i++) {
      if (i == word.length() || separates(word, i)) {
        String segment = word.substring(from, i);
        if (segment.length() > 1) {
          parts.add(segment);
          pieces(segment).forEach(piece -> addNumber(piece, parts));
        }
        from = i + 1;
      }
    }
    return parts;
  }

  /// Adds a piece and, of a number with several dots, its beginnings down to two numbers: a release
  /// or a part number is asked for by its series.
  private static void addNumber(String piece, Set<String> parts) {
    parts.add(piece);
    int first = piece.indexOf('.');
    for (int dot = piece.lastIndexOf('.'); dot > first; dot = piece.lastIndexOf('.', dot - 1)) {
      parts.add(piece.substring(0, dot));
    }
  }

  /// Whether the character is a sign between parts; within a number it is not.
  private static boolean separates(String word, int at) {
    char c = word.charAt(at);
    if (Character.isLetterOrDigit(c)
        || Character.isSurrogate(c)
        || Character.getType(c) == Character.NON_SPACING_MARK) {
      return false;
    }
    boolean number =
        at > 0
            && at + 1 < word.length()
            && Character.isDigit(word.charAt(at - 1))
            && Character.isDigit(word.charAt(at + 1))
            && c != '_';
    return !number;
  }

  /// The pieces of a segment: at a change between letters and digits, and at a capital after a
  /// small letter (or before one, after capitals: `HTTPServer`). One letter or digit alone says
  /// nothing and is left out, but for the number of a unit: `5mm`.
  private static List<String> pieces(String segment) {
    var pieces = new ArrayList<String>();
    int from = 0;
    int changes = 0;
    for (int i = 1; i < segment.length(); i++) {
      boolean change = digit(segment, i) != digit(segment, i - 1);
      if (change || hump(segment, i)) {
        changes += change ? 1 : 0;
        pieces.add(segment.substring(from, i));
        from = i;
      }
    }
    if (pieces.isEmpty()) {
      return List.of(segment);
    }
    if (changes > MOST_CHANGES) {
      return List.of();
    }
    pieces.add(segment.substring(from));
    boolean unit = Character.isDigit(segment.charAt(0));
    String first = pieces.getFirst();
    pieces.removeIf(piece -> piece.length() == 1 && !(unit && piece.equals(first)));
    return pieces;
  }

  /// Digits with the points and commas among them.
  private static boolean digit(String segment, int at) {
    return !Character.isLetter(segment.charAt(at)) && !Character.isSurrogate(segment.charAt(at));
  }

  private static boolean hump(String segment, int at) {
    if (!Character.isUpperCase(segment.charAt(at))) {
      return false;
    }
    if (Character.isLowerCase(segment.charAt(at - 1))) {
      return true;
    }
    return Character.isUpperCase(segment.charAt(at - 1))
        && at + 2 < segment.length()
        && Character.isLowerCase(segment.charAt(at + 1))
        && Character.isLowerCase(segment.charAt(at + 2));
  }
}
