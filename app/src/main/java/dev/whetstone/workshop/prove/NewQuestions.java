package dev.whetstone.workshop.prove;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Remedy;
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

  /// Those that are new to the model that serves and to a reranker. A reranker of which it is not
  /// known what it learnt from was added as it is, and learnt from none.
  ///
  /// @param reranker the version of the workspace's reranker; null where none reorders
  /// @param passages of all documents
  /// @throws Failure.Refused if it is not known what the model that serves learnt from
  public static List<Question> among(
      List<Question> heldOut,
      Workspace workspace,
      @Nullable String reranker,
      List<Passage> passages) {
    Manifest staged = Manifest.read(workspace);
    List<Question> left = heldOut;
    String serving = new ModelShelf(workspace).serving();
    if (serving != null) {
      TrainedOn seen =
          TrainedOn.of(workspace, serving).orElseThrow(() -> unknown(workspace, serving));
      left = seen.unseen(left, passages, staged);
    }
    Optional<TrainedOn> seen =
        reranker == null ? Optional.empty() : TrainedOn.of(workspace, TrainedOn.reranker(reranker));
    return seen.isEmpty() ? left : seen.get().unseen(left, passages, staged);
  }

  private static Failure unknown(Workspace workspace, String serving) {
    return new Failure.Refused(
        "what the model that serves was trained on is not known, for %s is missing: no question can be said to be new to it. Restore the folder from a copy, or train again"
            .formatted(TrainedOn.folder(workspace, serving)),
        new Remedy.TrainAgain());
  }
}
