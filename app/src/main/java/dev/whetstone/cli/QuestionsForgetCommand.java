package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.workshop.questions.Forgetting;
import dev.whetstone.workspace.Workspace;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "forget",
    mixinStandardHelpOptions = true,
    description = {
      "Forgets questions: those of these ids, whether the server kept them, a language model wrote"
          + " them or they stand in the question log; or with --asked all that the server kept and"
          + " that were not accepted.",
      "A running server does not bring them back, but keeps one that is asked again. `whet"
          + " questions generate` leaves out what a model wrote and was forgotten."
    },
    footer = {
      "",
      "Examples:",
      "  whet questions forget 4be1c0a7f2d93e58",
      "  whet questions forget --asked"
    })
final class QuestionsForgetCommand implements Callable<Integer> {
  private static final String COMMAND = "whet questions forget";

  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Parameters(
      paramLabel = "ID",
      arity = "0..*",
      description = "Ids of questions, as `whet questions list` names them.")
  private List<String> ids = List.of();

  @Option(names = "--asked", description = "All that the server kept and nobody accepted.")
  private boolean asked;

  @Override
  public Integer call() {
    if (ids.isEmpty() != asked) {
      throw new Failure.BadInput("name the ids of questions, or --asked for all that were asked");
    }
    Workspace workspace = options.workspace();
    Terminal terminal = options.terminal();
    var forgetting = new Forgetting(workspace);
    if (asked) {
      terminal.line("%s forgotten", StepWords.counted(forgetting.asked(), "question"));
      return 0;
    }
    Forgetting.Found found;
    try (var _ = options.lock(workspace, COMMAND)) {
      found = forgetting.questions(Set.copyOf(ids));
      options.save(COMMAND);
    }
    if (!found.unknown().isEmpty()) {
      throw new Failure.BadInput(
          "there is no question "
              + String.join(", ", found.unknown())
              + "; `whet questions list` names them. Forgotten: "
              + found.forgotten());
    }
    terminal.line("%s forgotten", StepWords.counted(found.forgotten(), "question"));
    return 0;
  }
}
