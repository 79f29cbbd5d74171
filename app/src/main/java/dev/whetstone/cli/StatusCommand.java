package dev.whetstone.cli;

import dev.whetstone.pipeline.Status;
import dev.whetstone.store.Json;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Says where the workspace stands: what is staged, which model serves and how it was proven, what the apps answer from, and what is to be done next.",
      "It changes nothing, and does not look whether the staged folders have changed: `whet run` does."
    },
    footer = {"", "Examples:", "  whet status", "  whet status --json"})
final class StatusCommand implements Callable<Integer> {
  @Mixin private final Place place = new Place();

  @Option(names = "--json", description = "The same as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Status status = Status.of(place.workspace());
    Terminal terminal = place.terminal();
    if (json) {
      terminal.line("%s", Json.pretty(status).stripTrailing());
      return 0;
    }
    Status.Questions questions = status.questions();
    line("workspace", status.workspace());
    line(
        "documents",
        status.sources().isEmpty()
            ? "none"
            : status.sources().entrySet().stream()
                .map(from -> "%,d from %s".formatted(from.getValue(), from.getKey()))
                .sorted()
                .collect(Collectors.joining("; ")));
    line(
        "questions",
        "%,d to train on, %,d to choose on, %,d held out for the proof, %,d without an answer"
            .formatted(
                questions.train(), questions.dev(), questions.heldOut(), questions.declined()));
    String serving = status.serving();
    line(
        "models",
        (status.models().isEmpty()
                ? "none trained"
                : "version " + String.join(", ", status.models()))
            + "; "
            + (serving == null ? "the base model" : serving)
            + " serves");
    line("proof", Objects.requireNonNullElse(status.proof(), "none yet"));
    line("index", words(status.index()));
    status.apps().forEach(app -> line("app", app.name() + ": " + words(app)));
    status
        .steps()
        .forEach(
            step ->
                line(
                    step.name(),
                    (step.upToDate() ? "up to date: " : "NOT up to date: ")
                        + (step.words().equals(status.proof()) ? "as above" : step.words())));
    line("next", status.next());
    return 0;
  }

  private static String words(Status.Index index) {
    String reason = index.reason();
    return index.at()
        + (reason == null
            ? ", generation " + index.generation() + ": ready"
            : ": NOT ready: " + reason);
  }

  private void line(String about, String words) {
    place.terminal().line("%-10s %s", about, words);
  }
}
