package dev.whetstone.cli;

import dev.whetstone.answer.Answer;
import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.answer.ModelWait;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Filter;
import dev.whetstone.pairs.Question;
import dev.whetstone.serving.Apps;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.Query;
import dev.whetstone.serving.Rerankers;
import dev.whetstone.serving.ServedWorkspace;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.Locale;

/// Measures how often sentence vectors of 8 bits pick other sentences than vectors of 32: asks
/// every question of the log of two workspaces that differ in nothing but `sentences/`, which the
/// second lacks. `java dev.whetstone.cli.SentenceAgreement WORKSPACE COPY_WITHOUT`
public final class SentenceAgreement {
  private SentenceAgreement() {}

  /// @param args the two workspaces
  public static void main(String[] args) {
    Workspace with = Workspace.open(Path.of(args[0]));
    Workspace without = Workspace.open(Path.of(args[1]));
    int asked = 0;
    int declined = 0;
    int first = 0;
    int all = 0;
    int decided = 0;
    try (var one = new Asking(with);
        var other = new Asking(without)) {
      for (Question question : QuestionLog.read(with)) {
        Answer a = one.answer(question.text());
        Answer b = other.answer(question.text());
        asked++;
        decided += a.declined() == b.declined() ? 1 : 0;
        if (a.declined() || b.declined()) {
          declined++;
          continue;
        }
        first += a.sentences().getFirst().equals(b.sentences().getFirst()) ? 1 : 0;
        all += a.sentences().equals(b.sentences()) ? 1 : 0;
      }
    }
    int answered = asked - declined;
    System.out.printf(
        Locale.ROOT,
        "%d questions: %d decided alike; %d answered by both: first sentence the same %.4f, all"
            + " sentences the same %.4f%n",
        asked,
        decided,
        answered,
        (double) first / answered,
        (double) all / answered);
  }

  private static final class Asking implements AutoCloseable {
    private final Catalog catalog;
    private final ServedWorkspace application;
    private final App app;

    Asking(Workspace workspace) {
      catalog = Catalog.open(workspace.catalog());
      application =
          new ServedWorkspace(
              workspace,
              new Apps(catalog, 500),
              new ServedWorkspace.Answers(null, AnswerSettings.DEFAULT),
              new SharedEncoders(workspace),
              Rerankers.of(workspace));
      app = application.ownApp(Caller.LOCAL).orElseThrow();
    }

    Answer answer(String question) {
      return application
          .answer(Caller.LOCAL, app, new Query(question, Filter.ALL), ModelWait.INSIDE)
          .answer();
    }

    @Override
    public void close() {
      application.close();
      catalog.close();
    }
  }
}
