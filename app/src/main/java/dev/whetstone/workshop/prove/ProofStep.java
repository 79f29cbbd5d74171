package dev.whetstone.workshop.prove;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.RetrievalPlan;
import dev.whetstone.encode.Encoder;
import dev.whetstone.evaluate.Comparison;
import dev.whetstone.evaluate.Gain;
import dev.whetstone.evaluate.Gate;
import dev.whetstone.evaluate.Metrics;
import dev.whetstone.evaluate.Power;
import dev.whetstone.evaluate.Verdict;
import dev.whetstone.index.lucene.LuceneIndex;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.EqualPassages;
import dev.whetstone.pairs.Question;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.train.Judged;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.StepRun;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Proves a candidate on held-out questions against the model that serves, writes the report, and
/// lets the candidate serve when the gate promotes it.
public final class ProofStep {
  /// Raised whenever the same inputs give another verdict.
  public static final int VERSION = 3;

  static final String FILE = "report.json";

  /// The report of a proof, `reports/ID/report.json`; figures 0–1, gains candidate − serving.
  ///
  /// @param candidate version; `none` where there is none
  /// @param candidateSpace that was proven; null where there is none
  /// @param against version that served, or served before where the candidate does; null for the
  ///   base
  /// @param promoted whether the candidate was let serve
  /// @param serves version that serves after it; null for the base
  /// @param words the verdict for people
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
      String words) {}

  private final Workspace workspace;
  private final ModelShelf shelf;
  private final Progress progress;

  public ProofStep(Workspace workspace, ModelShelf shelf, Progress progress) {
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
    return String.join("\n", Judged.of(log.dev(), passages).texts().keySet())
        + "\n\n"
        + String.join("\n", Judged.of(log.heldOut(), passages).texts().keySet());
  }

  /// @param forward whether a candidate that was rolled back may serve again
  public StepRun prove(
      String id, String candidate, String language, List<Passage> passages, boolean forward) {
    Report report =
        candidate.equals(ModelShelf.NONE)
            ? nothing(
                candidate,
                null,
                shelf.serving(),
                "no model was trained; " + shelf.servingName() + " serves",
                language)
            : compare(candidate, language, passages, forward);
    Artifact.create(
        workspace.reports().resolve(id),
        new Provenance(
            "report",
            VERSION,
            Map.of("candidate", candidate),
            Map.of(),
            workspace.settings().train().seed()),
        folder -> WholeFile.write(folder.resolve(FILE), Json.pretty(report)));
    var lines = new ArrayList<String>();
    lines.add(report.words());
    int repeats = new EqualPassages(passages).repeats();
    if (repeats > 0) {
      lines.add(
          "passages with the text of another one: %,d of %,d; a hit in either counts once"
              .formatted(repeats, passages.size()));
    }
    QuestionLog.of(workspace, passages).note().ifPresent(lines::add);
    shelf
        .lost()
        .ifPresent(
            version ->
                lines.add(
                    shelf.name(version)
                        + " served; its folder is gone or holds another model, so it serves no"
                        + " longer"));
    if (report.promoted()) {
      shelf.serve(candidate, id);
    }
    return new StepRun(id, lines);
  }

  private Report compare(
      String candidate, String language, List<Passage> passages, boolean forward) {
    String against = shelf.rival(candidate);
    QuestionLog log = QuestionLog.of(workspace, passages);
    Judged dev = Judged.of(log.dev(), passages);
    Judged heldOut = Judged.of(unseen(log.heldOut(), candidate, against, passages), passages);
    Model sharpened = shelf.open(candidate);
    if (heldOut.size() == 0) {
      return nothing(
          candidate,
          sharpened,
          against,
          "not proven: there are no held-out questions, so "
              + (candidate.equals(shelf.serving()) ? "" : shelf.name(candidate) + " is kept and ")
              + shelf.servingName()
              + " goes on serving. "
              + Power.needed(Power.DEFAULT_DEVIATION)
              + ". Write questions down with `whet questions import`",
          language);
    }
    Model serving = against == null ? shelf.base(language) : shelf.open(against);
    var store = new VectorStore(workspace);
    var equal = new EqualPassages(passages);
    try (LuceneIndex words = LuceneIndex.inMemory(passages, null);
        Encoder base = shelf.encoder(serving);
        Encoder tuned = shelf.encoder(sharpened)) {
      var proving =
          new Proving(
              words,
              new Proving.Side(base, store.of(passages, base, "embed base", progress).vectors()),
              new Proving.Side(tuned, store.of(passages, tuned, "embed", progress).vectors()),
              equal::first);
      Proving.Weights weights = proving.weights(dev.texts(), dev.qrels().grouped(equal::first));
      Settings settings = workspace.settings();
      boolean hybrid = settings.prove().ranking().equals("hybrid");
      var comparison =
          Comparison.of(
              proving.rankings(heldOut.texts(), weights),
              Proving.CONTRASTS,
              hybrid ? Proving.HYBRID : Proving.DENSE,
              heldOut.qrels().grouped(equal::first),
              new Gate(settings.prove().level()),
              settings.train().seed());
      shelf.weigh(
          Map.of(
              serving.space().value(), weights.base(), sharpened.space().value(), weights.tuned()));
      return report(candidate, sharpened, against, comparison, weights, forward);
    }
  }

  private Report report(
      String candidate,
      Model sharpened,
      @Nullable String against,
      Comparison comparison,
      Proving.Weights weights,
      boolean forward) {
    boolean held = shelf.withdrawn(candidate) && !forward;
    Verdict verdict = comparison.verdict();
    boolean promoted = verdict.promoted() && !held;
    return new Report(
        candidate,
        sharpened.space().value(),
        against,
        comparison.queries(),
        comparison.metrics(),
        comparison.gain(Proving.DENSE),
        comparison.gain(Proving.HYBRID),
        weights.base(),
        weights.tuned(),
        promoted,
        promoted ? candidate : shelf.serving(),
        verdict.reason() + afterwards(candidate, against, verdict.promoted(), held));
  }

  /// What people have to know beside the gate's verdict.
  ///
  /// @param held the candidate was rolled back, and only `whet prove` lets it serve again
  private String afterwards(
      String candidate, @Nullable String against, boolean proven, boolean held) {
    if (proven) {
      return held
          ? ". It was rolled back, so "
              + shelf.servingName()
              + " goes on serving; `whet prove` lets "
              + shelf.name(candidate)
              + " serve again"
          : "";
    }
    if (!candidate.equals(shelf.serving())) {
      return ". " + capital(shelf.servingName()) + " goes on serving";
    }
    String earlier = shelf.proof();
    return ". "
        + capital(shelf.name(candidate))
        + " was proven before"
        + (earlier == null ? "" : " (reports/" + earlier + ")")
        + " and still serves; `whet index rollback --model` lets "
        + shelf.name(against)
        + " serve again";
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /// The questions that are new to both models.
  private List<Question> unseen(
      List<Question> heldOut, String candidate, @Nullable String against, List<Passage> passages) {
    var unseen = new ArrayList<>(heldOut);
    for (String version : against == null ? List.of(candidate) : List.of(candidate, against)) {
      TrainedOn seen =
          TrainedOn.of(workspace, version).orElseThrow(() -> unknown(version, candidate));
      unseen.removeAll(seen.asked(unseen, passages, Manifest.read(workspace)));
    }
    return unseen;
  }

  private Failure unknown(String version, String candidate) {
    String way =
        version.equals(candidate)
            ? "train anew with `whet train --again`"
            : version.equals(shelf.serving())
                ? "let what served before serve again with `whet index rollback --model`"
                : "delete " + shelf.folder(version) + ", which does not serve";
    return new Failure.Refused(
        "what "
            + shelf.name(version)
            + " was trained on is not known, for "
            + TrainedOn.folder(workspace, version)
            + " is missing: no question can be said to be new to it. Restore the folder from a"
            + " copy, or "
            + way);
  }

  /// Where nothing is compared, the weights are those of the proofs before.
  ///
  /// @param sharpened the candidate; null where there is none
  private Report nothing(
      String candidate,
      @Nullable Model sharpened,
      @Nullable String against,
      String words,
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
        words);
  }
}
