package dev.whetstone.cli;

import dev.whetstone.commands.Remedies;
import dev.whetstone.workshop.Status;
import dev.whetstone.workshop.StepPlan;
import dev.whetstone.workshop.StepResult;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Says where the workspace stands: what is staged, which model serves and how it was proven,"
          + " what the apps answer from, and what is to be done next.",
      "It changes nothing, and does not look whether the staged folders have changed: `whet run`"
          + " does.",
      "A part that cannot be read is named, and the rest is shown."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:all could be read", "1:some part could not be read"},
    footer = {"", "Examples:", "  whet status", "  whet status --json"})
final class StatusCommand implements Callable<Integer> {
  private static final int UNREADABLE = 1;

  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Override
  public Integer call() {
    Status status = Status.of(options.workspace());
    if (output.json()) {
      Output.pretty(options.terminal(), status);
    } else {
      print(status);
    }
    return status.unreadable().isEmpty() ? 0 : UNREADABLE;
  }

  private void print(Status status) {
    Status.Contents contents = status.contents();
    line("workspace", status.workspace());
    part(status, "documents", documents(contents.sources()));
    part(status, "questions", words(contents.questions()));
    part(status, "models", models(contents));
    part(status, "proof", proof(contents.proof()));
    line("index", words(status.index()));
    if (status.apps().isEmpty()) {
      part(status, "apps", "none yet");
    }
    status
        .apps()
        .forEach(
            app ->
                line(
                    "app",
                    app.name()
                        + " ("
                        + app.id()
                        + "): "
                        + words(app.index())
                        + words(app.reranker())));
    status.steps().forEach(step -> line(step.step(), words(step, status)));
    if (status.unreadable().containsKey("writer")) {
      part(status, "writer", "");
    }
    line("next", next(status));
  }

  private static String documents(Map<String, Long> sources) {
    return sources.isEmpty()
        ? "none"
        : sources.entrySet().stream()
            .map(from -> "%,d from %s".formatted(from.getValue(), from.getKey()))
            .sorted()
            .collect(Collectors.joining("; "));
  }

  private static String words(Status.@Nullable Questions questions) {
    if (questions == null) {
      return "";
    }
    var parts = questions.parts();
    var split = questions.split();
    var origins = questions.origins();
    String reviewed =
        origins.reviewed() + origins.typed() == 0
            ? ""
            : "; of these %,d imported, %,d reviewed, %,d typed"
                .formatted(origins.imported(), origins.reviewed(), origins.typed());
    String written =
        origins.written() == 0
            ? ""
            : "; %,d written by a language model, %,d of them wait for review"
                .formatted(origins.written(), origins.waiting());
    String asked =
        origins.asked() == 0
            ? ""
            : "; %,d that the server was asked wait for review".formatted(origins.asked());
    return "%,d to train on, %,d to choose on, %,d held out for the proof, %,d without an answer%s%s%s%s"
        .formatted(
            parts.train(),
            parts.dev(),
            parts.heldOut(),
            questions.declined(),
            reviewed,
            written,
            asked,
            split == null ? "" : "; " + StepWords.split(split));
  }

  private static String models(Status.Contents contents) {
    return (contents.models().isEmpty()
            ? "none trained"
            : "version " + String.join(", ", contents.models()))
        + "; "
        + Objects.requireNonNullElse(contents.serving(), "the base model")
        + " serves";
  }

  private static String proof(Status.@Nullable LastProof proof) {
    if (proof == null) {
      return "none yet";
    }
    String verdict = ProofWords.verdict(proof.name(), proof.report());
    return proof.rolledBackSince()
        ? "%s; %s was rolled back since: `whet prove` lets it serve again if the gate does"
            .formatted(verdict, ProofWords.model(proof.name(), proof.report().candidate()))
        : verdict;
  }

  private static String words(Status.Index index) {
    String generation = index.generation() == null ? "" : ", generation " + index.generation();
    var problem = index.problem();
    return index.at()
        + generation
        + (index.rolledBack() ? ", rolled back" : "")
        + (problem == null
            ? ": ready"
            : ": NOT ready: " + Remedies.message(problem.message(), problem.remedies()));
  }

  private static String words(Status.@Nullable Reranks reranker) {
    return reranker == null
        ? ""
        : "; the best %d reranked by %s%s"
            .formatted(
                reranker.depth(),
                reranker.model(),
                reranker.withdrawn() ? ", which was rolled back: `whet run` drops it" : "");
  }

  private static String words(StepPlan.Planned step, Status status) {
    return switch (step.state()) {
      case UP_TO_DATE -> "up to date: " + last(step, status);
      case WAITS ->
          step.last() == null
              ? "waits for the steps before it"
              : "depends on the steps before it; last: " + last(step, status);
      case NEVER_RUN, INPUTS_CHANGED, OUTPUT_MISSING, BLOCKED -> {
        String last = step.last() == null ? "" : "; last: " + last(step, status);
        yield "NOT up to date: " + PlanWords.why(step) + last;
      }
    };
  }

  private static String last(StepPlan.Planned step, Status status) {
    boolean index = step.step().equals("index") || step.step().startsWith("index-");
    if (index && status.index().rolledBack()) {
      return "rolled back to generation "
          + status.index().generation()
          + "; `whet index` goes forward";
    }
    if (step.step().equals("prove") && status.contents().proof() != null) {
      return "as above";
    }
    StepPlan.LastRun last = Objects.requireNonNull(step.last());
    StepResult result = last.result();
    return result == null ? StepWords.recorded(last.words()) : StepWords.lines(result).getFirst();
  }

  private static String next(Status status) {
    Status.Next next = status.next();
    return switch (next.action()) {
      case WAIT_FOR_WRITER -> "wait: " + next.writer() + ", is at work";
      case REPAIR_UNREADABLE ->
          "mend what cannot be read, see above: "
              + String.join(", ", new TreeSet<>(status.unreadable().keySet()));
      case STAGE -> "whet stage DIR";
      case RUN -> "whet run";
      case REPAIR_INDEX -> "see above what is NOT ready";
      case REVIEW ->
          "whet questions review, since no question can prove a model yet"
              + (status.steps().stream().allMatch(StepPlan.Planned::upToDate)
                  ? "; whet ask \"...\" answers"
                  : "; then whet run");
      case ASK -> "whet ask \"...\", or whet serve";
    };
  }

  /// A part's line, or why it cannot be read.
  private void part(Status status, String name, String words) {
    var problem = status.unreadable().get(name);
    line(
        name,
        problem == null
            ? words
            : "CANNOT BE READ: " + Remedies.message(problem.message(), problem.remedies()));
  }

  private void line(String about, String words) {
    options.terminal().line("%-10s %s", about, words);
  }
}
