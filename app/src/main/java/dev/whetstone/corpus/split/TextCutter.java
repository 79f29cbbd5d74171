package dev.whetstone.corpus.split;

import dev.whetstone.core.TokenCounter;
import dev.whetstone.corpus.Characters;
import dev.whetstone.text.Sentences;
import java.util.ArrayList;
import java.util.List;

/// Cuts a text that is too long for one passage: at the outermost boundary that makes the pieces
/// small enough (cells or lines, then sentences, clauses, words, characters), then joins neighbours
/// up to the budget. Each piece is counted once; a text that is certainly too long is cut without
/// being counted.
final class TextCutter {
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

  /// Characters of the longest tokens that tokenizers make of text.
  private static final int MOST_CHARACTERS_A_TOKEN = 16;

  private final TokenCounter tokens;
  private final String text;
  private final String language;
  private final int budget;
  private final List<Piece> pieces = new ArrayList<>();

  private TextCutter(TokenCounter tokens, String text, String language, int budget) {
    this.tokens = tokens;
    this.text = text;
    this.language = language;
    this.budget = budget;
  }

  /// The pieces in order, each within the budget, without white space at their ends.
  ///
  /// @param language of the text, ISO 639-1
  /// @param budget in tokens, at least 1
  static List<Piece> cut(
      TokenCounter tokens, String text, String language, Boundary outermost, int budget) {
    var cuts = new TextCutter(tokens, text, language, budget);
    cuts.refine(0, text.length(), outermost);
    return cuts.joinedPieces();
  }

  /// Whether a text exceeds the budget with any tokenizer, so that it need not be counted.
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
      int pieceStart = boundary == Boundary.LINE ? lineStart(first) : first; // with its indentation
      String piece = text.substring(pieceStart, last);
      int count = isPlainlyTooLong(piece, budget) ? Integer.MAX_VALUE : tokens.count(piece);
      if (count <= budget || boundary == Boundary.CHARACTER) {
        pieces.add(new Piece(pieceStart, last, count));
      } else {
        refine(pieceStart, last, boundary.inner());
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

  private List<Piece> joinedPieces() {
    var joinedPieces = new ArrayList<Piece>();
    for (Piece piece : pieces) {
      Piece last = joinedPieces.isEmpty() ? null : joinedPieces.getLast();
      if (last != null && (long) last.tokens() + piece.tokens() <= budget) {
        joinedPieces.set(
            joinedPieces.size() - 1,
            new Piece(last.from(), piece.to(), last.tokens() + piece.tokens()));
      } else {
        joinedPieces.add(piece);
      }
    }
    return joinedPieces;
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
