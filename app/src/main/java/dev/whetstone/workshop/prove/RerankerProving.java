package dev.whetstone.workshop.prove;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.encode.CrossEncoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.pairs.Question;
import dev.whetstone.store.Provenance;
import dev.whetstone.workshop.train.JudgedQuestions;
import dev.whetstone.workshop.train.RerankerMaking;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Proves the workspace's reranker beside its model, with the rankings that proved that.
final class RerankerProving {
  private final Workspace workspace;
  private final RerankerShelf shelf;
  private final List<Passage> passages;
  private final Progress progress;

  RerankerProving(Workspace workspace, List<Passage> passages, Progress progress) {
    this.workspace = workspace;
    this.shelf = new RerankerShelf(workspace);
    this.passages = passages;
    this.progress = progress;
  }

  /// The questions that the reranker has not learnt from.
  List<Question> unseen(List<Question> questions, String version) {
    TrainedOn seen =
        TrainedOn.of(workspace, TrainedOn.reranker(version))
            .orElseThrow(
                () ->
                    new Failure.Refused(
                        "what the reranker %s/%s was trained on is not known, for %s is missing: no question can be said to be new to it. Restore the folder from a copy, or train again"
                            .formatted(
                                workspace.name(),
                                version,
                                TrainedOn.folder(workspace, TrainedOn.reranker(version))),
                        Remedy.step("reranker")));
    List<Question> asked = seen.asked(questions, passages, Manifest.read(workspace));
    return questions.stream().filter(question -> !asked.contains(question)).toList();
  }

  /// @param version of the reranker
  /// @param tuned whether the candidate of the models serves, or else the model before
  RerankReport prove(
      String version,
      ProofRankings rankings,
      ProofRankings.Weights weights,
      JudgedQuestions heldOut,
      JudgedQuestions dev,
      boolean tuned) {
    var equal = new EqualPassages(passages);
    RerankProof.Found found = found(rankings, weights, heldOut, equal);
    RerankProof.Found chosenOn = found(rankings, weights, dev, equal);
    Map<String, String> texts =
        passages.stream().collect(Collectors.toMap(Passage::id, Passage::embedded));
    CrossEncoderModel model = CrossEncoderModel.open(shelf.folder(version));
    try (CrossEncoder scorer = open(model, found, texts);
        @Nullable CrossEncoder untrained = untrained(model, found, texts)) {
      var setup =
          new RerankProof.Setup(
              workspace.name() + "/" + version,
              scorer,
              untrained,
              texts,
              workspace.settings().rerank().time(),
              workspace.settings().prove().level(),
              workspace.settings().train().seed());
      return new RerankProof(setup, found, chosenOn, progress).run(tuned);
    }
  }

  private static RerankProof.Found found(
      ProofRankings rankings,
      ProofRankings.Weights weights,
      JudgedQuestions questions,
      EqualPassages equal) {
    Qrels qrels = questions.qrels().grouped(equal::first);
    return RerankProof.Found.of(
        questions.texts(), qrels, rankings.of(questions.texts(), weights));
  }

  private static CrossEncoder open(
      CrossEncoderModel model, RerankProof.Found found, Map<String, String> texts) {
    CrossEncoder scorer = CrossEncoder.open(model, EncoderSettings.auto());
    RerankerRuntimes.choose(scorer, found, texts);
    return scorer;
  }

  /// The loaded reranker that this one was trained from, where it is still there.
  private static @Nullable CrossEncoder untrained(
      CrossEncoderModel model, RerankProof.Found found, Map<String, String> texts) {
    Provenance provenance = model.provenance().orElse(null);
    if (provenance == null) {
      return null;
    }
    String folder = provenance.settings().get(RerankerMaking.FROM);
    if (folder == null || !Files.isDirectory(Path.of(folder))) {
      return null;
    }
    CrossEncoderModel from = CrossEncoderModel.open(Path.of(folder));
    return from.identity().equals(provenance.inputs().get("base"))
            && !from.identity().equals(model.identity())
        ? open(from, found, texts)
        : null;
  }
}
