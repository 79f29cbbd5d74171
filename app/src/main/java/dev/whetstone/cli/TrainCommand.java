package dev.whetstone.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "Makes training pairs and sharpens the model on them.",
    footer = {"", "Example:", "  whet train --budget 10m"})
final class TrainCommand implements Callable<Integer> {
  @Mixin private final Place place = new Place();

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      description =
          "The longest that training may take, as 90s, 10m or 2h; otherwise as in whetstone.yaml.")
  private @Nullable String budget;

  @Option(
      names = "--again",
      description = "Train even when the last model has seen most of the passages.")
  private boolean again;

  @Override
  public Integer call() {
    return place.write("whet train", lifecycle -> lifecycle.train(budget, again));
  }
}
