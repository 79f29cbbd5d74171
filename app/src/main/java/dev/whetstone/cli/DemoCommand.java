package dev.whetstone.cli;

import dev.whetstone.bench.Demo;
import dev.whetstone.core.Shell;
import dev.whetstone.guard.GuardReport;
import dev.whetstone.store.WorkspaceLock;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepPlan;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Runs all steps on real documents: Apache Camel's manual and hand-written questions.",
      "Maven brings the manual, whose licence is Apache-2.0.",
      "Run again, it continues where it stopped, or says that there is nothing to do."
    },
    footer = {
      "",
      "Examples:",
      "  whet demo",
      "  whet demo --full --workspace /tmp/camel",
      "  whet demo --documents /tmp/camel"
    })
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = {"-w", "--workspace"},
      paramLabel = "DIR",
      description = "Default: demo-workspace in the current folder.")
  private Path folder = Path.of("demo-workspace");

  @Option(
      names = "--full",
      description = "All 446 documents instead of 102: takes several times as long.")
  private boolean full;

  @Option(
      names = "--documents",
      paramLabel = "DIR",
      description =
          "Only write the documents (DIR/documents) and the questions (DIR/questions.jsonl), to"
              + " run the steps one by one.")
  private @Nullable Path documents;

  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  @Mixin private final Output output = new Output();

  /// What the demo came to.
  private record Result(Proof.Report proof, Demo.HeldOutResults asked) {}

  @Override
  public Integer call() {
    var terminal = new Terminal(System.out, System.err, quiet);
    if (documents != null) {
      Demo.write(documents, full);
      terminal.line("The demo's documents and questions.jsonl are in %s.", documents);
      return 0;
    }
    Workspace workspace = Demo.workspace(folder);
    long began = System.nanoTime();
    try (var _ = WorkspaceLock.take(workspace.folder(), "whet demo")) {
      var demo = new Demo(workspace, terminal.progress());
      boolean worked = demo.run(full, listener(terminal));
      if (output.json()) {
        Output.line(terminal, new Result(demo.proof(), demo.asked()));
        return 0;
      }
      if (!worked) {
        terminal.line("Everything is up to date in %s; this is what it came to.", folder);
      }
      show(terminal, demo.proof(), demo.asked());
      if (worked) {
        terminal.line("Done in %.0f s.", (System.nanoTime() - began) / 1e9);
      }
      next(terminal);
      return 0;
    }
  }

  private static void show(Terminal terminal, Proof.Report proof, Demo.HeldOutResults asked) {
    terminal.line("");
    terminal.line("On %d held-out questions, which neither model has seen:", proof.questions());
    terminal.text(Tables.proof(proof.metrics(), proof.dense(), proof.hybrid(), proof.reranker()));
    terminal.line("The gate: %s", ProofWords.verdict("camel", proof));
    GuardReport guard = proof.guard();
    if (guard != null) {
      terminal.line("The guard: %s", guard.words());
    }
    terminal.line("");
    for (Demo.Shown shown : asked.shown()) {
      terminal.line("Q: %s", shown.question());
      AnswerPrinter.print(terminal, shown.answer());
      terminal.line("");
    }
    terminal.line(
        "Of %d held-out questions with an answer, %d find a right passage among the first 5, %d are"
            + " answered with a citation of a right one, %d are declined: %s;",
        asked.answerable(),
        asked.hitAtTopK(),
        asked.rightPassage(),
        asked.declined(),
        asked.declinedShare().percent());
    terminal.line(
        "of %d that found theirs and were answered, %d quote the words that the log names: %s;",
        asked.hitAndAnswered(), asked.quoted(), asked.quotedShare().percent());
    terminal.line(
        "of %d without an answer in the documents, %d are declined: %s.",
        asked.unanswerable(), asked.rightlyDeclined(), asked.rightlyDeclinedShare().percent());
  }

  private Workshop.RunListener listener(Terminal terminal) {
    return new Workshop.RunListener() {
      @Override
      public void planned(StepPlan plan) {
        output.plan(terminal, plan);
      }

      @Override
      public void ended(StepOutcome<?> outcome) {
        output.step(terminal, outcome);
      }
    };
  }

  private void next(Terminal terminal) {
    terminal.line("");
    terminal.line("Next:");
    String typed = Shell.word(folder.toString());
    terminal.line(
        "  whet ask \"How do I pick up files only once they are complete?\" --workspace %s", typed);
    terminal.line("  whet serve --workspace %s", typed);
    terminal.line(
        "  whet init my-workspace      (and then your own documents: whet stage DIR, whet run)");
  }
}
