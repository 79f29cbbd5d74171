package dev.whetstone.cli;

import dev.whetstone.workshop.Workshop;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "embed",
    mixinStandardHelpOptions = true,
    description = "Embeds every passage with the serving model and writes the vectors as Parquet.",
    footer = {"", "Example:", "  whet embed"})
final class EmbedCommand implements Callable<Integer> {
  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Override
  public Integer call() {
    return options.write("whet embed", output, Workshop::embed);
  }
}
