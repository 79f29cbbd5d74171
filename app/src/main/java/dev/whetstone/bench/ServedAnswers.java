package dev.whetstone.bench;

import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Abstention;
import dev.whetstone.serving.Answering;
import dev.whetstone.serving.Rerankers;
import dev.whetstone.workshop.app.AppAnswers;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;

/// Fits apps with the application as it serves, so that a fit sees what a question will. This joins
/// the two halves, which do not know each other.
public final class ServedAnswers implements AppAnswers {
  @Override
  public Abstention fit(Workspace workspace, IndexPlace place, App app, AbstentionFitter fit) {
    try (var rerankers = Rerankers.of(workspace);
        var answering =
            Answering.open(
                workspace,
                place,
                null,
                AnswerSettings.DEFAULT,
                new SharedEncoders(workspace),
                rerankers)) {
      return answering.with(app, fit::on);
    }
  }
}
