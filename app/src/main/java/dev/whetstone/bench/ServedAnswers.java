package dev.whetstone.bench;

import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Abstention;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.llm.ChatModel;
import dev.whetstone.pairs.Question;
import dev.whetstone.serving.Answering;
import dev.whetstone.serving.Rerankers;
import dev.whetstone.workshop.app.AppAnswers;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Fits and proves apps with the application as it serves, so that both see what a question will.
/// This joins the two halves, which do not know each other.
public final class ServedAnswers implements AppAnswers {
  private final ChatOpener chats;

  /// Opens the language model of a workspace's settings.
  @FunctionalInterface
  public interface ChatOpener {
    /// Null where the settings name none. The caller closes it.
    @Nullable ChatModel open(Workspace workspace);
  }

  /// Without a language model: answers are quoted.
  public ServedAnswers() {
    this(_ -> null);
  }

  /// @param chats opened where answers are proven; fitting needs none
  public ServedAnswers(ChatOpener chats) {
    this.chats = chats;
  }

  @Override
  public Abstention fit(Workspace workspace, IndexPlace place, App app, AbstentionFitter fit) {
    return with(
        workspace, place, null, AnswerSettings.DEFAULT, answering -> answering.with(app, fit::on));
  }

  @Override
  public Asked ask(
      Workspace workspace,
      IndexPlace place,
      App app,
      List<Question> questions,
      List<Passage> passages,
      Progress progress) {
    ChatModel chat = chats.open(workspace);
    try {
      return with(
          workspace,
          place,
          chat,
          Answering.answers(workspace),
          answering -> new AnswerMeasuring(answering, app, progress).of(questions, passages));
    } finally {
      if (chat != null) {
        chat.close();
      }
    }
  }

  private static <T> T with(
      Workspace workspace,
      IndexPlace place,
      @Nullable ChatModel chat,
      AnswerSettings settings,
      Function<Answering, T> work) {
    try (var rerankers = Rerankers.of(workspace);
        var answering =
            Answering.open(
                workspace, place, chat, settings, new SharedEncoders(workspace), rerankers)) {
      return work.apply(answering);
    }
  }
}
