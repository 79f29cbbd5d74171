package dev.whetstone.cli;

import dev.whetstone.bench.CollectionQuestions;
import dev.whetstone.core.Failure;
import dev.whetstone.evaluate.Beir;
import dev.whetstone.questions.WriterResult;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workshop.questions.WritingResult;
import dev.whetstone.workshop.train.Training;
import dev.whetstone.workspace.QuestionSettings;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = {
      "A language model writes questions about the documents: they train the model and choose its"
          + " settings, and some wait for your review.",
      "The model is named by questions.writer in whetstone.yaml: a GGUF file, or a server. Passages"
          + " go to no other server. Replies are cached: a run that was stopped goes on."
    },
    footer = {
      "",
      "Examples:",
      "  whet questions generate --estimate",
      "  whet questions generate --count 1000 --budget 1h",
      "  whet questions generate --kinds fact,how-to",
      "About a collection in BEIR layout, without a workspace:",
      "  whet questions generate --collection collections/scifact --writer gguf:qwen2.5-1.5b.gguf"
          + " --out questions.jsonl"
    })
final class QuestionsGenerateCommand implements Callable<Integer> {
  private static final String COMMAND = "whet questions generate";

  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "Questions that are to pass the checks, those for review not counted; otherwise as in"
              + " whetstone.yaml.")
  private @Nullable Integer count;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      description = "The longest that writing may take, as 90s, 20m or 2h.")
  private @Nullable String budget;

  @Option(
      names = "--kinds",
      split = ",",
      paramLabel = "KIND",
      description =
          "Kinds of questions: fact, how-to, symptom, keywords, plain; several with commas.")
  private @Nullable List<String> kinds;

  @Option(
      names = "--estimate",
      description = "Only say what it would take; the language model is asked nothing.")
  private boolean estimate;

  @Option(names = "--yes", description = "Do not ask before passages are sent to another machine.")
  private boolean yes;

  @Option(
      names = "--collection",
      paramLabel = "DIR",
      description =
          "Write about the documents of this collection (its corpus.jsonl) instead of a"
              + " workspace's, for `whet prove DIR --written`.")
  private @Nullable Path collection;

  @Option(
      names = "--writer",
      paramLabel = "gguf:FILE|ollama:MODEL|openai:MODEL@URL",
      description = "With --collection: the language model, on this machine.")
  private @Nullable String writer;

  @Option(
      names = "--concurrent",
      paramLabel = "N",
      description = "With --collection: replies at once, by default 4 of a server, 32 of a file.")
  private @Nullable Integer concurrent;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "With --collection: where the questions go, one JSON object a line.")
  private @Nullable Path out;

  @Override
  public Integer call() {
    if (count != null && count < 1) {
      throw new Failure.BadInput("--count: " + count + " is not above 0");
    }
    if (collection != null) {
      return ofCollection(collection);
    }
    if (writer != null || out != null || concurrent != null) {
      throw new Failure.BadInput(
          "--writer, --concurrent and --out go with --collection; in a workspace the settings name"
              + " the writer, as questions.writer");
    }
    Workspace workspace = options.workspace();
    Terminal terminal = options.terminal();
    try (var _ = options.lock(workspace, COMMAND)) {
      Workshop workshop = WorkspaceOptions.workshop(workspace, options.progress(COMMAND));
      StepOutcome<?> prepared = workshop.prepare();
      if (!prepared.upToDate()) {
        output.step(terminal, prepared);
      }
      int passages = workshop.passages().size();
      if (passages < Training.FEWEST_PASSAGES) {
        terminal.say(
            "%d passages are too few to train on (at least %d): what is written now can only be reviewed"
                .formatted(passages, Training.FEWEST_PASSAGES));
      }
      var estimated = workshop.estimateGenerate(count, budget, kinds);
      if (estimate) {
        options.save(COMMAND);
        tell(terminal, estimated);
        return 0;
      }
      if (estimated.isPresent()
          && !SendDialog.agreed(
              Objects.requireNonNull(estimated.get().result()),
              yes,
              terminal,
              () -> Keyboard.open(true))) {
        terminal.say("nothing was sent");
        return 0;
      }
      var outcome = workshop.generate(count, budget, kinds);
      options.save(COMMAND);
      output.step(terminal, outcome);
      return 0;
    }
  }

  /// What came of writing about a collection, as JSON.
  private record CollectionResult(
      Path file,
      int passages,
      int written,
      int kept,
      WritingResult.Refused refused,
      double headroom,
      WritingResult.Spent spent,
      WriterResult.End end) {
    static CollectionResult of(WriterResult result, Path file) {
      return new CollectionResult(
          file,
          result.passages(),
          result.questions().size(),
          result.kept().size(),
          new WritingResult.Refused(
              WritingResult.passedOver(result), WritingResult.refused(result)),
          result.headroom(),
          WritingResult.Spent.of(result.spent()),
          result.end());
    }
  }

  /// Writes about a collection's documents.
  private int ofCollection(Path folder) {
    if (writer == null || out == null) {
      throw new Failure.BadInput(
          "--collection needs --writer, for example gguf:model.gguf, and --out, the file for the"
              + " questions");
    }
    if (estimate) {
      throw new Failure.BadInput("--estimate does not go with --collection");
    }
    var settings =
        QuestionSettings.of(
            QuestionSettings.Writer.named(writer, concurrent),
            count,
            budget,
            QuestionSettings.kinds("--kinds", kinds));
    Beir.documents(folder); // before anything is made in the cache
    Path cache = ProveCommand.cache(folder);
    Terminal terminal = options.terminal();
    try (var _ = WorkspaceLock.take(cache, COMMAND + " --collection " + folder)) {
      WriterResult result =
          new CollectionQuestions(settings, 1, cache, terminal.progress()).write(folder, null, out);
      if (output.json()) {
        Output.line(terminal, CollectionResult.of(result, out));
      } else {
        QuestionWords.ofCollection(result, out).forEach(line -> terminal.line("%s", line));
      }
    }
    return 0;
  }

  private void tell(
      Terminal terminal, Optional<StepOutcome<StepResult.WritingEstimated>> estimated) {
    if (estimated.isPresent()) {
      output.step(terminal, estimated.get());
    } else if (!output.json()) {
      terminal.line("nothing to write: the questions are up to date; --count asks for more");
    }
  }
}
