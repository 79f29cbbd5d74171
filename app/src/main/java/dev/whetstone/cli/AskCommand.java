package dev.whetstone.cli;

import dev.whetstone.answer.ModelWait;
import dev.whetstone.answer.QuestionText;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.serving.Answered;
import dev.whetstone.serving.Answering;
import dev.whetstone.serving.Apps;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.Explained;
import dev.whetstone.serving.NotReady;
import dev.whetstone.serving.Query;
import dev.whetstone.serving.Rerankers;
import dev.whetstone.serving.ServedWorkspace;
import dev.whetstone.store.Json;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "ask",
    mixinStandardHelpOptions = true,
    description = "Asks the workspace's app a question, whether a server is running or not.",
    footer = {
      "",
      "Examples:",
      "  whet ask \"How long are records kept?\"",
      "  whet ask --json \"How long are records kept?\"",
      "  whet ask --explain --expect records.md \"How long are records kept?\""
    })
final class AskCommand implements Callable<Integer> {
  @Mixin private final WorkspaceOptions options = new WorkspaceOptions();

  @Parameters(paramLabel = "QUESTION", description = "In plain words, in quotes.")
  private String question = "";

  @Option(
      names = "--app",
      paramLabel = "NAME",
      description = "The app to ask, by id or name; by default the workspace's own.")
  private @Nullable String app;

  @Option(names = "--json", description = "The answer as JSON.")
  private boolean json;

  @Option(
      names = "--explain",
      description = {
        "Also why the passages were found: each one's rank and scores by words and by vectors, its"
            + " fused score, the reranker's, and the question's terms in it."
      })
  private boolean explain;

  @Option(
      names = "--expect",
      paramLabel = "DOCUMENT|PASSAGE",
      description =
          "With --explain: where this document, or the passage of this id, stands and why, however"
              + " far behind.")
  private @Nullable String expected;

  /// @param why null where it was not asked for
  private record Outcome(Answered answered, @Nullable Explained why) {}

  @Override
  public Integer call() {
    Workspace workspace = options.workspace();
    if (QuestionText.isBlank(question)) {
      throw new Failure.BadInput(
          "the question is empty; for example: whet ask \"How long are records kept?\"");
    }
    String tooLong = QuestionText.tooLong("the question", question.strip());
    if (tooLong != null) {
      throw new Failure.BadInput(tooLong);
    }
    Outcome outcome = ask(workspace);
    Answered answered = outcome.answered();
    Explained why = outcome.why();
    Terminal terminal = options.terminal();
    if (json) {
      terminal.text(Json.pretty(AnswerJson.of(answered, why)).stripTrailing());
      return 0;
    }
    AnswerPrinter.print(terminal, answered.answer());
    AnswerPrinter.declined(answered).forEach(terminal::text);
    AnswerPrinter.skipped(answered.rerank()).ifPresent(terminal::text);
    if (why != null) {
      terminal.line("");
      terminal.text(ExplanationWords.text(why.explanation(), why.retrieval().hits().size()));
    }
    return 0;
  }

  private Outcome ask(Workspace workspace) {
    ChatModel chat = Chat.open(workspace);
    var answers = new ServedWorkspace.Answers(chat, Answering.answers(workspace));
    try (var catalog = Catalog.open(workspace.catalog());
        var rerankers = Rerankers.of(workspace);
        var application =
            new ServedWorkspace(
                workspace,
                new Apps(catalog, workspace.settings().serve().limits().apps()),
                answers,
                new SharedEncoders(workspace),
                rerankers)) {
      return ask(workspace, application);
    } finally {
      if (chat != null) {
        chat.close();
      }
    }
  }

  private Outcome ask(Workspace workspace, ServedWorkspace application) {
    App chosen =
        (app == null ? application.ownApp(Caller.LOCAL) : application.app(Caller.LOCAL, app))
            .orElseThrow(
                () ->
                    new Failure.BadInput(
                        "there is no app '"
                            + (app == null ? workspace.name() : app)
                            + "': `whet app --list` shows them; `whet run` makes the workspace's"
                            + " own"));
    try {
      application.prepare(chosen);
      var query = new Query(question, Filter.ALL);
      Answered answered = application.answer(Caller.LOCAL, chosen, query, ModelWait.INSIDE);
      boolean reasons = explain || expected != null;
      return new Outcome(
          answered,
          reasons
              ? application.explain(
                  Caller.LOCAL, chosen, query, chosen.retriever().topK(), expected)
              : null);
    } catch (NotReady e) {
      throw e.failure();
    }
  }
}
