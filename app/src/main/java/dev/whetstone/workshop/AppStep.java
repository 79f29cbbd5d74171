package dev.whetstone.workshop;

import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.workshop.app.AppFitting;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.Workspace;

/// Makes the workspace's own app and fits how it answers. Its output is the app's id.
final class AppStep implements Step<StepResult.AppMade> {
  private final StepInputs inputs;
  private final Workspace workspace;
  private final IndexStep index;
  private final boolean force;

  AppStep(StepInputs inputs) {
    this(inputs, false);
  }

  /// @param force whether it runs in any case, and takes a plan whose answers are worse
  AppStep(StepInputs inputs, boolean force) {
    this.force = force;
    this.inputs = inputs;
    this.workspace = inputs.workspace();
    this.index = IndexStep.ofSettings(inputs);
  }

  @Override
  public String name() {
    return "app";
  }

  @Override
  public Class<StepResult.AppMade> resultType() {
    return StepResult.AppMade.class;
  }

  @Override
  public Fingerprint inputs() {
    String _ = inputs.current(index);
    Fingerprint fields =
        Fingerprint.of(name())
            .with("program", AppFitting.VERSION)
            .with("space", index.spaceOfGeneration().value())
            .with("index", index.place().address(workspace.settings()))
            .with("passages", inputs.passagesId())
            .with("questions", inputs.questionsHash())
            .with("app.top_k", workspace.settings().app().topK())
            .with("prove.ranking", workspace.settings().prove().ranking())
            .with("proof", inputs.record("prove").map(StepRecord::fingerprint).orElse(""));
    return withReranker(
        AppFitting.gatedLanguageModel(workspace)
            .map(model -> fields.with("app.gate_answers", "true").with("llm", model))
            .orElse(fields));
  }

  /// There is no such field where the app has no reranker, as earlier versions recorded it.
  private Fingerprint withReranker(Fingerprint fields) {
    return switch (AppFitting.reranker(workspace)) {
      case Reranker.None _ -> fields;
      case Reranker.Model model ->
          fields.with(
              "reranker",
              "%s depth %d weight %s limit %s"
                  .formatted(model.id(), model.depth(), model.weight(), model.limit()));
    };
  }

  @Override
  public boolean outputThere(StepRecord recorded) {
    return !force && AppFitting.exists(workspace);
  }

  @Override
  public Done<StepResult.AppMade> run(Tools tools) {
    AppFitting.Made app =
        new AppFitting(workspace, tools.models(), index.place(), tools.answers(), tools.progress())
            .make(
                inputs.passages(),
                index.spaceOfGeneration().value(),
                inputs.record("prove").map(StepRecord::output),
                force);
    return Done.recorded(app.fitted().id(), new StepResult.AppMade(app.fitted(), app.heldBack()));
  }
}
