package dev.whetstone.workshop.prove;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.encode.Encoder;
import dev.whetstone.evaluate.Comparison;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.evaluate.Power;
import dev.whetstone.evaluate.Verdict;
import dev.whetstone.guard.ForgettingGuard;
import dev.whetstone.guard.GuardReport;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.pairs.Question;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.train.JudgedQuestions;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// Proves a candidate on held-out questions against the model that serves, writes the report, and
/// lets the candidate serve when the gate promotes it.
public final class Proof {
  /// Raised whenever the same inputs give another verdict.
  public static final int VERSION = 5;

  static final String FILE = "report.json";

  /// The report of a proof, `reports/ID/report.json`; figures 0–1, gains candidate − serving.
  ///
  /// @param candidate version; `none` where there is none
  /// @param candidateSpace that was proven; null where there is none
  /// @param against version that served, or served before where the candidate does; null for the
  ///   base
  /// @param promoted whether the candidate was let serve
  /// @param serves version that serves after it; null for the base
  /// @param words the gate's reason; empty where nothing was compared. A report of a version before
  ///   0.2 says the standing here, too
  /// @param standing what the proof means for the candidate; null in a report of a version before
  ///   0.2
  /// @param earlierProof id of the report that let the candidate serve, where it still serves
  ///   unproven
  /// @param guard what the candidate lost of its base's general knowledge; null where nothing was
  ///   compared, and in a report of a version before 0.3
  /// @param reranker what was found of the reranker; null where none was compared
  public record Report(
      String candidate,
      @Nullable String candidateSpace,
      @Nullable String against,
      int questions,
      Map<String, Metrics> metrics,
      Gain dense,
      Gain hybrid,
      double servingWeight,
      double candidateWeight,
      boolean promoted,
      @Nullable String serves,
      String words,
      @Nullable Standing standing,
      @Nullable String earlierProof,
      @Nullable GuardReport guard,
      @Nullable RerankReport reranker) {
    private static final String HYBRID = "hybrid"; // as prove.ranking names it

    /// The standard deviation of the differences between the two models from question to question;
    /// empty where none was measured.
    ///
    /// @param ranking that the gate judged, `hybrid` or `dense`
    public OptionalDouble deviation(String ranking) {
      return Power.deviation(ranking.equals(HYBRID) ? hybrid : dense, questions);
    }

    Report withReranker(@Nullable RerankReport found) {
      return new Report(
          candidate,
          candidateSpace,
          against,
          questions,
          metrics,
          dense,
          hybrid,
          servingWeight,
          candidateWeight,
          promoted,
          serves,
          words,
          standing,
          earlierProof,
          guard,
          found);
    }
  }

  /// What is to be proven.
  ///
  /// @param model version; [ModelShelf#NONE] for none
  /// @param reranker version; [RerankerShelf#NONE] for none
  public record Candidates(String model, String reranker) {
    boolean noReranker() {
      return reranker.equals(RerankerShelf.NONE);
    }
  }

  /// What a proof means for the candidate.
  public enum Standing {
    /// No model was trained.
    NO_CANDIDATE,
    /// There are no held-out questions: it is kept.
    NO_QUESTIONS,
    PROMOTED,
    /// It is proven, but was rolled back before, and was not asked to serve again.
    HELD_BACK,
    /// It is not proven, or forgot too much: what served continues to serve.
    NOT_PROMOTED,
    /// It is not proven now, but an earlier proof let it serve: it goes on.
    SERVES_UNPROVEN
  }

  /// What a proof did.
  ///
  /// @param passages that were searched
  /// @param repeats passages with the text of another one; a hit in either counts once
  /// @param split how the questions were split; null where it was by document as usual
  /// @param lost version that served and whose folder is gone or holds another model; null for none
  public record Result(
      Report report,
      int passages,
      int repeats,
      QuestionLog.@Nullable SplitNote split,
      @Nullable String lost) {}

  private final Workspace workspace;
  private final ModelShelf shelf;
  private final Progress progress;

  public Proof(Workspace workspace, ModelShelf shelf, Progress progress) {
    this.workspace = workspace;
    this.shelf = shelf;
    this.progress = progress;
  }

  /// The report of the last proof.
  public static Report read(Workspace workspace, String id) {
    return Json.read(Artifact.open(workspace.reports().resolve(id)).file(FILE), Report.class);
  }

  /// Names the questions that a proof can ask: those whose answers stand in these passages. Another
  /// edit of a passage calls for no other proof.
  public static String asked(Workspace workspace, List<Passage> passages) {
    QuestionLog log = QuestionLog.of(workspace, passages);
    return String.join("\n", JudgedQuestions.of(log.dev(), passages).texts().keySet())
        + "\n\n"
        + String.join("\n", JudgedQuestions.of(log.heldOut(), passages).texts().keySet());
  }

  /// @param id of the report
  /// @param forward whether a candidate, or a reranker, that was rolled back may serve again
  public Result prove(
      String id, Candidates candidates, String language, List<Passage> passages, boolean forward) {
    String candidate = candidates.model();
    Report report =
        candidate.equals(ModelShelf.NONE)
            ? nothing(candidate, null, shelf.serving(), Standing.NO_CANDIDATE, language)
                .withReranker(ofServing(candidates, language, passages))
            : compare(candidates, language, passages, forward);
    RerankReport reranker = report.reranker();
    if (reranker != null
        && !forward
        && new RerankerShelf(workspace).withdrawn(candidates.reranker())) {
      reranker = reranker.heldBack();
      report = report.withReranker(reranker);
    }
    Report found = report;
    Artifact.create(
        workspace.reports().resolve(id),
        new Provenance(
            "report",
            VERSION,
            Map.of("candidate", candidate),
            Map.of(),
            workspace.settings().train().seed()),
        folder -> WholeFile.write(folder.resolve(FILE), Json.pretty(found)));
    var result =
        new Result(
            found,
            passages.size(),
            new EqualPassages(passages).repeats(),
            QuestionLog.of(workspace, passages).note().orElse(null),
            shelf.lost().orElse(null));
    if (report.promoted()) {
      shelf.serve(candidate, id);
    }
    if (reranker != null) {
      RerankerProving.settle(workspace, candidates.reranker(), reranker, id);
    }
    return result;
  }

  /// What a reranker gains over the model that serves, where there is no candidate beside it.
  private @Nullable RerankReport ofServing(
      Candidates candidates, String language, List<Passage> passages) {
    if (candidates.noReranker()) {
      return null;
    }
    QuestionLog log = QuestionLog.of(workspace, passages);
    String serving = shelf.serving();
    List<Question> unseen =
        serving == null ? log.heldOut() : unseen(log.heldOut(), serving, null, passages);
    return new RerankerProving(workspace, passages, progress)
        .ofServing(candidates.reranker(), shelf, language, unseen);
  }

  private Report compare(
      Candidates candidates, String language, List<Passage> passages, boolean forward) {
    String candidate = candidates.model();
    String against = shelf.rival(candidate);
    QuestionLog log = QuestionLog.of(workspace, passages);
    JudgedQuestions dev = JudgedQuestions.of(log.dev(), passages);
    List<Question> unseen = unseen(log.heldOut(), candidate, against, passages);
    JudgedQuestions heldOut = JudgedQuestions.of(unseen, passages);
    Model sharpened = shelf.open(candidate);
    if (heldOut.size() == 0) {
      return nothing(candidate, sharpened, against, Standing.NO_QUESTIONS, language);
    }
    Model serving = against == null ? shelf.base(language) : shelf.open(against);
    var store = new VectorStore(workspace);
    var equal = new EqualPassages(passages);
    try (LuceneIndex words = LuceneIndex.inMemory(passages, null);
        Encoder base = shelf.encoder(serving);
        Encoder tuned = shelf.encoder(sharpened)) {
      var rankings =
          new ProofRankings(
              words,
              new ProofRankings.Side(
                  base, store.of(passages, base, "embed base", progress).vectors()),
              new ProofRankings.Side(tuned, store.of(passages, tuned, "embed", progress).vectors()),
              equal::first);
      ProofRankings.Weights weights =
          rankings.weights(dev.texts(), dev.qrels().grouped(equal::first));
      Settings settings = workspace.settings();
      boolean hybrid = settings.prove().ranking().equals(Report.HYBRID);
      var comparison =
          Comparison.of(
              rankings.of(heldOut.texts(), weights),
              ProofRankings.CONTRASTS,
              hybrid ? ProofRankings.HYBRID : ProofRankings.DENSE,
              heldOut.qrels().grouped(equal::first),
              new Gate(settings.prove().level()),
              settings.train().seed());
      shelf.weigh(
          Map.of(
              serving.space().value(), weights.base(), sharpened.space().value(), weights.tuned()));
      GuardReport guard = guard(against == null ? null : shelf.base(language), base, tuned);
      Report report = report(candidate, sharpened, against, comparison, guard, weights, forward);
      return candidates.noReranker()
          ? report
          : report.withReranker(
              new RerankerProving(workspace, passages, progress)
                  .ofCandidate(
                      candidates.reranker(),
                      rankings,
                      weights,
                      unseen,
                      dev,
                      candidate.equals(report.serves())));
    }
  }

  /// @param base the base model; null where `serving` is its encoder
  private GuardReport guard(@Nullable Model base, Encoder serving, Encoder tuned) {
    if (!workspace.settings().prove().guard()) {
      return GuardReport.notRun("prove.guard is false");
    }
    var guard = new ForgettingGuard(MavenArtifact.defaultCache(), progress);
    long seed = workspace.settings().train().seed();
    if (base == null) {
      return guard.check(serving, tuned, seed);
    }
    try (Encoder encoder = shelf.encoder(base)) {
      return guard.check(encoder, tuned, seed);
    }
  }

  private Report report(
      String candidate,
      Model sharpened,
      @Nullable String against,
      Comparison comparison,
      GuardReport guard,
      ProofRankings.Weights weights,
      boolean forward) {
    boolean held = shelf.withdrawn(candidate) && !forward;
    Verdict verdict = guard.judge(comparison.verdict());
    boolean promoted = verdict.promoted() && !held;
    Standing standing = standing(candidate, verdict.promoted(), held);
    return new Report(
        candidate,
        sharpened.space().value(),
        against,
        comparison.queries(),
        comparison.metrics(),
        comparison.gain(ProofRankings.DENSE),
        comparison.gain(ProofRankings.HYBRID),
        weights.base(),
        weights.tuned(),
        promoted,
        promoted ? candidate : shelf.serving(),
        verdict.reason(),
        standing,
        standing == Standing.SERVES_UNPROVEN ? shelf.proof() : null,
        guard,
        null);
  }

  private Standing standing(String candidate, boolean proven, boolean held) {
    if (proven) {
      return held ? Standing.HELD_BACK : Standing.PROMOTED;
    }
    return candidate.equals(shelf.serving()) ? Standing.SERVES_UNPROVEN : Standing.NOT_PROMOTED;
  }

  /// The questions that are new to both models.
  private List<Question> unseen(
      List<Question> heldOut, String candidate, @Nullable String against, List<Passage> passages) {
    List<Question> unseen = heldOut;
    for (String version : against == null ? List.of(candidate) : List.of(candidate, against)) {
      TrainedOn seen =
          TrainedOn.of(workspace, version).orElseThrow(() -> unknown(version, candidate));
      unseen = seen.unseen(unseen, passages, Manifest.read(workspace));
    }
    return unseen;
  }

  private Failure unknown(String version, String candidate) {
    boolean served = version.equals(shelf.serving());
    String message =
        "what "
            + shelf.name(version)
            + " was trained on is not known, for "
            + TrainedOn.folder(workspace, version)
            + " is missing: no question can be said to be new to it. Restore the folder from a"
            + " copy";
    if (version.equals(candidate)) {
      return new Failure.Refused(message + ", or train again", new Remedy.TrainAgain());
    }
    return served
        ? new Failure.Refused(
            message + ", or let the model before serve again", new Remedy.RollBackModel())
        : new Failure.Refused(
            message + ", or delete " + shelf.folder(version) + ", which does not serve");
  }

  /// Where nothing is compared, the weights are those of the proofs before.
  ///
  /// @param sharpened the candidate; null where there is none
  private Report nothing(
      String candidate,
      @Nullable Model sharpened,
      @Nullable String against,
      Standing standing,
      String language) {
    Model serving = against == null ? shelf.base(language) : shelf.open(against);
    return new Report(
        candidate,
        sharpened == null ? null : sharpened.space().value(),
        against,
        0,
        Map.of(),
        Gain.NONE,
        Gain.NONE,
        shelf.weight(serving.space()).orElse(RetrievalPlan.UNTUNED_DENSE_WEIGHT),
        sharpened == null
            ? RetrievalPlan.UNTUNED_DENSE_WEIGHT
            : shelf.weight(sharpened.space()).orElse(RetrievalPlan.UNTUNED_DENSE_WEIGHT),
        false,
        shelf.serving(),
        "",
        standing,
        null,
        null,
        null);
  }
}
