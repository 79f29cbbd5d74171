package dev.whetstone.cli;

import dev.whetstone.core.Shell;
import dev.whetstone.workshop.Lifecycle;
import dev.whetstone.workshop.index.BulkExport;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Writes what the workspace holds in forms that other tools load.",
    subcommands = {ExportCommand.BulkCommand.class})
final class ExportCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    java.util.Objects.requireNonNull(spec).commandLine().usage(System.out);
  }

  @Command(
      name = "bulk",
      mixinStandardHelpOptions = true,
      description = {
        "Writes the vectors as NDJSON files for a cluster's _bulk.",
        "Each is below 95 MB. The mapping they need is written beside them, and the curl commands"
            + " that load them are printed."
      },
      footer = {"", "Example:", "  whet export bulk --index rag-index --engine elasticsearch"})
  static final class BulkCommand implements Callable<Integer> {
    @Mixin private final Place place = new Place();

    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description = "Where to write; by default exports/INDEX in the workspace.")
    private @Nullable Path folder;

    @Option(
        names = "--index",
        paramLabel = "INDEX",
        description = "What to load them into; by default ${DEFAULT-VALUE}.")
    private String index = "rag-index";

    @Option(
        names = "--engine",
        paramLabel = "ENGINE",
        description = "elasticsearch (default) or opensearch: whose mapping.")
    private String engine = "elasticsearch";

    @Override
    public Integer call() {
      Workspace workspace = place.workspace();
      Terminal terminal = place.terminal();
      Path into = folder == null ? workspace.folder().resolve("exports").resolve(index) : folder;
      var written =
          new Lifecycle(workspace, terminal.progress())
              .exportBulk(new BulkExport(into, index, engine, BulkExport.FILE_BYTES));
      terminal.line(
          "%,d passages in %d files (%,d kB) and %s, in %s. In that folder:",
          written.passages(),
          written.files().size(),
          written.bytes() / 1000,
          "mapping.json",
          written.folder());
      written.commands().forEach(command -> terminal.line("%s", command));
      terminal.line(
          "Or all of them: sh %s", Shell.word(written.folder().resolve("load.sh").toString()));
      return 0;
    }
  }
}
