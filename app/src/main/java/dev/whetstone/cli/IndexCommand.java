package dev.whetstone.cli;

import dev.whetstone.pipeline.Lifecycle;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "index",
    mixinStandardHelpOptions = true,
    description = "Loads the vectors into the search index, or goes back a generation.",
    footer = {"", "Examples:", "  whet index", "  whet index --rollback"})
final class IndexCommand implements Callable<Integer> {
  @Mixin private final Place place = new Place();

  @Option(names = "--rollback", description = "Serve the generation before the present one again.")
  private boolean rollback;

  @Override
  public Integer call() {
    return place.write("whet index", rollback ? Lifecycle::rollback : Lifecycle::index);
  }
}
