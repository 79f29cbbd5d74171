package dev.whetstone.workshop;

import dev.whetstone.core.Fingerprint;
import dev.whetstone.store.Artifact;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workshop.prove.RerankReport;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.Workspace;

/// Proves the candidate, and lets it serve when the gate promotes it. Its output is a report.
final class ProveStep implements Step<StepResult.Proven> {
  static final String NAME = "prove";

  private final StepInputs inputs;
  private final Workspace workspace;
  private final boolean forward;

  /// @param forward whether a candidate, or a reranker, that was rolled back may serve again
  ProveStep(StepInputs inputs, boolean forward) {
    this.inputs = inputs;
    this.workspace = inputs.workspace();
    this.forward = forward;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<StepResult.Proven> resultType() {
    return StepResult.Proven.class;
  }

  @Override
  public Fingerprint inputs() {
    String _ = inputs.passagesId(); // which must be up to date
    StepRecord trained = inputs.last(TrainStep.NAME);
    String candidate = TrainStep.version(trained);
    Fingerprint model =
        Fingerprint.of(name())
            .with("program", Proof.VERSION)
            .with("name", workspace.name())
            .with("models", inputs.models().contest(candidate))
            .with("training", trained.fingerprint())
            .with("questions", inputs.questionsHash())
            .with(
                "questions with a passage",
                candidate.equals(ModelShelf.NONE) ? "" : Proof.asked(workspace, inputs.passages()))
            .with("prove.level", workspace.settings().prove().level())
            .with("prove.ranking", workspace.settings().prove().ranking())
            .with("prove.guard", workspace.settings().prove().guard());
    String reranker = RerankerStep.version(inputs);
    return reranker.equals(RerankerShelf.NONE)
        ? model
        : model
            .with("reranker", new RerankerShelf(workspace).contest(reranker))
            .with("rerank.budget", workspace.settings().rerank().time());
  }

  /// Whether the report is there, and what it promoted was let serve.
  @Override
  public boolean outputThere(StepRecord recorded) {
    if (forward
        && (inputs.models().withdrawn(TrainStep.version(inputs.last(TrainStep.NAME)))
            || new RerankerShelf(workspace).withdrawn(RerankerStep.version(inputs)))) {
      return false;
    }
    if (!Artifact.exists(workspace.reports().resolve(recorded.output()))) {
      return false;
    }
    Proof.Report report = Proof.read(workspace, recorded.output());
    RerankReport reranker = report.reranker();
    boolean served =
        reranker == null
            || !reranker.verdict().taken()
            || new RerankerShelf(workspace).served(RerankerStep.version(inputs));
    return served && (!report.promoted() || inputs.models().served(report.candidate()));
  }

  @Override
  public Done<StepResult.Proven> run(Tools tools) {
    String candidate = TrainStep.version(inputs.last(TrainStep.NAME));
    Proof.Result proof =
        new Proof(workspace, tools.models(), tools.progress())
            .prove(
                tools.id(),
                new Proof.Candidates(candidate, RerankerStep.version(inputs)),
                inputs.language(),
                inputs.passages(),
                forward);
    return Done.recorded(tools.id(), new StepResult.Proven(tools.id(), workspace.name(), proof));
  }
}
