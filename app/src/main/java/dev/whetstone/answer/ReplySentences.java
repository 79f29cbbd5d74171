package dev.whetstone.answer;

import dev.whetstone.text.LanguageDetector;
import dev.whetstone.text.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes the sentences out of a reply while it is written.
///
/// **Problem.** A sentence can be checked and shown when it is known to be over, and where it ends
/// may depend on what follows: on marks (`It is so. [1]`), on a lower-case letter after a full
/// stop, on a closing quote.
///
/// **Method.** What is not settled yet is kept. It is settled up to a place where a sentence ends
/// ([Sentences]), the marks after it are complete, and the first character of the next sentence is
/// there; or up to a line break. What is settled is read by [CitedReply#parse], so a reply has the
/// same sentences in one piece and in many.
///
/// **Example.** `It is so. [1` settles nothing; after `] N` the sentence "It is so." with its mark
/// is out, and `N` is kept.
///
/// **Cost.** A piece reads what is kept once: a sentence's length. A reply is read up to
/// [CitedReply#MOST_CHARACTERS] and [CitedReply#MOST_SENTENCES].
///
/// For one thread.
final class ReplySentences {
  private static final String OPENING = "[【";

  /// Marks after a sentence, and the white space around them.
  private static final Pattern MARKS = Pattern.compile("\\s*+(?:[\\[【][0-9,，、; ]++[\\]】]\\s*+)*+");

  /// The beginning of a mark whose end has not come.
  private static final Pattern HALF_MARK = Pattern.compile("[\\[【][0-9,，、; ]*+");

  private static final Pattern MAY_END = Pattern.compile("[.!?。！？；｡؟۔।॥\n]");

  private final int hits;
  private final StringBuilder open = new StringBuilder();
  private int characters;
  private int sentences;

  /// @param hits that may be cited, numbered from 1
  ReplySentences(int hits) {
    this.hits = hits;
  }

  /// The sentences that are over with this piece.
  List<CitedReply.Cited> add(String piece) {
    int room = CitedReply.MOST_CHARACTERS - characters;
    String read = piece.substring(0, Math.min(piece.length(), room));
    characters += read.length();
    open.append(read);
    int settled = settled();
    if (settled == 0) {
      return List.of();
    }
    String over = open.substring(0, settled);
    open.delete(0, settled);
    return parsed(over);
  }

  /// The rest, of a reply that has come to its end.
  List<CitedReply.Cited> end() {
    String rest = open.toString();
    open.setLength(0);
    return parsed(rest);
  }

  /// Whether as much was read as is read of a reply.
  boolean full() {
    return characters >= CitedReply.MOST_CHARACTERS || sentences >= CitedReply.MOST_SENTENCES;
  }

  private List<CitedReply.Cited> parsed(String text) {
    var all = new ArrayList<>(CitedReply.parse(text, hits));
    List<CitedReply.Cited> kept =
        all.subList(0, Math.min(all.size(), CitedReply.MOST_SENTENCES - sentences));
    sentences += kept.size();
    return List.copyOf(kept);
  }

  /// How many characters of what is kept are settled.
  private int settled() {
    String text = open.toString();
    int line = text.lastIndexOf('\n') + 1;
    String last = text.substring(line);
    if (!MAY_END.matcher(last).find()) {
      return line;
    }
    String language = LanguageDetector.of(last);
    int settled = line;
    for (Sentences.Span span : Sentences.spans(last, language)) {
      int next = next(last, span.to());
      if (next > 0) {
        settled = line + next;
      }
    }
    return settled;
  }

  /// Where the next sentence begins, after the marks that belong to the one that ends at `end`; 0
  /// where that is not known yet.
  private static int next(String text, int end) {
    Matcher marks = MARKS.matcher(text).region(end, text.length());
    int next = marks.lookingAt() ? marks.end() : end;
    if (next == text.length()) {
      return 0;
    }
    int first = text.codePointAt(next);
    boolean half =
        OPENING.indexOf(first) >= 0
            && HALF_MARK.matcher(text).region(next, text.length()).matches();
    boolean marked = !text.substring(end, next).isBlank();
    boolean goesOn = marked && Character.isLowerCase(first); // "It is so. [1] and so on"
    return half || goesOn ? 0 : next;
  }
}
