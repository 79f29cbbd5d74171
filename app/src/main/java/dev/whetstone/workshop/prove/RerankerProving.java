package dev.whetstone.workshop.prove;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.encode.CrossEncoder;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.model.RerankerVersions;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.pairs.Question;
import dev.whetstone.store.Provenance;
import dev.whetstone.workshop.train.JudgedQuestions;
import dev.whetstone.workshop.train.RerankerMaking;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.VectorStore;
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

  /// Lets a proven reranker serve with the model that serves. One whose gain is not proven over
  /// what that finds serves with it no longer, nor does another. One that is held back changes
  /// nothing.
  static void settle(Workspace workspace, String version, RerankReport found, String id) {
    var shelf = new RerankerShelf(workspace);
    if (found.verdict().taken()) {
      var use = new RerankerVersions.Use(found.use().depth(), found.use().weight());
      shelf.serve(version, use, id);
    } else if (!found.verdict().held()) {
      shelf.retire();
    }
  }

  /// Of the model that serves, where there is no candidate beside it.
  ///
  /// @param questions new to that model
  /// @return null where none is new to the reranker
  @Nullable RerankReport ofServing(
      String version, ModelShelf models, String language, List<Question> questions) {
    var dev = JudgedQuestions.of(QuestionLog.of(workspace, passages).dev(), passages);
    var equal = new EqualPassages(passages);
    try (LuceneIndex words = LuceneIndex.inMemory(passages, null);
        Encoder encoder = models.encoder(models.servingModel(language))) {
      var side =
          new ProofRankings.Side(
              encoder,
              new VectorStore(workspace).of(passages, encoder, "embed", progress).vectors());
      var rankings = new ProofRankings(words, side, side, equal::first);
      var weights = rankings.weights(dev.texts(), dev.qrels().grouped(equal::first));
      return ofCandidate(version, rankings, weights, questions, dev, false);
    }
  }

  /// Beside a candidate of the models.
  ///
  /// @param version of the reranker
  /// @param questions new to the models
  /// @param tuned whether the candidate serves, or else the model before
  /// @return null where no question is new to the reranker
  @Nullable RerankReport ofCandidate(
      String version,
      ProofRankings rankings,
      ProofRankings.Weights weights,
      List<Question> questions,
      JudgedQuestions dev,
      boolean tuned) {
    var heldOut = JudgedQuestions.of(unseen(questions, version), passages);
    return heldOut.size() == 0 ? null : prove(version, rankings, weights, heldOut, dev, tuned);
  }

  /// The questions that the reranker has not learnt from.
  private List<Question> unseen(List<Question> questions, String version) {
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
    return seen.unseen(questions, passages, Manifest.read(workspace));
  }

  private RerankReport prove(
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
    return RerankProof.Found.of(questions.texts(), qrels, rankings.of(questions.texts(), weights));
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
