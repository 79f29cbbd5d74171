package dev.whetstone.corpus;

import dev.whetstone.core.TokenCounter;
import dev.whetstone.text.Sentences;
import java.util.ArrayList;
import java.util.List;

/// Cuts a text that is too long for one passage: at the outermost boundary that makes the pieces
/// small enough (cells or lines, then sentences, clauses, words, characters), then joins neighbours
/// again up to the budget. Each piece is counted once; no text is counted that is plainly too long.
final class Cuts {
  /// Where a text may be cut, outermost first.
  enum Boundary {
    LINE,
    CELL,
    SENTENCE,
    CLAUSE,
    WORD,
    CHARACTER;

    Boundary inner() {
      return switch (this) {
        case LINE, CELL -> SENTENCE;
        case SENTENCE -> CLAUSE;
        case CLAUSE -> WORD;
        case WORD, CHARACTER -> CHARACTER;
      };
    }
  }

  /// The characters `[from, to)` of the text that was cut, and their tokens.
  record Piece(int from, int to, int tokens) {}

  private static final int MOST_CHARACTERS_A_TOKEN = 16;

  private final TokenCounter tokens;
  private final String text;
  private final String language;
  private final int budget;
  private final List<Piece> pieces = new ArrayList<>();

  private Cuts(TokenCounter tokens, String text, String language, int budget) {
    this.tokens = tokens;
    this.text = text;
    this.language = language;
    this.budget = budget;
  }

  /// The pieces in order, each within the budget, blanks at their ends left out.
  ///
  /// @param language of the text, ISO 639-1
  /// @param budget in tokens, at least 1
  static List<Piece> cut(
      TokenCounter tokens, String text, String language, Boundary outermost, int budget) {
    var cuts = new Cuts(tokens, text, language, budget);
    cuts.refine(0, text.length(), outermost);
    return cuts.joined();
  }

  /// Whether counting is worth while: beyond this a text is too long whatever it says.
  static boolean isPlainlyTooLong(String text, int budget) {
    return text.length() > (long) budget * MOST_CHARACTERS_A_TOKEN;
  }

  private void refine(int from, int to, Boundary boundary) {
    int start = from;
    while (start < to) {
      int end = end(start, to, boundary);
      int first = start;
      int last = end;
      while (first < last && Characters.isSpace(text.charAt(first))) {
        first++;
      }
      while (first < last && Characters.isSpace(text.charAt(last - 1))) {
        last--;
      }
      start = end;
      if (first == last) {
        continue;
      }
      int keptFrom = boundary == Boundary.LINE ? lineStart(first) : first; // indentation is said
      String piece = text.substring(keptFrom, last);
      int count = isPlainlyTooLong(piece, budget) ? Integer.MAX_VALUE : tokens.count(piece);
      if (count <= budget || boundary == Boundary.CHARACTER) {
        pieces.add(new Piece(keptFrom, last, count));
      } else {
        refine(keptFrom, last, boundary.inner());
      }
    }
  }

  private int lineStart(int i) {
    int start = i;
    while (start > 0 && (text.charAt(start - 1) == ' ' || text.charAt(start - 1) == '\t')) {
      start--;
    }
    return start;
  }

  private List<Piece> joined() {
    var joined = new ArrayList<Piece>();
    for (Piece piece : pieces) {
      Piece last = joined.isEmpty() ? null : joined.getLast();
      if (last != null && (long) last.tokens() + piece.tokens() <= budget) {
        joined.set(
            joined.size() - 1, new Piece(last.from(), piece.to(), last.tokens() + piece.tokens()));
      } else {
        joined.add(piece);
      }
    }
    return joined;
  }

  /// One past the unit that starts at `start`.
  private int end(int start, int to, Boundary boundary) {
    return switch (boundary) {
      case LINE -> after(text.indexOf('\n', start), 1, to);
      case CELL -> after(text.indexOf(" | ", start), 3, to);
      case SENTENCE -> Sentences.end(text, start, to, language);
      case CLAUSE -> clauseEnd(start, to);
      case WORD -> wordsEnd(start, to);
      case CHARACTER -> charactersEnd(start, to);
    };
  }

  private static int after(int found, int length, int to) {
    return found < 0 ? to : Math.min(to, found + length);
  }

  private int clauseEnd(int start, int to) {
    for (int i = start; i < to; i++) {
      char c = text.charAt(i);
      boolean latin = (c == ',' || c == ';' || c == ':') && i + 1 < to && text.charAt(i + 1) == ' ';
      if (latin || "，、：".indexOf(c) >= 0) {
        return i + 1;
      }
    }
    return to;
  }

  /// As many words as have no more characters than the budget has tokens, one word at least.
  private int wordsEnd(int start, int to) {
    int end = -1;
    for (int i = start; i < to; i++) {
      if (end >= 0 && i - start > budget) {
        return end;
      }
      if (Characters.isSpace(text.charAt(i)) && i > start) {
        end = i + 1;
      }
    }
    return to;
  }

  private int charactersEnd(int start, int to) {
    int end = Math.min(to, start + Math.max(2, budget / 4));
    return end < to && Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
  }
}
