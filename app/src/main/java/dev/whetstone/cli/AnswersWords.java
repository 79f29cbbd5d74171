package dev.whetstone.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.HorizontalAlign;
import com.google.errorprone.annotations.FormatMethod;
import dev.whetstone.core.Share;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.app.AnswerFigures;
import dev.whetstone.workshop.app.AnswerProof;
import dev.whetstone.workshop.app.AnswerReport;
import dev.whetstone.workshop.app.AppFitting;
import dev.whetstone.workshop.app.RiskCoverage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// How an app answers, as people read it: a table of shares, the cost of each threshold as a curve
/// in text, and the comparison with the last run.
final class AnswersWords {
  private static final int BAR = 30;

  private AnswersWords() {}

  static List<String> lines(StepResult.AnswersProven proven) {
    AnswerReport report = proven.report();
    AnswerFigures figures = report.figures();
    var lines = new ArrayList<String>();
    lines.add(
        "%d questions with an answer, %d without one; reports/%s"
            .formatted(figures.found().of(), figures.declinedUnanswerable().of(), proven.id()));
    if (report.asked().isEmpty()) {
      lines.add(
          "no question is held out that is new to the model and the reranker: import questions, or"
              + " review written ones");
      return lines;
    }
    lines.addAll(table(figures).lines().toList());
    lines.add(
        number(
            "mean support: %.2f of those with an answer, %.2f of those without;"
                + " the app answers from %.2f",
            figures.support(), figures.supportUnanswerable(), report.threshold()));
    lines.addAll(curve(report));
    AnswerReport.Comparison comparison = report.comparison();
    lines.add(
        comparison == null
            ? "the first run: the next is compared with it"
            : "against the last run (reports/%s): %s well served, on %d questions of both; %s"
                .formatted(
                    comparison.against(),
                    gain(comparison.gain()),
                    comparison.questions(),
                    changed(comparison)));
    return lines;
  }

  private static String table(AnswerFigures figures) {
    List<List<String>> rows =
        List.of(
            row("well served: answered rightly, or rightly declined", figures.wellServed()),
            row("with an answer: a right passage is found", figures.found()),
            row("with an answer: declined", figures.declined()),
            row("found and answered: the answer is right", figures.sentences().rightSentence()),
            row("answered: a right passage is cited", figures.sentences().citesRight()),
            row("sentences of answers: their citations hold", figures.sentences().citationsHold()),
            row("without an answer: declined", figures.declinedUnanswerable()));
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS)
        .data(
            rows,
            List.of(
                Tables.column("held-out questions", 0, HorizontalAlign.LEFT),
                Tables.column("share [95 %]", 1, HorizontalAlign.RIGHT),
                Tables.column("count", 2, HorizontalAlign.RIGHT)))
        .asString();
  }

  private static List<String> row(String name, Share share) {
    return List.of(
        name,
        share.of() == 0 ? "-" : share.percent(),
        "%d of %d".formatted(share.count(), share.of()));
  }

  /// The threshold, how much is answered from there, and how much of that is wrong.
  private static List<String> curve(AnswerReport report) {
    var lines = new ArrayList<String>();
    lines.add("what a threshold costs (risk: the share of the answers that are wrong):");
    lines.add("  support from   answered     risk   right  missed");
    boolean marked = false;
    for (RiskCoverage.Point point : report.curve().points()) {
      boolean here = !marked && point.threshold() < report.threshold();
      if (here) {
        lines.add(number("  %12.2f   the app's threshold", report.threshold()));
        marked = true;
      }
      lines.add(
          number(
              "  %12.2f   %6.0f %%   %4.0f %%  %6d  %6d  %s",
              point.threshold(),
              100 * point.coverage(),
              100 * point.risk(),
              point.right(),
              point.missed(),
              "#".repeat((int) Math.round(BAR * point.risk()))));
    }
    Gain area = report.curve().area();
    lines.add(
        number(
            "  mean risk over all of them: %.3f [%.3f, %.3f]; lower is better",
            area.mean(), area.low95(), area.high95()));
    return lines;
  }

  private static String changed(AnswerReport.Comparison comparison) {
    return comparison.changed().isEmpty()
        ? "nothing that shapes the answers has changed"
        : "changed since: "
            + comparison.changed().stream()
                .map(AnswersWords::part)
                .collect(Collectors.joining(", "));
  }

  private static String part(String name) {
    return switch (name) {
      case AnswerProof.PLAN -> "the app's plan";
      case AnswerProof.MODEL -> "the embedding model";
      case AnswerProof.LLM -> "the language model";
      default -> name;
    };
  }

  /// Why a plan was held back, and what to do.
  static String heldBack(AppFitting.HeldBack held) {
    AnswerReport.Comparison comparison = held.comparison();
    var advice = new ArrayList<String>();
    if (comparison.changed().contains(AnswerProof.MODEL)) {
      advice.add("`whet index rollback --model` brings the model before back");
    }
    if (comparison.changed().contains(AnswerProof.LLM)) {
      advice.add("the language model of the settings is used all the same: set llm as it was");
    }
    advice.add("`whet app --force` takes the new plan");
    return "its answers got worse: %s well served, on %d questions (reports/%s against reports/%s; %s). The app keeps its former plan; %s"
        .formatted(
            gain(comparison.gain()),
            comparison.questions(),
            held.report(),
            comparison.against(),
            changed(comparison),
            String.join("; ", advice));
  }

  private static String gain(Gain gain) {
    return number(
        "%+.1f points [%+.1f, %+.1f]", 100 * gain.mean(), 100 * gain.low95(), 100 * gain.high95());
  }

  @FormatMethod
  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
