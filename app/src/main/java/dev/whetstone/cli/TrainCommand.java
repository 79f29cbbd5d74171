package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.TrainingElsewhere;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Makes training pairs and sharpens the model on them, here or on PAI.",
      "With --reranker: makes a reranker of the question log instead, for what the sharpened model"
          + " finds; `whet prove` proves it."
    },
    footer = {
      "",
      "Examples:",
      "  whet train --budget 10m",
      "  whet train --reranker --budget 20m",
      "  whet train --reranker --from bge-reranker-base",
      "  whet train --on pai --region cn-hangzhou --job-name custom-emb \\",
      "    --oss-input oss://BUCKET/raw/ --oss-output oss://BUCKET/models/ \\",
      "    --framework pytorch --image IMAGE --instance-type ecs.g8i.2xlarge",
      "  whet train --on pai --region cn-hangzhou --attach JOB"
    })
final class TrainCommand implements Callable<Integer> {
  enum Where {
    LOCAL,
    PAI
  }

  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

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

  @Option(
      names = "--reranker",
      description =
          "Make a reranker of at least 300 questions (or of the one that --from or rerank.base"
              + " names), instead of a model.")
  private boolean reranker;

  @Option(
      names = "--from",
      paramLabel = "NAME",
      description = {
        "With --reranker: the reranker to begin with, by the name of an added one (`whet models`)"
            + " or a folder in Hugging Face layout; otherwise as in whetstone.yaml, or else the"
            + " sharpened model becomes one.",
        "For this command alone: name it as rerank.base in whetstone.yaml for `whet run`, too."
      })
  private @Nullable String from;

  @Option(
      names = "--on",
      paramLabel = "local|pai",
      description = "Where: on this machine (default), or as a job of Alibaba Cloud's PAI.")
  private Where where = Where.LOCAL;

  @ArgGroup(validate = false, heading = "%nWith --on pai:%n")
  private final PaiOptions pai = new PaiOptions();

  @Option(names = "--job", paramLabel = "DIR", hidden = true)
  private @Nullable Path job;

  @Option(names = "--raw", paramLabel = "DIR", hidden = true)
  private @Nullable Path raw;

  PaiOptions pai() {
    return pai;
  }

  @Override
  public Integer call() {
    if (job != null) {
      return inJob(job);
    }
    if (from != null && !reranker) {
      throw new Failure.BadInput("--from goes with --reranker: `whet train --reranker --from ...`");
    }
    if (reranker) {
      return reranker();
    }
    if (where == Where.PAI) {
      Workspace workspace = options.workspace();
      return new PaiTraining(workspace, elsewhere(), options.terminal(), output, pai)
          .run(budget, again);
    }
    if (pai.given()) {
      throw new Failure.BadInput("an option of PAI was given without --on pai");
    }
    return options.write("whet train", output, workshop -> workshop.train(budget, again));
  }

  private int reranker() {
    if (where == Where.PAI || pai.given()) {
      throw new Failure.BadInput("a reranker is trained on this machine: leave out --on pai");
    }
    @Nullable Path begin =
        from == null ? null : NamedReranker.folder(from, MavenArtifact.defaultCache());
    return options.write(
        "whet train --reranker", output, workshop -> workshop.reranker(begin, budget, again));
  }

  private PaiTraining.Elsewhere elsewhere() {
    return new PaiTraining.Elsewhere() {
      @Override
      public void refresh() {
        options.refresh();
      }

      @Override
      public void save() {
        options.save("whet train --on pai");
      }
    };
  }

  /// What a job runs in its container.
  private int inJob(Path folder) {
    Terminal terminal = options.terminal();
    try {
      Path work = Files.createTempDirectory("whet-job-");
      try {
        output.step(
            terminal,
            TrainingElsewhere.run(
                folder.resolve("order"), raw, folder.resolve("result"), work, terminal.progress()));
        return 0;
      } finally {
        WholeFile.delete(work);
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("no room for temporary files: " + e.getMessage(), e);
    }
  }
}
