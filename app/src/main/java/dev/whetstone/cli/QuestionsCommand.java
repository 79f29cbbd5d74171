package dev.whetstone.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "questions",
    mixinStandardHelpOptions = true,
    description =
        "The questions people ask train, choose and prove the model; those that a language model"
            + " writes train and choose.",
    footer = {
      "",
      "Examples:",
      "  whet questions import questions.csv",
      "Without a question log:",
      "  whet questions generate && whet questions review"
    },
    subcommands = {
      QuestionsCommand.Import.class,
      QuestionsGenerateCommand.class,
      QuestionsReviewCommand.class,
      QuestionsWriteCommand.class,
      QuestionsListCommand.class,
      QuestionsShowCommand.class,
      QuestionsForgetCommand.class
    })
final class QuestionsCommand implements Runnable {
  @picocli.CommandLine.Spec private picocli.CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public void run() {
    java.util.Objects.requireNonNull(spec).commandLine().usage(System.out);
  }

  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = {
        "Imports a question log: CSV with a header (commas, semicolons or tabs), JSON lines, or a"
            + " JSON array.",
        "Columns: question, document, and phrase (words of the passage that answers; case, white"
            + " space, quotes and dashes may differ) or page;",
        "id is optional, and other columns are not used. In JSON, \"answers\": [] says that the"
            + " documents hold no answer: such questions teach when to decline.",
        "About half of the questions train and choose; the rest is held out for the proof. The"
            + " questions about a document and its copies stay together."
      },
      footer = {"", "Example:", "  whet questions import log.csv"})
  static final class Import implements Callable<Integer> {
    @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

    @Mixin private final Output output = new Output();

    @Parameters(paramLabel = "FILE", description = "A .csv, .tsv, .jsonl or .json file.")
    private Path file = Path.of("");

    @Option(
        names = "--replace",
        description = "Forget the questions imported before; reviewed and typed ones stay.")
    private boolean replace;

    @Override
    public Integer call() {
      return options.write(
          "whet questions import", output, workshop -> workshop.questions(file, replace));
    }
  }
}
