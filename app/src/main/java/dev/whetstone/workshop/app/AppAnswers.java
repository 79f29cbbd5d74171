package dev.whetstone.workshop.app;

import dev.whetstone.answer.AbstentionExamples;
import dev.whetstone.answer.Answerer;
import dev.whetstone.catalog.App;
import dev.whetstone.core.Abstention;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.pairs.Question;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.Workspace;
import java.util.List;

/// The application as the workshop needs it: an app is fitted by asking it the questions of the
/// log, and proven with those that are held out. The workshop does not know the application; a door
/// supplies this.
public interface AppAnswers {
  /// Opens the app's index, fits on it, and closes it.
  ///
  /// @param place of the index
  /// @param app whose abstention counts for nothing
  Abstention fit(Workspace workspace, IndexPlace place, App app, AbstentionFitter fit);

  /// Asks an app questions, with its language model where the settings name one.
  ///
  /// @param place of the index
  /// @param questions those without a place have no answer in the documents
  /// @param passages of all documents
  Asked ask(
      Workspace workspace,
      IndexPlace place,
      App app,
      List<Question> questions,
      List<Passage> passages,
      Progress progress);

  /// How an app answered.
  ///
  /// @param threshold of support, below which it declines
  record Asked(double threshold, List<AskedQuestion> questions) {
    public Asked {
      questions = List.copyOf(questions);
    }
  }

  /// A fit with the app's answerer and its search.
  @FunctionalInterface
  interface AbstentionFitter {
    Abstention on(Answerer answerer, AbstentionExamples.Search retrieval);
  }
}
