package dev.whetstone.cli;

import dev.whetstone.evaluate.Gain;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.prove.RerankReport;
import dev.whetstone.workshop.train.RerankerMaking;
import dev.whetstone.workshop.train.RerankerResult;
import dev.whetstone.workshop.train.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What was made and found of rerankers, in English.
final class RerankerWords {
  private RerankerWords() {}

  static List<String> lines(StepResult.RerankerMade made) {
    RerankerResult result = made.reranker();
    String reranker = "reranker %s/%s".formatted(made.name(), result.version());
    return switch (result.ending()) {
      case TRAINED -> {
        RerankerResult.Figures figures = result.figures();
        yield figures == null ? List.of(reranker) : figures(reranker, result, figures);
      }
      case LOADED ->
          List.of(
              "%s is %s as it was loaded: %d questions are too few to train it on (at least %d)"
                  .formatted(
                      reranker,
                      result.from(),
                      result.questions(),
                      RerankerMaking.FEWEST_QUESTIONS));
      case MADE_BEFORE -> List.of(reranker + " was finished before");
      case NOT_WANTED -> List.of("none, as rerank.enabled says");
      case TOO_FEW_PASSAGES ->
          List.of(
              "none: there are too few passages to learn from (at least %d)"
                  .formatted(Training.FEWEST_PASSAGES));
      case TOO_FEW_QUESTIONS ->
          List.of(
              "none: %d questions to train on are too few (at least %d), and rerank.base names no reranker to begin with"
                  .formatted(result.questions(), RerankerMaking.FEWEST_QUESTIONS));
      case NOTHING_LEARNT -> List.of("none: " + result.reason());
    };
  }

  private static List<String> figures(
      String reranker, RerankerResult result, RerankerResult.Figures figures) {
    var lists = figures.lists();
    var lines = new ArrayList<String>();
    lines.add(
        "%s of %s: %,d lists of %d negatives (%s), %s in %.0f s (%.2f lists/s, %s), loss %.3f"
            .formatted(
                reranker,
                result.from(),
                lists.seen(),
                lists.negatives(),
                figures.origins().entrySet().stream()
                    .map(e -> "%,d %s pairs".formatted(e.getValue(), e.getKey()))
                    .collect(Collectors.joining(", ")),
                StepWords.counted(lists.steps(), "step"),
                figures.seconds(),
                lists.perSecond(),
                figures.precision(),
                figures.loss()));
    lines.add(figures.because());
    var dev = figures.dev();
    if (dev.questions() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "on %d questions for choosing: nDCG@10 %.3f, without it %.3f",
              dev.questions(),
              dev.reranked(),
              dev.firstStage()));
    }
    return lines;
  }

  /// What a proof found: first whether it is taken, then what it gains in other times.
  static List<String> lines(RerankReport report) {
    var lines = new ArrayList<String>();
    RerankReport.Use use = report.use();
    String name = "reranker " + report.name();
    lines.add(
        report.verdict().taken() || report.verdict().held()
            ? String.format(
                Locale.ROOT,
                "%s reorders the first %d passages with a weight of %.2f, in %.0f ms a question:"
                    + " %s",
                name,
                use.depth(),
                use.weight(),
                use.millis(),
                report.verdict().words())
            : use.depth() == 0
                ? "no reranker: %s; %s".formatted(name, report.verdict().words())
                : String.format(
                    Locale.ROOT,
                    "no reranker: %s reorders the first %d passages in %.0f ms a question; %s",
                    name,
                    use.depth(),
                    use.millis(),
                    report.verdict().words()));
    if (report.verdict().held()) {
      lines.add("it was rolled back, so it does not serve; `whet prove` lets it serve again");
    }
    String budgets =
        report.budgets().stream().map(RerankerWords::budget).collect(Collectors.joining("; "));
    if (!budgets.isEmpty()) {
      lines.add("reranking gains, by the time a question may take: " + budgets);
    }
    return lines;
  }

  private static String budget(RerankReport.AtBudget at) {
    return at.depth() == 0
        ? String.format(Locale.ROOT, "%.0f ms fewer than two passages", at.millis())
        : String.format(
            Locale.ROOT, "%.0f ms %d passages %s", at.millis(), at.depth(), gain(at.gain()));
  }

  /// In points, with its interval.
  static String gain(Gain gain) {
    return String.format(
        Locale.ROOT,
        "%+.1f [%+.1f, %+.1f]",
        100 * gain.mean(),
        100 * gain.low95(),
        100 * gain.high95());
  }
}
