package dev.whetstone.cli;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Sentence;
import java.util.regex.Pattern;

/// Answers as people read them.
final class AnswerPrinter {
  private static final int WIDTH = 96;
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private AnswerPrinter() {}

  /// The sentences with their citation numbers, then each citation's place.
  static void print(Terminal terminal, Answer answer) {
    if (answer.declined()) {
      terminal.text(wrap(answer.note(), "  "));
      return;
    }
    for (Sentence sentence : answer.sentences()) {
      var numbers = new StringBuilder();
      sentence.citations().forEach(n -> numbers.append('[').append(n).append(']'));
      terminal.text(wrap(sentence.text() + " " + numbers, "  "));
    }
    for (Citation citation : answer.citations()) {
      terminal.text(wrap("[" + citation.number() + "] " + place(citation), "      "));
    }
    if (!answer.note().isEmpty()) {
      terminal.text(wrap("(" + answer.note() + ")", "  "));
    }
  }

  private static String place(Citation citation) {
    String headings = String.join(" > ", citation.headings());
    String page = citation.page() > 0 ? ", page " + citation.page() : "";
    return citation.document()
        + (headings.isEmpty() ? "" : ": " + headings)
        + page
        + ", characters "
        + citation.from()
        + "-"
        + citation.to();
  }

  static String wrap(String text, String indent) {
    var wrapped = new StringBuilder();
    int column = WIDTH;
    for (String word : SPACE.splitAsStream(text.strip()).toList()) {
      if (column + word.length() + 1 > WIDTH) {
        wrapped.append(wrapped.isEmpty() ? "" : "\n").append(indent);
        column = indent.length();
      } else {
        wrapped.append(' ');
        column++;
      }
      wrapped.append(word);
      column += word.length();
    }
    return wrapped.toString();
  }
}
