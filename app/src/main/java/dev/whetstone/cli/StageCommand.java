package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Shell;
import dev.whetstone.store.Acl;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.workshop.stage.StagingElsewhere;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "stage",
    mixinStandardHelpOptions = true,
    description = {
      "Copies the documents of a folder or a bucket into the workspace.",
      "Run again, it copies what changed and removes what is gone.",
      "With --remove it takes out what was staged from there, also when that place is no more.",
      "With DEST it copies a folder's documents there instead: into a bucket or another folder,"
          + " where nothing is removed."
    },
    footer = {
      "",
      "Examples:",
      "  whet stage ~/docs",
      "  whet stage s3://bucket/raw/",
      "  whet stage ~/docs --remove",
      "  whet stage ./domain_docs oss://bucket/raw/ --acl private"
    })
final class StageCommand implements Callable<Integer> {
  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = {
        "The folder of documents.",
        "May be s3://bucket/prefix or oss://bucket/prefix."
      })
  private String source = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DEST",
      description =
          "A folder, s3://bucket/prefix or oss://bucket/prefix; by default the workspace.")
  private @Nullable String destination;

  @Option(
      names = "--acl",
      paramLabel = "ACL",
      description =
          "Who may read the objects at DEST: private, public-read, ...; by default what the bucket"
              + " says.")
  private @Nullable String acl;

  @Option(
      names = "--remove",
      description = "Takes out of the workspace what was staged from DIR; nothing in DIR changes.")
  private boolean remove;

  @Override
  public Integer call() {
    if (destination != null) {
      if (remove) {
        throw new Failure.BadInput(
            "--remove takes out of the workspace: name one place, as in `whet stage "
                + Shell.word(source)
                + " --remove`");
      }
      return elsewhere(destination);
    }
    if (acl != null) {
      throw new Failure.BadInput(
          "--acl is for a copy elsewhere: name where to, as in `whet stage "
              + Shell.word(source)
              + " oss://bucket/raw/ --acl "
              + Shell.word(acl)
              + "`");
    }
    return options.write(
        "whet stage",
        output,
        workshop -> remove ? workshop.unstage(source) : workshop.stage(source));
  }

  private int elsewhere(String there) {
    if (ObjectStores.isBucket(source)) {
      throw new Failure.BadInput(
          "from bucket to bucket is not copied: stage "
              + source
              + " into a workspace, or copy it with the tool of your cloud");
    }
    Terminal terminal = options.terminal();
    var result =
        StagingElsewhere.stage(
            ObjectStores.folder(source),
            there,
            acl == null ? Acl.DEFAULT : Acl.of(acl),
            terminal.progress());
    if (output.json()) {
      Output.line(terminal, result);
      return 0;
    }
    terminal.line(
        "stage      %,d documents copied to %s, %,d kB; %,d were there already",
        result.sent(), result.place(), result.bytes() / 1000, result.unchanged());
    StagingWords.skipped(result.skipped()).forEach(line -> terminal.line("           %s", line));
    terminal.line("Next, in a workspace: whet stage %s", Shell.word(result.place()));
    return 0;
  }
}
