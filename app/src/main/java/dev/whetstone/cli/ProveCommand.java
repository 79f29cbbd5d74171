package dev.whetstone.cli;

import static java.util.stream.Collectors.joining;

import dev.whetstone.bench.BaseComparison;
import dev.whetstone.bench.BaseQuestions;
import dev.whetstone.bench.BaseReport;
import dev.whetstone.bench.CollectionProof;
import dev.whetstone.bench.ProofOptions;
import dev.whetstone.bench.ProofReport;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import dev.whetstone.evaluate.Beir;
import dev.whetstone.store.Json;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.train.Recipe;
import dev.whetstone.train.TrainingLimits;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workshop.prove.ProofRankings;
import dev.whetstone.workspace.QuestionSettings;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "prove",
    mixinStandardHelpOptions = true,
    description = {
      "Proves the workspace's candidate on held-out questions; the gate lets it serve when its gain"
          + " is certain, also after `whet index rollback`.",
      "With DIR: sharpens and proves on a collection in BEIR layout (corpus.jsonl, queries.jsonl,"
          + " qrels/SPLIT.tsv), no workspace needed. What was embedded and trained is kept in the"
          + " user's cache and used again.",
      "With --bases: compares base models, on the workspace's held-out questions or on a"
          + " collection; nothing is trained, and the workspace stays as it is."
    },
    footer = {
      "",
      "Examples:",
      "  whet prove",
      "  whet prove --answers",
      "  whet prove --bases bge-small-en-v1.5,all-minilm-l6-v2",
      "  whet prove collections/scifact --budget 20m --json report.json",
      "  whet prove collections/scifact --split test,test_unseen",
      "  whet prove collections/scifact --labels none",
      "  whet prove collections/scifact --bases"
          + " bge-small-en-v1.5,all-minilm-l6-v2,bge-base-en-v1.5",
      "  whet prove collections/scifact --labels written --writer gguf:qwen2.5-1.5b.gguf",
      "  whet prove collections/scifact --labels written --written questions.jsonl",
      "  whet prove collections/scifact --recipe batch=128,remine=on",
      "  whet prove collections/scifact --reranker --rerank-budget 150ms",
      "  whet prove collections/scifact --reranker --from models/some-reranker"
    })
final class ProveCommand implements Callable<Integer> {
  @Mixin private final WorkspaceOptions workspaceOptions = new WorkspaceOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "A collection in BEIR layout.")
  private @Nullable Path collection;

  @Option(
      names = "--answers",
      description = {
        "Asks the workspace's app the held-out questions and reports how it answers: citations,"
            + " support, right answers, and what each threshold of declining would cost; compared"
            + " with its last run."
      })
  private boolean answers;

  @Option(
      names = "--labels",
      paramLabel = "train|written|none",
      description = {
        "What may be learnt from beside the documents: train judgements (by default where there are"
            + " some), or only questions that a language model wrote."
      })
  private @Nullable String labels;

  @Option(
      names = "--written",
      paramLabel = "FILE",
      description = {
        "Questions that a language model wrote, one JSON object a line with question and passage"
            + " (a document's id)."
      })
  private @Nullable Path written;

  @Option(
      names = "--writer",
      paramLabel = "gguf:FILE|ollama:MODEL|openai:MODEL@URL",
      description = {
        "A language model on this machine that writes questions about the documents first. They are"
            + " kept: further runs, also with other seeds, use them again."
      })
  private @Nullable String writer;

  @Option(
      names = "--questions",
      paramLabel = "N",
      description = "With --writer: questions that are to pass the checks, by default 500.")
  private @Nullable Integer questions;

  @Option(
      names = "--writing-budget",
      paramLabel = "TIME",
      description = "With --writer: the longest that writing may take; by default 20m.")
  private @Nullable String writingBudget;

  @Option(
      names = "--recipe",
      paramLabel = "KEY=VALUE,…",
      description = {
        "How to train, to compare recipes; what is not named is as usual.",
        "plain: batches of 32, no guide, no safeguards, one training",
        "batch=N, negatives=N, seeds=N, decay=F (of the rate, layer by layer), remine=on|off:"
            + " auto for what the plan says",
        "guide=F|off: margin of the mask of false negatives, of the positive's similarity",
        "matryoshka=N/N/…: dimensions that are trained, too",
        "distill=on|off: learn from a reranker, too, that is trained first on the same questions",
        "safeguards=on|off: of written questions, and of documents alone"
      })
  private String recipe = "";

  @Option(
      names = "--base",
      paramLabel = "NAME",
      description =
          "The base model, by name or folder; by default that of the collection's language.")
  private @Nullable String base;

  @Option(
      names = "--bases",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Compare these base models on the workspace's held-out questions, or with DIR on those of a"
            + " split; train nothing, and recommend the smallest that is not proven worse than the"
            + " best."
      })
  private List<String> bases = List.of();

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      split = ",",
      description = "The splits to score, by default test.")
  private List<String> splits = List.of("test");

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      description =
          "The longest that training and choosing may take, as 90s, 20m or 2h; by default 20m.")
  private String budget = "20m";

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description =
          "The most memory that training may take, as 6 GB; by default half of the machine's."
              + " With less it goes in smaller parts, more slowly.")
  private @Nullable String memory;

  @Option(names = "--seed", paramLabel = "N", description = "By default 1.")
  private long seed = 1;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Score the first N questions in the order of the SHA-1 of their ids; by default all.")
  private int limit;

  @Option(
      names = "--reranker",
      description =
          "Also train a reranker on the train judgements and prove it over the sharpened hybrid;"
              + " it may take the same time again.")
  private boolean reranker;

  @Option(
      names = "--from",
      paramLabel = "NAME",
      description =
          "With --reranker, or as the teacher with --recipe distill=on: the reranker to begin with,"
              + " by the name of an added one (`whet models`) or a folder in Hugging Face layout;"
              + " otherwise the model becomes one.")
  private @Nullable String from;

  @Option(
      names = "--rerank-budget",
      paramLabel = "TIME",
      description =
          "With --reranker: the longest that reordering may take a question, as 50ms or 1s; by"
              + " default 150ms.")
  private @Nullable String rerankBudget;

  @Option(
      names = "--no-guard",
      description =
          "Do not measure what the candidate forgets of general questions (about 10 s a language).")
  private boolean noGuard;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      arity = "0..1",
      fallbackValue = "",
      description = {
        "The result as JSON on standard output.",
        "With DIR or --bases, and FILE: one JSON object a split there, beside the tables."
      })
  private @Nullable String json;

  @Override
  public Integer call() {
    if (collection == null && !bases.isEmpty()) {
      return compareBasesOfWorkspace();
    }
    if (collection == null) {
      refuseOptionsOfACollection();
      if (answers) {
        return workspaceOptions.write(
            "whet prove --answers", new Output(json != null), Workshop::proveAnswers);
      }
      return workspaceOptions.write("whet prove", new Output(json != null), Workshop::prove);
    }
    if (answers) {
      throw new Failure.BadInput("--answers is about a workspace's app: leave DIR out");
    }
    Terminal terminal = workspaceOptions.terminal();
    Path folder = collection.toAbsolutePath().normalize();
    Path cache = cache(folder);
    if (!bases.isEmpty()) {
      return compareBases(terminal, folder, cache);
    }
    var options =
        new ProofOptions(
            folder,
            new ProofOptions.ModelTraining(
                labels == null ? null : ProofOptions.Labels.of(labels),
                base,
                written,
                writer(),
                recipe.isEmpty() ? Recipe.STANDARD : Recipe.parse(recipe),
                TrainingLimits.of(
                    Settings.duration("--budget", budget),
                    memory == null ? 0 : Settings.bytes("--memory", memory)),
                seed),
            splits,
            limit,
            json == null || json.isEmpty() ? null : Path.of(json),
            cache,
            !noGuard,
            new ProofOptions.Reranking(
                reranker,
                from == null ? null : NamedReranker.folder(from, MavenArtifact.defaultCache()),
                rerankBudget == null
                    ? Settings.DEFAULTS.rerank().time()
                    : Settings.Rerank.time("--rerank-budget", rerankBudget)));
    boolean taught = options.training().recipe().distils();
    if (((from != null && !taught) || rerankBudget != null) && !reranker) {
      throw new Failure.BadInput(
          (rerankBudget == null ? "--from" : "--rerank-budget")
              + " is about a reranker: add --reranker, or leave it out");
    }
    Beir.open(folder); // before anything is made in the cache
    try (var _ = WorkspaceLock.take(cache, "whet prove " + collection)) {
      CollectionProof.run(options, terminal.progress(), report -> print(terminal, report));
    }
    return 0;
  }

  /// Compares bases on the workspace's own passages and questions. It only reads them: what is
  /// embedded is kept in the user's cache, and no lock but the cache's is needed.
  private int compareBasesOfWorkspace() {
    refuseTraining();
    refuse(
        List.of("--answers", "--split", "--limit", "--seed"),
        option ->
            "--bases without DIR asks all held-out questions of the workspace, so "
                + option
                + " does not go with it");
    Terminal terminal = workspaceOptions.terminal();
    Workspace workspace = workspaceOptions.workspace();
    var questions =
        BaseQuestions.of(
            workspace, WorkspaceOptions.workshop(workspace, terminal.progress()).passages());
    if (questions.scored().size() == 0) {
      throw new Failure.BadInput(
          "there are no held-out questions to compare base models on. "
              + ProofWords.questionsNeeded());
    }
    Path cache = cache(workspace.folder());
    try (var _ = WorkspaceLock.take(cache, "whet prove --bases")) {
      var comparison =
          new BaseComparison(
              bases, cache, workspace.settings().train().seed(), terminal.progress());
      BaseReport report = comparison.compare(questions);
      print(terminal, report, BaseTable.linesOfWorkspace(report));
      write(List.of(report));
    }
    return 0;
  }

  private int compareBases(Terminal terminal, Path folder, Path cache) {
    refuseTraining();
    Beir opened = Beir.open(folder); // before anything is made in the cache
    var reports = new ArrayList<BaseReport>();
    try (var _ = WorkspaceLock.take(cache, "whet prove " + collection)) {
      var comparison = new BaseComparison(bases, cache, seed, terminal.progress());
      for (String split : splits) {
        BaseReport report = comparison.compare(BaseQuestions.of(opened, split, limit));
        reports.add(report);
        print(terminal, report, BaseTable.lines(report));
      }
    }
    write(reports);
    return 0;
  }

  private void refuseTraining() {
    refuse(
        List.of(
            "--labels",
            "--written",
            "--writer",
            "--questions",
            "--writing-budget",
            "--recipe",
            "--base",
            "--budget",
            "--memory",
            "--reranker",
            "--from",
            "--rerank-budget",
            "--no-guard"),
        option -> "--bases trains nothing, so " + option + " does not go with it");
  }

  private void print(Terminal terminal, BaseReport report, List<String> words) {
    if (json != null && json.isEmpty()) {
      Output.line(terminal, report);
    } else {
      words.forEach(terminal::text);
    }
  }

  private void write(List<BaseReport> reports) {
    if (json != null && !json.isEmpty()) {
      WholeFile.write(
          Path.of(json), reports.stream().map(r -> Json.line(r) + "\n").collect(joining()));
    }
  }

  private void refuse(List<String> options, UnaryOperator<String> words) {
    for (String option : options) {
      if (command.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new Failure.BadInput(words.apply(option));
      }
    }
  }

  /// Where what is made of a collection, or compared on a workspace, is kept between runs.
  static Path cache(Path place) {
    String folder = place.toAbsolutePath().normalize().toString();
    return MavenArtifact.defaultCache().resolve("proofs").resolve(Sha256.id(folder));
  }

  private @Nullable QuestionSettings writer() {
    if (writer != null) {
      return QuestionSettings.of(
          QuestionSettings.Writer.named(writer, null), questions, writingBudget, null);
    }
    if (questions != null || writingBudget != null) {
      throw new Failure.BadInput("--questions and --writing-budget go with --writer");
    }
    return null;
  }

  /// They would be ignored: a workspace is proven on its own held-out questions.
  private void refuseOptionsOfACollection() {
    for (String option :
        List.of(
            "--labels",
            "--written",
            "--writer",
            "--questions",
            "--writing-budget",
            "--recipe",
            "--base",
            "--split",
            "--budget",
            "--memory",
            "--seed",
            "--limit",
            "--reranker",
            "--from",
            "--rerank-budget",
            "--no-guard",
            "--json")) {
      boolean file = !option.equals("--json") || (json != null && !json.isEmpty());
      if (file && command.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new Failure.BadInput(
            option
                + " goes with a collection: `whet prove DIR "
                + option
                + " …`. Without DIR the workspace's candidate is proven, by the settings of its"
                + " whetstone.yaml");
      }
    }
  }

  private void print(Terminal terminal, ProofReport report) {
    if (json != null && json.isEmpty()) {
      terminal.text(report.json());
    } else {
      show(terminal, report);
    }
  }

  private static void show(Terminal terminal, ProofReport report) {
    var comparison = report.comparison();
    terminal.line(
        "%s, %s: %d questions, base %s, labels %s",
        report.collection(), report.split(), comparison.queries(), report.base(), report.labels());
    terminal.text(
        Tables.proof(
            comparison.metrics(),
            comparison.gain(ProofRankings.DENSE),
            comparison.gain(ProofRankings.HYBRID),
            report.reranker()));
    comparison
        .gains()
        .forEach(
            (name, gain) -> {
              String[] parts = name.split("_", 2);
              if (parts.length == 2 && parts[1].matches("\\d+")) {
                terminal.line(
                    "%s in %s dimensions: %s", parts[0], parts[1], RerankerWords.gain(gain));
              }
            });
    terminal.line("The gate: %s", report.verdict().reason());
    terminal.line("The guard: %s", report.guard().words());
    if (report.reranker() != null) {
      RerankerWords.lines(report.reranker()).forEach(line -> terminal.line("%s", line));
    }
    var training = report.training();
    terminal.line(
        "trained on %,d pairs in %.0f s (%.1f pairs/s, %s); dense weight %.2f base, %.2f sharpened;"
            + " %.0f %% of the trained weights; %.0f s in all",
        training.pairs(),
        training.seconds(),
        training.pairsPerSecond(),
        training.precision(),
        report.weights().hybridBase(),
        report.weights().hybridTuned(),
        100 * report.weights().interpolation(),
        report.seconds());
    training.choices().forEach(one -> terminal.line("%s", one));
  }
}
