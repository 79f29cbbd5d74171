package dev.whetstone.cli;

import dev.whetstone.workshop.Lifecycle;
import dev.whetstone.workspace.Workspace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Does every step that is not up to date: stage again, prepare, train, prove, embed, index,"
          + " app."
    },
    footer = {"", "Example:", "  whet run --workspace handbook"})
final class RunCommand implements Callable<Integer> {
  @Mixin private final Place place = new Place();

  @Override
  public Integer call() {
    Workspace workspace = place.workspace();
    Terminal terminal = place.terminal();
    try (var _ = place.lock(workspace, "whet run")) {
      boolean worked =
          new Lifecycle(workspace, place.progress("whet run"))
              .run(
                  step -> {
                    place.save("whet run, " + step.step());
                    terminal.step(step);
                  });
      place.save("whet run");
      if (!worked) {
        terminal.line("Everything is up to date.");
      }
      return 0;
    }
  }
}
