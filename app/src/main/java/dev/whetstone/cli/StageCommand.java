package dev.whetstone.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "stage",
    mixinStandardHelpOptions = true,
    description = {
      "Copies a folder of documents into the workspace.",
      "Run again, it copies what changed and removes what is gone."
    },
    footer = {"", "Example:", "  whet stage ~/docs"})
final class StageCommand implements Callable<Integer> {
  @Mixin private final Place place = new Place();

  @Parameters(paramLabel = "DIR", description = "The folder of documents.")
  private Path source = Path.of("");

  @Override
  public Integer call() {
    return place.write("whet stage", lifecycle -> lifecycle.stage(source));
  }
}
