package dev.whetstone.workshop.prove;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.Question;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The held-out questions that are new to what serves. A model may have learnt from questions about
/// a document before others about it were typed or accepted, which hold all of them out.
public final class NewQuestions {
  private NewQuestions() {}

  /// Those that are new to the model that serves and to a reranker. A model of which it is not
  /// known what it learnt from, as one that was added, learnt from none.
  ///
  /// @param reranker the version of the workspace's reranker; null where none reorders
  /// @param passages of all documents
  public static List<Question> among(
      List<Question> heldOut,
      Workspace workspace,
      @Nullable String reranker,
      List<Passage> passages) {
    List<Question> left = heldOut;
    String serving = new ModelShelf(workspace).serving();
    if (serving != null) {
      left = newTo(serving, left, workspace, passages);
    }
    return reranker == null ? left : newTo(TrainedOn.reranker(reranker), left, workspace, passages);
  }

  private static List<Question> newTo(
      String version, List<Question> questions, Workspace workspace, List<Passage> passages) {
    Optional<TrainedOn> seen = TrainedOn.of(workspace, version);
    return seen.isEmpty()
        ? questions
        : seen.get().unseen(questions, passages, Manifest.read(workspace));
  }
}
