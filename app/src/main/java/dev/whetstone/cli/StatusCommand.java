package dev.whetstone.cli;

import dev.whetstone.store.Json;
import dev.whetstone.workshop.Status;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Says where the workspace stands: what is staged, which model serves and how it was proven,"
          + " what the apps answer from, and what is to be done next.",
      "It changes nothing, and does not look whether the staged folders have changed: `whet run`"
          + " does.",
      "What cannot be read is said in its place, and the rest is shown."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:all could be read", "1:some part could not be read"},
    footer = {"", "Examples:", "  whet status", "  whet status --json"})
final class StatusCommand implements Callable<Integer> {
  private static final int UNREAD = 1;

  @Mixin private final Place place = new Place();

  @Option(names = "--json", description = "The same as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Status status = Status.of(place.workspace());
    if (json) {
      place.terminal().text(Json.pretty(status).stripTrailing());
    } else {
      print(status);
    }
    return status.unread().isEmpty() ? 0 : UNREAD;
  }

  private void print(Status status) {
    line("workspace", status.workspace());
    part(status, "documents", documents(status.sources()));
    part(status, "questions", words(status.questions()));
    part(status, "models", models(status));
    part(status, "proof", Objects.requireNonNullElse(status.proof(), "none yet"));
    line("index", words(status.index()));
    if (status.apps().isEmpty()) {
      part(status, "apps", "none yet");
    }
    status
        .apps()
        .forEach(app -> line("app", app.name() + " (" + app.id() + "): " + words(app.index())));
    status
        .steps()
        .forEach(
            step ->
                line(
                    step.name(),
                    (step.upToDate() ? "up to date: " : "NOT up to date: ")
                        + (step.words().equals(status.proof()) ? "as above" : step.words())));
    if (status.unread().containsKey("writer")) {
      part(status, "writer", "");
    }
    line("next", status.next());
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
    return questions == null
        ? ""
        : "%,d to train on, %,d to choose on, %,d held out for the proof, %,d without an answer%s"
            .formatted(
                questions.train(),
                questions.dev(),
                questions.heldOut(),
                questions.declined(),
                questions.note() == null ? "" : "; " + questions.note());
  }

  private static String models(Status status) {
    return (status.models().isEmpty()
            ? "none trained"
            : "version " + String.join(", ", status.models()))
        + "; "
        + Objects.requireNonNullElse(status.serving(), "the base model")
        + " serves";
  }

  private static String words(Status.Index index) {
    String generation = index.generation() == null ? "" : ", generation " + index.generation();
    return index.at()
        + generation
        + (index.rolledBack() ? ", rolled back" : "")
        + (index.reason() == null ? ": ready" : ": NOT ready: " + index.reason());
  }

  /// A part's line, or why it cannot be read.
  private void part(Status status, String name, String words) {
    String reason = status.unread().get(name);
    line(name, reason == null ? words : "CANNOT BE READ: " + reason);
  }

  private void line(String about, String words) {
    place.terminal().line("%-10s %s", about, words);
  }
}
