package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.pairs.Place;
import dev.whetstone.questions.QuestionChecks;
import dev.whetstone.questions.QuestionFault;
import dev.whetstone.questions.WrittenQuestion;
import dev.whetstone.workshop.questions.QuestionOverview.Entry;
import dev.whetstone.workshop.questions.ReviewSheet;
import dev.whetstone.workspace.AskedQuestion;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description =
        "Shows a question: where the documents answer it, what it is used for, and of a written one"
            + " what wrote it and what the checks found.",
    footer = {"", "Example:", "  whet questions show 4be1c0a7f2d93e58"})
final class QuestionsShowCommand implements Callable<Integer> {
  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Parameters(paramLabel = "ID", description = "The question's id, or a beginning of it.")
  private String id = "";

  @Override
  public Integer call() {
    var entries = QuestionsListCommand.entries(options.workspace());
    var fitting = entries.stream().filter(entry -> entry.id().equals(id)).toList();
    if (fitting.isEmpty()) {
      String start = ReviewSheet.id(id); // as a table for review names it
      fitting =
          entries.stream()
              .filter(entry -> entry.id().startsWith(id) || entry.id().startsWith(start))
              .toList();
    }
    if (fitting.size() != 1) {
      throw new Failure.BadInput(
          fitting.isEmpty()
              ? "there is no question " + id + "; `whet questions list` names them"
              : "%d questions begin with %s: give more of the id".formatted(fitting.size(), id));
    }
    Terminal terminal = options.terminal();
    if (output.json()) {
      Output.pretty(terminal, fitting.getFirst());
    } else {
      print(terminal, fitting.getFirst());
    }
    return 0;
  }

  private static void print(Terminal terminal, Entry entry) {
    line(terminal, "question", entry.question());
    line(terminal, "id", entry.id());
    line(terminal, "origin", entry.origin());
    line(terminal, "use", entry.use().key());
    for (Place place : entry.answers()) {
      line(
          terminal,
          "answer",
          place.document()
              + (place.page() == 0 ? "" : ", page " + place.page())
              + (place.phrase() == null ? "" : ": " + place.phrase()));
    }
    AskedQuestion asked = entry.asked();
    if (asked != null) {
      line(
          terminal,
          "asked",
          "%,d x, from %s to %s, of the app %s"
              .formatted(
                  asked.times(), asked.days().first(), asked.days().last(), asked.asking().app()));
      line(
          terminal,
          "outcome",
          "%s (support %.2f)"
              .formatted(asked.asking().outcome().words(), asked.asking().support()));
      line(terminal, "kept", "until " + asked.days().until());
    }
    WrittenQuestion written = entry.written();
    if (written != null) {
      QuestionChecks checks = written.checks();
      line(terminal, "kind", written.kind().key() + ", " + written.language());
      line(
          terminal,
          "writer",
          written.writer().model() + " (prompt " + written.writer().prompt() + ")");
      line(
          terminal,
          "checks",
          checks.kept()
              ? "passed"
              : checks.faults().stream().map(QuestionFault::key).collect(Collectors.joining(", ")));
      line(
          terminal,
          "found",
          "%s; %.0f %% of its words stand in the passage"
              .formatted(places(checks), 100 * checks.copied()));
    }
  }

  /// Only what the checks by words let pass is searched for.
  private static String places(QuestionChecks checks) {
    return checks.reviewable()
        ? "words %s, vectors %s, both %s"
            .formatted(
                rank(checks.wordsRank()), rank(checks.denseRank()), rank(checks.hybridRank()))
        : "not searched for, as it was refused before";
  }

  private static String rank(int rank) {
    return rank == 0 ? "not found" : "at " + rank;
  }

  private static void line(Terminal terminal, String about, String words) {
    terminal.line("%-9s %s", about, words);
  }
}
