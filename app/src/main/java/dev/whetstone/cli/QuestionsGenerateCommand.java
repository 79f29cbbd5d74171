package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workspace.Workspace;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = {
      "A language model writes questions about the documents: they train the model and choose its"
          + " settings, and some wait for your review.",
      "The model is named by questions.writer in whetstone.yaml: a GGUF file, or a server. Passages"
          + " go to no other server. Replies are cached: a run that was stopped goes on."
    },
    footer = {
      "",
      "Examples:",
      "  whet questions generate --estimate",
      "  whet questions generate --count 1000 --budget 1h",
      "  whet questions generate --kinds fact,how-to"
    })
final class QuestionsGenerateCommand implements Callable<Integer> {
  private static final String COMMAND = "whet questions generate";

  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "Questions that are to pass the checks, those for review not counted; otherwise as in"
              + " whetstone.yaml.")
  private @Nullable Integer count;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      description = "The longest that writing may take, as 90s, 20m or 2h.")
  private @Nullable String budget;

  @Option(
      names = "--kinds",
      split = ",",
      paramLabel = "KIND",
      description =
          "Kinds of questions: fact, how-to, symptom, keywords, plain; several with commas.")
  private @Nullable List<String> kinds;

  @Option(
      names = "--estimate",
      description = "Only say what it would take; the language model is asked nothing.")
  private boolean estimate;

  @Option(names = "--yes", description = "Do not ask before passages are sent to another machine.")
  private boolean yes;

  @Override
  public Integer call() {
    if (count != null && count < 1) {
      throw new Failure.BadInput("--count: " + count + " is not above 0");
    }
    Workspace workspace = options.workspace();
    Terminal terminal = options.terminal();
    try (var _ = options.lock(workspace, COMMAND)) {
      Workshop workshop = WorkspaceOptions.workshop(workspace, options.progress(COMMAND));
      StepOutcome<?> prepared = workshop.prepare();
      if (!prepared.upToDate()) {
        output.step(terminal, prepared);
      }
      var estimated = workshop.estimateGenerate(count, budget, kinds);
      if (estimate) {
        options.save(COMMAND);
        tell(terminal, estimated);
        return 0;
      }
      if (estimated.isPresent() && !agreed(terminal, estimated.get())) {
        terminal.say("nothing was sent");
        return 0;
      }
      var outcome = workshop.generate(count, budget, kinds);
      options.save(COMMAND);
      output.step(terminal, outcome);
      return 0;
    }
  }

  private void tell(
      Terminal terminal, Optional<StepOutcome<StepResult.WritingEstimated>> estimated) {
    if (estimated.isPresent()) {
      output.step(terminal, estimated.get());
    } else if (!output.json()) {
      terminal.line("nothing to write: the questions are up to date; --count asks for more");
    }
  }

  /// Tells the estimate, and asks on a terminal before passages leave this machine.
  private boolean agreed(Terminal terminal, StepOutcome<StepResult.WritingEstimated> estimated) {
    var result = Objects.requireNonNull(estimated.result());
    StepWords.lines(result).forEach(terminal::say);
    if (!result.remote() || yes || output.json() || !terminal.interactive()) {
      return true;
    }
    terminal.prompt("Send passages to " + result.writer() + "? [y/n] ");
    try (Keyboard keyboard = Keyboard.open(true)) {
      int key = keyboard.key();
      terminal.say("");
      return key == 'y' || key == 'Y';
    }
  }
}
