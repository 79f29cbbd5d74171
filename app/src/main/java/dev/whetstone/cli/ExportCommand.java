package dev.whetstone.cli;

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
    @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

    @Mixin private final Output output = new Output();

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
      Workspace workspace = options.workspace();
      Terminal terminal = options.terminal();
      Path into = folder == null ? workspace.folder().resolve("exports").resolve(index) : folder;
      var export = BulkExport.of(workspace.settings(), into, index, engine, BulkExport.FILE_BYTES);
      var exported = WorkspaceOptions.workshop(workspace, terminal.progress()).exportBulk(export);
      if (output.json()) {
        output.step(terminal, exported);
      } else {
        StepWords.lines(exported).forEach(line -> terminal.line("%s", line));
      }
      return 0;
    }
  }
}
