package dev.whetstone.cli;

import dev.whetstone.pipeline.SettingsFile;
import dev.whetstone.pipeline.Workspace;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Makes a workspace: a folder with a commented whetstone.yaml.",
    footer = {
      "",
      "Example:",
      "  whet init handbook && cd handbook && whet stage ~/docs && whet run"
    })
final class InitCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "The folder, made where it is not there; by default the current one.")
  private Path folder = Path.of("");

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Names the model, the index and the app.")
  private String name = "documents";

  @Override
  public Integer call() {
    var workspace = Workspace.create(folder.toAbsolutePath().normalize(), name);
    System.out.println(
        "The workspace is "
            + workspace.folder()
            + "; its settings are in "
            + SettingsFile.NAME
            + ".\nNext: whet stage DIR --workspace "
            + workspace.folder());
    return 0;
  }
}
