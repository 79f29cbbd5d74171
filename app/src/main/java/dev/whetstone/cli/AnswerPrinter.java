package dev.whetstone.cli;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Sentence;
import dev.whetstone.search.RerankOutcome;
import java.util.Optional;
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
      String link = citation.link();
      if (link != null) {
        terminal.text("          " + link);
      }
    }
    if (!answer.note().isEmpty()) {
      terminal.text(wrap("(" + answer.note() + ")", "  "));
    }
  }

  /// What to tell where the app's reranker was not used; empty where it was, or there is none.
  static Optional<String> skipped(RerankOutcome outcome) {
    return switch (outcome) {
      case RerankOutcome.NotAsked _, RerankOutcome.Reranked _ -> Optional.empty();
      case RerankOutcome.Skipped(var model, var reason) ->
          Optional.of(
              wrap(
                  "(The passages were not reranked: "
                      + switch (reason) {
                        case NO_TIME ->
                            "the reranker "
                                + model.id()
                                + " took longer than "
                                + model.limit().toMillis()
                                + " ms.)";
                        case FAILED -> "the reranker " + model.id() + " failed.)";
                      },
                  "  "));
    };
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
