package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.questions.ReviewItem;
import dev.whetstone.workshop.questions.ReviewSheet;
import dev.whetstone.workshop.questions.Reviewing;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "review",
    mixinStandardHelpOptions = true,
    description = {
      "Shows questions that the server was asked (serve.keep_questions) and that a language model"
          + " wrote, with passages. Of an asked one press the number of the passage that answers"
          + " it, or n where none does; accept, mend, drop or skip a written one with one key."
          + " Accepted questions prove models; they train none.",
      "Each decision is kept at once; stop at any time and go on later. Without a terminal, letters"
          + " are read from standard input, one a line, or use --file."
    },
    footer = {
      "",
      "Examples:",
      "  whet questions review",
      "  whet questions review --file review.csv   # writes the table; fill in `decision`, run it"
          + " again"
    })
final class QuestionsReviewCommand implements Callable<Integer> {
  private static final String COMMAND = "whet questions review";

  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "A table for a spreadsheet: written where there is no such file, else its decisions are"
              + " read. The column `decision` takes accept, drop or skip, and of a question that"
              + " the server was asked the number of a passage, or none; a question whose text was"
              + " changed is mended.")
  private @Nullable Path file;

  @Option(names = "--again", description = "With --file: write the table anew.")
  private boolean again;

  @Override
  public Integer call() {
    if (again && file == null) {
      throw new Failure.BadInput("--again writes a table anew: name it with --file");
    }
    Workspace workspace = options.workspace();
    long began = System.nanoTime();
    var session = QuestionSession.open(options, output, workspace, COMMAND);
    var reviewing = new Reviewing(workspace, session.passages());
    StepResult result =
        file == null ? shown(session, reviewing) : table(session, reviewing, workspace, file);
    session.end(result, began);
    return 0;
  }

  private StepResult shown(QuestionSession session, Reviewing reviewing) {
    List<ReviewItem> waiting = reviewing.waiting();
    if (waiting.isEmpty()) {
      throw new Failure.BadInput("no question waits for review", new Remedy.GenerateQuestions());
    }
    try (Keyboard keyboard = Keyboard.open(options.terminal().interactive())) {
      return new ReviewSession(session, keyboard, reviewing).review(waiting);
    }
  }

  private StepResult table(
      QuestionSession session, Reviewing reviewing, Workspace workspace, Path table) {
    if (again || !Files.exists(table)) {
      List<ReviewItem> waiting = reviewing.waiting();
      if (waiting.isEmpty()) {
        throw new Failure.BadInput("no question waits for review", new Remedy.GenerateQuestions());
      }
      ReviewSheet.write(table, waiting);
      return new StepResult.ReviewTable(table.toString(), waiting.size());
    }
    try (var _ = options.lock(workspace, COMMAND)) {
      ReviewSheet.Taken taken = ReviewSheet.take(table, reviewing);
      options.save(COMMAND);
      return new StepResult.QuestionsReviewed(table.toString(), taken, session.proving());
    }
  }
}
