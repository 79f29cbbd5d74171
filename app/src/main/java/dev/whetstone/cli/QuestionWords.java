package dev.whetstone.cli;

import dev.whetstone.commands.Remedies;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.questions.WriterResult;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.questions.Proving;
import dev.whetstone.workshop.questions.ReviewSheet;
import dev.whetstone.workshop.questions.WritingEstimate;
import dev.whetstone.workshop.questions.WritingResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What came of writing and reviewing questions, in English.
final class QuestionWords {
  /// Share of the questions whose passage the base does not find first, below which little is to be
  /// gained.
  private static final double LITTLE_HEADROOM = .2;

  private QuestionWords() {}

  /// Which gain so many held-out questions could prove.
  static String provable(Proving proving) {
    int questions = proving.questions();
    if (questions == 0) {
      return "no question proves yet; "
          + proving.power().needed(proving.deviation())
          + basis(proving);
    }
    if (questions < Gate.FEWEST) {
      return "%d %s: nothing can be proven with fewer than %d"
          .formatted(
              questions, questions == 1 ? "question proves" : "questions prove", Gate.FEWEST);
    }
    return proving.power().with(questions, proving.deviation()) + basis(proving);
  }

  private static String basis(Proving proving) {
    return proving.measured() == null
        ? ""
        : String.format(
            Locale.ROOT,
            ", where models differ as those of the last proof (standard deviation %.2f a question)",
            proving.measured());
  }

  static List<String> written(StepResult.QuestionsWritten written) {
    WritingResult writing = written.writing();
    WritingResult.Use use = writing.use();
    var lines = new ArrayList<String>();
    lines.add(
        "%s about %s by %s: %,d train, %,d choose settings, %,d wait for review"
            .formatted(
                StepWords.counted(writing.written(), "question"),
                StepWords.counted(writing.passages(), "passage"),
                writing.writer(),
                use.train(),
                use.dev(),
                use.review()));
    counts("passages not asked about", writing.refused().passages()).ifPresent(lines::add);
    counts("refused by the checks", writing.refused().questions()).ifPresent(lines::add);
    if (use.leftOut() > 0) {
      lines.add(
          "%,d are about documents whose questions prove, and train nothing"
              .formatted(use.leftOut()));
    }
    lines.add(spent(writing.spent()) + ended(writing.end()));
    if (use.train() + use.dev() + use.review() > 0) {
      lines.add(found(writing.headroom()));
    }
    if (use.review() > 0) {
      lines.add(
          "next: `whet questions review`; without a reviewed or real question no model is"
              + " promoted");
    }
    return lines;
  }

  static List<String> notWritten(StepResult.QuestionsNotWritten not) {
    return List.of(
        "no questions were written: "
            + Remedies.message(not.problem().message(), not.problem().remedies()),
        (not.used() == 0
                ? "no questions of an earlier run can be used"
                : "%s of an earlier run %s used"
                    .formatted(
                        StepWords.counted(not.used(), "question"), not.used() == 1 ? "is" : "are"))
            + "; the next `whet run` tries again");
  }

  /// What came of writing about a collection.
  static List<String> ofCollection(WriterResult result, Path out) {
    var lines = new ArrayList<String>();
    lines.add(
        "%s about %s: %,d kept, in %s"
            .formatted(
                StepWords.counted(result.questions().size(), "question"),
                StepWords.counted(result.passages(), "passage"),
                result.kept().size(),
                out));
    counts("passages not asked about", WritingResult.passedOver(result)).ifPresent(lines::add);
    counts("refused by the checks", WritingResult.refused(result)).ifPresent(lines::add);
    lines.add(
        spent(WritingResult.Spent.of(result.spent()))
            + (result.end() == WriterResult.End.TIME
                ? "; ended by --budget: the same command goes on"
                : ""));
    return lines;
  }

  private static Optional<String> counts(String label, Map<String, Integer> counts) {
    return counts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            counts.entrySet().stream()
                .map(count -> "%,d %s".formatted(count.getValue(), count.getKey()))
                .collect(Collectors.joining(", ", label + ": ", "")));
  }

  private static String spent(WritingResult.Spent spent) {
    return spent.replies() == 0
        ? "all replies were there from before"
        : "%s, %,d tokens read, %,d written, %.0f s%s"
            .formatted(
                spent.replies() == 1 ? "1 reply" : "%,d replies".formatted(spent.replies()),
                spent.tokensRead(),
                spent.tokensWritten(),
                spent.seconds(),
                cost(spent.cost()));
  }

  private static String cost(double cost) {
    return cost == 0 ? "" : String.format(Locale.ROOT, ", cost %.2f", cost);
  }

  /// What the base model finds already.
  private static String found(double headroom) {
    String found =
        String.format(
            Locale.ROOT,
            "of %.0f %% of them the base model finds the passage first",
            100 * (1 - headroom));
    return headroom < LITTLE_HEADROOM ? found + ": training on such questions gains little" : found;
  }

  private static String ended(WriterResult.End end) {
    return switch (end) {
      case COUNT -> "";
      case PASSAGES -> "; no further passage is worth asking about";
      case TIME -> "; its time was over: more of it goes on (--budget, or questions.budget)";
      case TOKENS -> "; ended by questions.limits.tokens, which counts all runs: raise it to go on";
      case MONEY -> "; ended by questions.limits.cost, which counts all runs: raise it to go on";
    };
  }

  static List<String> estimated(StepResult.WritingEstimated estimated) {
    WritingEstimate estimate = estimated.estimate();
    if (estimate.passages() == 0) {
      return List.of(
          "no passage will be asked about: none is worth it, or questions.limits leaves no room for"
              + " a prompt");
    }
    return List.of(
        "%s will be asked about some %,d passages (%,d of them were answered before): about %,d tokens read, %,d written, %s%s"
            .formatted(
                estimated.writer(),
                estimate.passages(),
                estimate.cached(),
                estimate.tokensRead(),
                estimate.tokensWritten(),
                time(Math.round(estimate.seconds())),
                cost(estimate.cost())));
  }

  private static String time(long seconds) {
    return seconds < 90 ? seconds + " s" : "%.0f min".formatted(seconds / 60.0);
  }

  static List<String> reviewed(StepResult.QuestionsReviewed reviewed) {
    ReviewSheet.Taken decisions = reviewed.decisions();
    var lines = new ArrayList<String>();
    lines.add(
        "%,d accepted (%,d of them mended), %,d dropped, %,d skipped; %,d wait"
            .formatted(
                decisions.accepted(),
                decisions.mended(),
                decisions.dropped(),
                decisions.skipped(),
                decisions.open()));
    @Nullable String file = reviewed.file();
    lines.addAll(
        StepWords.each(
            "not taken",
            decisions.notTaken(),
            bad -> file + ", line " + bad.line() + ": " + bad.reason()));
    lines.add(provable(reviewed.proving()));
    return lines;
  }

  static List<String> typed(StepResult.QuestionsTyped typed) {
    return List.of(
        StepWords.counted(typed.typed(), "question") + " kept", provable(typed.proving()));
  }

  static List<String> table(StepResult.ReviewTable table) {
    return List.of(
        "%s written to %s"
            .formatted(StepWords.counted(table.questions(), "question"), table.file()),
        "fill in the column decision (accept, drop or skip), correct the questions that you accept,"
            + " and run the same command again");
  }
}
