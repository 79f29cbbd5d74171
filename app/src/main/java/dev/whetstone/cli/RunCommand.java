package dev.whetstone.cli;

import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepPlan;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workspace.Workspace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Does every step that is not up to date: stage again, prepare, generate (where"
          + " questions.writer is set), train, reranker (where there are 300 questions or"
          + " rerank.base is set), prove, embed, index, app.",
      "Before it works it says which steps that concerns, which of their inputs changed, and how"
          + " long they took last time."
    },
    footer = {
      "",
      "Examples:",
      "  whet run --workspace handbook",
      "  whet run --plan",
      "  whet run --json"
    })
final class RunCommand implements Callable<Integer> {
  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Option(
      names = "--plan",
      description =
          "Only say what is to be done and why, without looking whether the staged folders have"
              + " changed; nothing is changed.")
  private boolean plan;

  @Override
  public Integer call() {
    Workspace workspace = options.workspace();
    Terminal terminal = options.terminal();
    if (plan) {
      print(terminal, StepPlan.of(workspace));
      return 0;
    }
    try (var _ = options.lock(workspace, "whet run")) {
      boolean worked =
          WorkspaceOptions.workshop(workspace, options.progress("whet run"))
              .run(listener(terminal));
      options.save("whet run");
      if (!worked && !output.json()) {
        terminal.line("Everything is up to date.");
      }
      return 0;
    }
  }

  private void print(Terminal terminal, StepPlan plan) {
    if (output.json()) {
      output.plan(terminal, plan);
    } else if (plan.upToDate()) {
      terminal.line("Everything is up to date.");
    } else {
      PlanWords.lines(plan).forEach(line -> terminal.line("%s", line));
    }
  }

  private Workshop.RunListener listener(Terminal terminal) {
    return new Workshop.RunListener() {
      @Override
      public void planned(StepPlan plan) {
        output.plan(terminal, plan);
      }

      @Override
      public void estimated(StepOutcome<StepResult.WritingEstimated> outcome) {
        StepWords.lines(outcome).forEach(terminal::say);
      }

      @Override
      public void ended(StepOutcome<?> outcome) {
        options.save("whet run, " + outcome.step());
        output.step(terminal, outcome);
      }
    };
  }
}
