package dev.whetstone.cli;

import dev.whetstone.workshop.Lifecycle;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    description = "Parses the staged documents and splits them into passages.",
    footer = {"", "Example:", "  whet prepare"})
final class PrepareCommand implements Callable<Integer> {
  @Mixin private final Place place = new Place();

  @Override
  public Integer call() {
    return place.write("whet prepare", Lifecycle::prepare);
  }
}
