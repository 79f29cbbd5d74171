package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.index.AdoptedFields;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workshop.index.IndexOptions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "index",
    mixinStandardHelpOptions = true,
    description = {
      "Brings the search index to the workspace's passages.",
      "In the same space only what differs is written; for a new model a generation is built beside"
          + " the one that serves, checked, and takes its place in one operation."
    },
    subcommands = {IndexCommand.RollbackCommand.class, IndexCommand.AdoptCommand.class},
    footer = {
      "",
      "Examples:",
      "  whet index",
      "  whet index --engine elasticsearch",
      "  whet index --list",
      "  whet index rollback"
    })
final class IndexCommand implements Callable<Integer> {
  @Mixin private final WorkspaceOptions workspaceOptions = new WorkspaceOptions();

  @Mixin private final OfEngine engine = new OfEngine();

  @Mixin private final Output output = new Output();

  @Option(
      names = "--fresh",
      description = "Build a new generation, though the present one could be updated.")
  private boolean fresh;

  @Option(
      names = "--no-promote",
      description =
          "Build and check a new generation and leave it beside; `whet index` lets it serve.")
  private boolean beside;

  @Option(
      names = "--force",
      description =
          "Let a generation serve whose search misses more than a twentieth of the nearest.")
  private boolean force;

  @Option(names = "--list", description = "Show the generations, and which one serves.")
  private boolean list;

  @Option(names = "--rollback", description = "Serve the generation before the present one again.")
  private boolean rollback;

  @Override
  public Integer call() {
    if (list) {
      return list();
    }
    if (rollback) {
      return workspaceOptions.write(
          "whet index rollback", output, steps -> steps.rollback(engine.name()));
    }
    var options = new IndexOptions(engine.name(), fresh, force, !beside);
    return workspaceOptions.write("whet index", output, steps -> steps.index(options));
  }

  private int list() {
    Terminal terminal = workspaceOptions.terminal();
    var listed =
        WorkspaceOptions.workshop(workspaceOptions.workspace(), terminal.progress())
            .generations(engine.name());
    if (output.json()) {
      output.step(terminal, listed);
    } else {
      StepWords.lines(listed).forEach(line -> terminal.line("%s", line));
    }
    return 0;
  }

  @Command(
      name = "rollback",
      mixinStandardHelpOptions = true,
      description = {
        "Serves the generation before the present one again.",
        "Where another model made it, that one serves again, too, with the reranker that was proven"
            + " beside it, so that `whet run` stays there; going back needs no proof."
      },
      footer = {
        "",
        "Examples:",
        "  whet index rollback",
        "  whet index rollback --model",
        "  whet index rollback --reranker",
        "  whet index rollback --engine opensearch"
      })
  static final class RollbackCommand implements Callable<Integer> {
    @Mixin private final WorkspaceOptions workspaceOptions = new WorkspaceOptions();

    @Mixin private final OfEngine engine = new OfEngine();

    @Mixin private final Output output = new Output();

    @Option(
        names = "--model",
        description =
            "Let the model that served before serve again, and the last generation that it made.")
    private boolean model;

    @Option(
        names = "--reranker",
        description =
            "Let the reranker that served before with this model serve again, or none where it was"
                + " the first; index and model stay.")
    private boolean reranker;

    @Override
    public Integer call() {
      if (reranker && (model || engine.name() != null)) {
        throw new Failure.BadInput(
            "--reranker goes back with the reranker alone: leave --model and --engine out");
      }
      if (reranker) {
        return workspaceOptions.write(
            "whet index rollback --reranker", output, Workshop::rollBackReranker);
      }
      if (model && engine.name() != null) {
        throw new Failure.BadInput(
            "--model goes with the index of the settings: leave --engine out");
      }
      if (model) {
        return workspaceOptions.write(
            "whet index rollback --model", output, Workshop::rollBackModel);
      }
      return workspaceOptions.write(
          "whet index rollback", output, steps -> steps.rollback(engine.name()));
    }
  }

  @Command(
      name = "adopt",
      mixinStandardHelpOptions = true,
      description = {
        "Takes in an index that others made, so that apps may search it.",
        "Its vectors are compared with those the serving model makes of its texts. Nothing is"
            + " written into it."
      },
      footer = {"", "Example:", "  whet index adopt rag-index --engine elasticsearch"})
  static final class AdoptCommand implements Callable<Integer> {
    @Mixin private final WorkspaceOptions workspaceOptions = new WorkspaceOptions();

    @Mixin private final OfEngine engine = new OfEngine();

    @Mixin private final Output output = new Output();

    @Parameters(paramLabel = "INDEX", description = "Its name in the cluster.")
    private String index = "";

    @Option(
        names = "--vector-field",
        paramLabel = "FIELD",
        description = "By default ${DEFAULT-VALUE}.")
    private String vector = AdoptedFields.WORKFLOW.vector();

    @Option(
        names = "--text-field",
        paramLabel = "FIELD",
        description = "The text as it was embedded; by default ${DEFAULT-VALUE}.")
    private String text = AdoptedFields.WORKFLOW.text();

    @Option(
        names = "--document-field",
        paramLabel = "FIELD",
        description = "Names a passage's document; by default each is one of its own.")
    private @Nullable String document;

    @Override
    public Integer call() {
      var fields = new AdoptedFields(vector, text, document);
      return workspaceOptions.write(
          "whet index adopt", output, steps -> steps.adopt(engine.name(), index, fields));
    }
  }

  /// Which engine's index is meant.
  static final class OfEngine {
    @Option(
        names = "--engine",
        paramLabel = "ENGINE",
        description = "lucene, elasticsearch or opensearch; by default that of the settings.")
    private @Nullable String engine;

    @Nullable String name() {
      return engine;
    }
  }
}
