package dev.whetstone.cli;

import dev.whetstone.workshop.Workshop;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    description = "Parses the staged documents and splits them into passages.",
    footer = {"", "Example:", "  whet prepare"})
final class PrepareCommand implements Callable<Integer> {
  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Override
  public Integer call() {
    return options.write("whet prepare", output, Workshop::prepare);
  }
}
