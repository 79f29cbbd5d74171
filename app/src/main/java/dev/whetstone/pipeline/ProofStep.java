package dev.whetstone.pipeline;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.encode.Encoder;
import dev.whetstone.evaluate.Arm;
import dev.whetstone.evaluate.Comparison;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.evaluate.Power;
import dev.whetstone.evaluate.Verdict;
import dev.whetstone.index.LuceneIndex;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.Place;
import dev.whetstone.pairs.Question;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Proves a candidate on held-out questions against the model that serves, writes the report, and
/// lets the candidate serve when the gate promotes it.
public final class ProofStep {
  /// Raised whenever the same inputs give another verdict.
  static final int VERSION = 1;

  static final String FILE = "report.json";

  /// The report of a proof, `reports/ID/report.json`; figures 0–1, gains candidate − serving.
  ///
  /// @param candidate version; `none` where there is none
  /// @param against version that served; null for the base
  /// @param metrics arm → figures
  /// @param words the verdict for people
  public record Report(
      String candidate,
      @Nullable String against,
      int questions,
      Map<String, Metrics> metrics,
      Gain dense,
      Gain hybrid,
      double servingWeight,
      double candidateWeight,
      boolean promoted,
      String words) {}

  private final Workspace workspace;
  private final ModelShelf shelf;
  private final Progress progress;

  ProofStep(Workspace workspace, ModelShelf shelf, Progress progress) {
    this.workspace = workspace;
    this.shelf = shelf;
    this.progress = progress;
  }

  /// The report of the last proof.
  public static Report read(Workspace workspace, String id) {
    return Json.read(Artifact.open(workspace.reports().resolve(id)).file(FILE), Report.class);
  }

  StepRun prove(String id, String candidate, String language, List<Passage> passages) {
    Report report =
        candidate.equals(Training.NONE)
            ? nothing("no model was trained; the base serves")
            : compare(candidate, language, passages);
    Artifact.create(
        workspace.reports().resolve(id),
        new Provenance(
            "report",
            VERSION,
            Map.of("candidate", candidate),
            Map.of(),
            workspace.settings().train().seed()),
        folder -> WholeFile.write(folder.resolve(FILE), Json.pretty(report)));
    if (report.promoted()) {
      shelf.serve(candidate);
    }
    return new StepRun(id, List.of(report.words()));
  }

  private Report compare(String candidate, String language, List<Passage> passages) {
    String against = shelf.rival(candidate);
    QuestionLog log = QuestionLog.of(workspace);
    Judged dev = Judged.of(log.dev(), passages);
    Judged heldOut = Judged.of(unseen(log.heldOut(), candidate, against), passages);
    if (heldOut.size() == 0) {
      return nothing(
          "not proven: there are no held-out questions, so the candidate is kept and what served goes on serving. "
              + Power.needed(Power.DEFAULT_DEVIATION)
              + ". Write questions down with `whet questions import`");
    }
    Model serving = against == null ? shelf.base(language) : shelf.open(against);
    var store = new VectorStore(workspace);
    try (LuceneIndex words = LuceneIndex.inMemory(passages, null);
        Encoder base = shelf.encoder(serving);
        Encoder tuned = shelf.encoder(shelf.open(candidate))) {
      var outcome =
          new Proving(words)
              .prove(
                  new Proving.Side(
                      base, store.of(passages, base, "embed base", progress).vectors()),
                  new Proving.Side(tuned, store.of(passages, tuned, "embed", progress).vectors()),
                  dev,
                  heldOut,
                  new Gate(workspace.settings().prove().level()),
                  workspace.settings().prove().ranking().equals("hybrid"),
                  workspace.settings().train().seed());
      return report(candidate, against, outcome);
    }
  }

  private static Report report(
      String candidate, @Nullable String against, Proving.Outcome outcome) {
    Comparison comparison = outcome.comparison();
    var metrics = new LinkedHashMap<String, Metrics>();
    for (Arm arm : Arm.values()) {
      Metrics of = comparison.metrics().get(arm);
      if (of != null) {
        metrics.put(arm.key(), of);
      }
    }
    Verdict verdict = comparison.verdict();
    return new Report(
        candidate,
        against,
        comparison.queries(),
        metrics,
        comparison.dense(),
        comparison.hybrid(),
        outcome.baseWeight(),
        outcome.tunedWeight(),
        verdict.promoted(),
        verdict.reason());
  }

  /// The questions whose documents' questions neither model was trained on.
  private List<Question> unseen(
      List<Question> heldOut, String candidate, @Nullable String against) {
    Set<String> seen = new HashSet<>();
    TrainedOn.of(workspace, candidate).ifPresent(t -> seen.addAll(t.labelDocuments()));
    if (against != null) {
      TrainedOn.of(workspace, against).ifPresent(t -> seen.addAll(t.labelDocuments()));
    }
    var unseen = new ArrayList<Question>();
    for (Question question : heldOut) {
      if (question.places().stream().map(Place::document).noneMatch(seen::contains)) {
        unseen.add(question);
      }
    }
    return unseen;
  }

  private static Report nothing(String words) {
    return new Report(Training.NONE, null, 0, Map.of(), Gain.NONE, Gain.NONE, .5, .5, false, words);
  }
}
