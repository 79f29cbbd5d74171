package dev.whetstone.cli;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.Citation;
import dev.whetstone.answer.Refusal;
import dev.whetstone.answer.Retrieved;
import dev.whetstone.answer.Sentence;
import dev.whetstone.core.Passage;
import dev.whetstone.search.RerankOutcome;
import dev.whetstone.serving.Answered;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Answers as people read them.
final class AnswerPrinter {
  private static final int WIDTH = 96;
  private static final int NEAREST = 3; // passages shown with a declined question
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

  /// Why a question was declined, and the passages nearest to it; empty for an answer.
  static List<String> declined(Answered answered) {
    Refusal refusal = answered.answer().refusal();
    if (refusal == null) {
      return List.of();
    }
    var lines = new ArrayList<String>();
    lines.add(wrap("(" + reason(refusal) + ")", "  "));
    if (!answered.hits().isEmpty()) {
      lines.add(wrap("The nearest passages:", "  "));
    }
    answered.hits().stream()
        .limit(NEAREST)
        .map(Retrieved::passage)
        .forEach(passage -> lines.add(wrap(place(passage), "      ")));
    return lines;
  }

  private static String reason(Refusal refusal) {
    return switch (refusal) {
      case Refusal.NoPassages _ -> "No passage was found.";
      case Refusal.UnknownNames(var names, double support, double threshold) ->
          String.format(
              Locale.ROOT,
              "No document mentions %s; the support is %.2f, the app answers from %.2f.",
              String.join(", ", names),
              support,
              threshold);
      case Refusal.LowSupport(double support, double threshold) ->
          String.format(
              Locale.ROOT,
              "What was found supports an answer by %.2f; the app answers from %.2f.",
              support,
              threshold);
      case Refusal.NothingToQuote _ -> "The passages found have no sentence to quote.";
      case Refusal.ModelDeclined(String model) ->
          "The language model " + model + " found no answer in the passages.";
    };
  }

  private static String place(Passage passage) {
    String headings = String.join(" > ", passage.headings());
    String page = passage.page() > 0 ? ", page " + passage.page() : "";
    return passage.document() + (headings.isEmpty() ? "" : ": " + headings) + page;
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
