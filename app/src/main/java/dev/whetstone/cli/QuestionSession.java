package dev.whetstone.cli;

import dev.whetstone.core.CommitScope;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.workshop.StepOutcome;
import dev.whetstone.workshop.StepResult;
import dev.whetstone.workshop.Workshop;
import dev.whetstone.workshop.questions.Proving;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A session in which a person decides about questions or types some: its passages, how it shows
/// them, and how each decision is kept. With `--json` the session goes to standard error, so that
/// standard output holds the result alone.
final class QuestionSession {
  private static final int LONGEST = 10_000; // characters of a passage that are shown

  private final WorkspaceOptions options;
  private final Output output;
  private final Workspace workspace;
  private final List<Passage> passages;
  private final @Nullable Double deviation;
  private final CommitScope writes;
  private final Terminal terminal;

  private QuestionSession(
      WorkspaceOptions options,
      Output output,
      Workspace workspace,
      List<Passage> passages,
      @Nullable Double deviation,
      CommitScope writes) {
    this.options = options;
    this.output = output;
    this.workspace = workspace;
    this.passages = passages;
    this.deviation = deviation;
    this.writes = writes;
    Terminal usual = options.terminal();
    this.terminal = output.json() ? usual.onStandardError() : usual;
  }

  /// Prepares the passages where they are not up to date.
  static QuestionSession open(
      WorkspaceOptions options, Output output, Workspace workspace, String command) {
    Workshop workshop = WorkspaceOptions.workshop(workspace, options.progress(command));
    if (!workshop.prepared()) {
      try (var _ = options.lock(workspace, command)) {
        StepOutcome<?> prepared = workshop.prepare();
        options.save(command);
        output.step(options.terminal(), prepared);
      }
    }
    return new QuestionSession(
        options,
        output,
        workspace,
        workshop.passages(),
        workshop.provenDeviation(),
        options.momentaryWrites(workspace, command));
  }

  List<Passage> passages() {
    return passages;
  }

  Proving proving() {
    return Proving.of(workspace, passages, deviation);
  }

  Terminal terminal() {
    return terminal;
  }

  /// Keeps a decision; says so where another command is at work, and the decision has to be made
  /// again.
  ///
  /// @param file the only file that is written
  /// @return whether it was kept
  boolean keep(Path file, Runnable write) {
    try {
      writes.carry(
          file,
          () -> {
            write.run();
            return "";
          });
      return true;
    } catch (Failure.Refused | Failure.Unavailable | Failure.BadInput e) {
      terminal.say("NOT kept: " + e.getMessage());
      return false;
    }
  }

  /// Where accepted and typed questions are kept.
  Path log() {
    return workspace.questions();
  }

  Path reviews() {
    return workspace.reviews();
  }

  /// A passage with its place.
  void show(String heading, Passage passage) {
    show(heading + ", of", passage, LONGEST);
  }

  /// @param most characters of the passage
  void show(String heading, Passage passage, int most) {
    terminal.line("");
    terminal.line("%s %s", heading, passage.document());
    String path = String.join(" > ", passage.headings());
    String page = passage.page() == 0 ? "" : "page " + passage.page();
    String place = path + (path.isEmpty() || page.isEmpty() ? "" : ", ") + page;
    if (!place.isEmpty()) {
      terminal.line("  %s", place);
    }
    String text = passage.text();
    String shown = text.length() <= most ? text : text.substring(0, most) + " …";
    shown.lines().forEach(line -> terminal.text(AnswerPrinter.wrap(line, "    ")));
  }

  /// The session's result.
  void end(StepResult result, long began) {
    var outcome =
        new StepOutcome<>("questions", false, (System.nanoTime() - began) / 1e9, result, null);
    if (output.json()) {
      Output.line(options.terminal(), outcome);
    } else {
      StepWords.lines(result).forEach(line -> options.terminal().line("%s", line));
    }
  }
}
