package dev.whetstone.workshop.app;

import dev.whetstone.answer.AbstentionExamples;
import dev.whetstone.answer.Answerer;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Abstention;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.Workspace;

/// The application as the workshop needs it: an app is fitted by asking it the questions of the
/// log. The workshop does not know the application; a door supplies this.
@FunctionalInterface
public interface AppAnswers {
  /// Opens the app's index, fits on it, and closes it.
  ///
  /// @param place of the index
  /// @param app whose abstention counts for nothing
  Abstention fit(Workspace workspace, IndexPlace place, App app, AbstentionFitter fit);

  /// A fit with the app's answerer and its search.
  @FunctionalInterface
  interface AbstentionFitter {
    Abstention on(Answerer answerer, AbstentionExamples.Search retrieval);
  }
}
