package dev.whetstone.cli;

import dev.whetstone.core.Failure;
import dev.whetstone.workshop.questions.QuestionOverview;
import dev.whetstone.workshop.questions.QuestionOverview.Entry;
import dev.whetstone.workshop.questions.QuestionOverview.Use;
import dev.whetstone.workspace.Workspace;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the questions of the workspace: id, origin, what it is used for, text.",
      "Origins: imported, reviewed, typed, written, asked (of the server). Uses: train, choose,"
          + " prove, decline, review (waits for yours), none."
    },
    footer = {
      "",
      "Examples:",
      "  whet questions list --use prove",
      "  whet questions list --origin written --json"
    })
final class QuestionsListCommand implements Callable<Integer> {
  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Mixin private final Output output = new Output();

  @Option(names = "--origin", paramLabel = "ORIGIN", description = "Only those of this origin.")
  private @Nullable String origin;

  @Option(names = "--use", paramLabel = "USE", description = "Only those that are used for this.")
  private @Nullable String use;

  @Override
  public Integer call() {
    check("--origin", origin, QuestionOverview.origins());
    check("--use", use, Stream.of(Use.values()).map(Use::key).toList());
    Terminal terminal = options.terminal();
    boolean none = true;
    for (Entry entry : entries(options.workspace())) {
      boolean asked =
          (origin == null || entry.origin().equals(origin))
              && (use == null || entry.use().key().equals(use));
      none &= !asked;
      if (asked && output.json()) {
        Output.line(terminal, entry);
      } else if (asked) {
        terminal.line(
            "%-16s  %-8s  %-7s  %s",
            entry.id(), entry.origin(), entry.use().key(), entry.question());
      }
    }
    if (none && !output.json()) {
      terminal.line(
          origin == null && use == null
              ? "there are no questions yet: `whet questions import`, `generate` or `write` adds"
                  + " some"
              : "no question is of that kind");
    }
    return 0;
  }

  static List<Entry> entries(Workspace workspace) {
    var workshop = WorkspaceOptions.workshop(workspace, dev.whetstone.core.Progress.NONE);
    return QuestionOverview.of(workspace, workshop.prepared() ? workshop.passages() : List.of());
  }

  private static void check(String option, @Nullable String value, List<String> known) {
    if (value != null && !known.contains(value)) {
      throw new Failure.BadInput(
          "%s: '%s' is none of %s".formatted(option, value, String.join(", ", known)));
    }
  }
}
