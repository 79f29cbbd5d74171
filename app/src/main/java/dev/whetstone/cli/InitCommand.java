package dev.whetstone.cli;

import dev.whetstone.core.Progress;
import dev.whetstone.core.Shell;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.workspace.SettingsFile;
import dev.whetstone.workspace.SharedWorkspace;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Makes a workspace: a folder with a commented whetstone.yaml.",
    footer = {
      "",
      "Examples:",
      "  whet init handbook && cd handbook && whet stage ~/docs && whet run",
      "  whet init s3://bucket/handbook --settings whetstone.yaml"
    })
final class InitCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = {
        "The folder, created if it does not exist; by default the current one.",
        "May be s3://bucket/prefix or oss://bucket/prefix."
      })
  private String folder = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Names the model, the index and the app.")
  private String name = "documents";

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description =
          "Take these settings instead of the commented ones; a workspace that is there gets them.")
  private @Nullable Path settings;

  @Override
  public Integer call() {
    if (ObjectStores.isBucket(folder)) {
      return inBucket();
    }
    Workspace workspace = make(ObjectStores.folder(folder).toAbsolutePath().normalize());
    System.out.println(
        "The workspace is "
            + workspace.folder()
            + "; its settings are in "
            + SettingsFile.NAME
            + ".\nNext: whet stage DIR --workspace "
            + Shell.word(workspace.folder().toString()));
    return 0;
  }

  private Workspace make(Path place) {
    return settings == null ? Workspace.create(place, name) : Workspace.configured(place, settings);
  }

  private int inBucket() {
    try (var shared = SharedWorkspace.at(folder)) {
      var workspace = shared.create(this::make, Progress.NONE);
      System.out.println(
          "The workspace is "
              + folder
              + ", and this machine's copy of it "
              + workspace.folder()
              + "; its settings are in "
              + SettingsFile.NAME
              + " there, and what you change is saved with the next step.\n"
              + "Next: whet stage DIR --workspace "
              + Shell.word(folder));
      return 0;
    }
  }
}
