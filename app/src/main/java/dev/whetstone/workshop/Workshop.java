package dev.whetstone.workshop;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.SpaceId;
import dev.whetstone.encode.Encoder;
import dev.whetstone.index.AdoptedFields;
import dev.whetstone.model.Model;
import dev.whetstone.pairs.Question;
import dev.whetstone.workshop.app.AnswerProof;
import dev.whetstone.workshop.app.AppAnswers;
import dev.whetstone.workshop.app.AppFitting;
import dev.whetstone.workshop.index.BulkExport;
import dev.whetstone.workshop.index.GenerationList;
import dev.whetstone.workshop.index.IndexOptions;
import dev.whetstone.workshop.index.Rollback;
import dev.whetstone.workshop.questions.WriterModel;
import dev.whetstone.workshop.questions.Writing;
import dev.whetstone.workshop.questions.WritingEstimate;
import dev.whetstone.workshop.questions.WrittenSplit;
import dev.whetstone.workshop.train.JudgedQuestions;
import dev.whetstone.workshop.train.Training;
import dev.whetstone.workspace.Adoption;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.QuestionSettings;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.StepRecords;
import dev.whetstone.workspace.TruncatedList;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The steps of a workspace and what is done beside them. Who writes holds the workspace's writer
/// lock. For one thread.
public final class Workshop {
  private final Workspace workspace;
  private final Progress progress;
  private final StepRecords records;
  private final ModelShelf models;
  private final StepInputs inputs;
  private final StepRunner runner;
  private final AppAnswers answers;

  /// @param answers what the workspace's app is fitted and proven with
  public Workshop(Workspace workspace, AppAnswers answers, Progress progress) {
    this(workspace, answers, null, progress);
  }

  /// What a process that runs steps now and then holds open between them.
  ///
  /// @param models of the same workspace and settings: each is opened and checked once
  public record Open(ModelShelf models, StepEncoders encoders) {}

  /// @param open what is open already; null: the steps open it themselves
  public Workshop(Workspace workspace, AppAnswers answers, @Nullable Open open, Progress progress) {
    this.workspace = workspace;
    this.progress = progress;
    this.answers = answers;
    this.records = new StepRecords(workspace);
    this.models = open == null ? new ModelShelf(workspace) : open.models();
    this.inputs = new StepInputs(workspace, models, records);
    StepEncoders used = open == null ? StepEncoders.opening(models) : open.encoders();
    this.runner = new StepRunner(inputs, records, models, answers, used, progress);
  }

  /// The steps of a run after staging, in order, as a run does them.
  static List<Step<?>> steps(StepInputs inputs) {
    var steps = new ArrayList<Step<?>>();
    steps.add(new PrepareStep(inputs));
    if (GenerateStep.configured(inputs.workspace())) {
      steps.add(new GenerateStep(inputs, GenerateStep.Asked.NOTHING, false));
    }
    steps.add(new TrainStep(inputs, null, false));
    if (RerankerStep.configured(inputs)) {
      steps.add(new RerankerStep(inputs, RerankerStep.Asked.NOTHING));
    }
    steps.add(new ProveStep(inputs, false));
    steps.add(new EmbedStep(inputs));
    steps.add(new IndexStep(inputs, IndexOptions.DEFAULT, false));
    steps.add(new AppStep(inputs));
    return List.copyOf(steps);
  }

  /// What [#run] would do after staging, told by one who may write: a model is opened and checked
  /// before its space is believed.
  ///
  /// @throws Failure.BadInput if a setting of a later step is wrong
  public StepPlan plan() {
    checkSettings();
    return StepPlan.of(inputs, steps(inputs));
  }

  /// What steps would find wrong only after those before them, which may take an hour.
  private void checkSettings() {
    var _ = Training.recipe(workspace.settings().train());
    var _ = new RerankerShelf(workspace).baseKey();
  }

  /// Is told of a run as it goes.
  public interface RunListener {
    /// Called once, after the sources were staged again, when there is something to do.
    void planned(StepPlan plan);

    /// Called before a language model is asked to write questions.
    default void estimated(StepOutcome<StepResult.WritingEstimated> outcome) {}

    /// Called for each step that was looked at, also one that is up to date.
    default void done(StepOutcome<?> outcome) {}

    /// Called for each step that did something.
    void ended(StepOutcome<?> outcome);
  }

  /// Stages all sources again, then does every step that is out of date, in order. Where no
  /// questions can be written because something is not available, that is told and the next steps
  /// follow.
  ///
  /// @return whether there was anything to do
  public boolean run(RunListener listener) {
    checkSettings();
    boolean worked = false;
    for (String source : sources()) {
      var staged = runner.run(new StageStep(inputs, source, StageStep.Mode.AGAIN));
      worked |= tell(staged, listener) && !namedElsewhere(staged);
    }
    StepPlan plan = StepPlan.of(inputs, steps(inputs));
    if (!plan.upToDate()) {
      listener.planned(plan);
    }
    for (Step<?> step : steps(inputs)) {
      if (step instanceof GenerateStep writing) {
        if (inputs.upToDate(step).isEmpty()) {
          listener.estimated(estimate(writing));
        }
        worked |= tell(written(writing), listener);
      } else {
        worked |= tell(runner.run(step), listener);
      }
    }
    return worked;
  }

  /// Writes questions. A writer that is down is no reason to leave the index as it is: nothing is
  /// recorded then, so the step stays out of date and the next run tries again.
  private StepOutcome<?> written(GenerateStep step) {
    long began = System.nanoTime();
    try {
      return runner.run(step);
    } catch (Failure.Unavailable e) {
      Progress.stopWhenInterrupted();
      WrittenSplit before = WrittenSplit.of(workspace, inputs.passages());
      return StepOutcome.of(
          GenerateStep.NAME,
          began,
          new StepResult.QuestionsNotWritten(
              ReportedFailure.of(e), before.train().size() + before.dev().size()));
    }
  }

  /// Where documents come from: the places that were staged, and what was sent over HTTP.
  public List<String> sources() {
    var sources = new TreeSet<String>(Manifest.read(workspace).sources());
    if (Files.isDirectory(workspace.uploads())) {
      sources.add(Manifest.UPLOADS);
    }
    return List.copyOf(sources);
  }

  /// Brings the index to the documents, without training or proving anything.
  public DocumentUpdate update() {
    return new DocumentUpdate(inputs, records, runner);
  }

  /// Whether the source stays as it is because another machine named it: that is reported and no
  /// work.
  private static boolean namedElsewhere(StepOutcome<StepResult.Staged> outcome) {
    StepResult.Staged staged = outcome.result();
    return staged != null
        && staged.notStaged() != null
        && staged.notStaged().why() == StepResult.NotStaged.Why.NAMED_ELSEWHERE;
  }

  static boolean tell(StepOutcome<?> outcome, RunListener listener) {
    listener.done(outcome);
    if (!outcome.upToDate()) {
      listener.ended(outcome);
    }
    return !outcome.upToDate();
  }

  /// Mirrors a folder's or a bucket's documents into the workspace.
  public StepOutcome<StepResult.Staged> stage(String source) {
    return runner.run(new StageStep(inputs, source, StageStep.Mode.NAMED));
  }

  /// Takes out of the workspace what was staged from a folder or bucket.
  public StepOutcome<StepResult.Staged> unstage(String source) {
    return runner.run(new StageStep(inputs, source, StageStep.Mode.REMOVED));
  }

  /// Whether the passages are up to date.
  public boolean prepared() {
    return !Manifest.read(workspace).documents().isEmpty()
        && inputs.upToDate(new PrepareStep(inputs)).isPresent();
  }

  /// Parses and splits.
  public StepOutcome<StepResult.Prepared> prepare() {
    return runner.run(new PrepareStep(inputs));
  }

  /// Imports questions.
  ///
  /// @param replace forgets those that were imported before
  public StepOutcome<StepResult.QuestionsImported> questions(Path file, boolean replace) {
    long began = System.nanoTime();
    QuestionLog.Imported imported = QuestionLog.take(workspace, file, replace);
    List<Passage> passages = inputs.passagesIfCurrent();
    var unresolved =
        passages.isEmpty()
            ? List.<StepResult.NotFound>of()
            : JudgedQuestions.of(QuestionLog.read(workspace), passages).unresolved().stream()
                .map(one -> notFound(one.question(), one.reason()))
                .toList();
    return StepOutcome.of(
        "questions",
        began,
        new StepResult.QuestionsImported(
            file.toString(),
            new StepResult.ImportCounts(
                imported.added(), imported.changed(), imported.same(), imported.all()),
            imported.notes(),
            TruncatedList.of(imported.bad()),
            TruncatedList.of(unresolved),
            passages.isEmpty() ? null : QuestionLog.of(workspace, passages).note().orElse(null)));
  }

  private static StepResult.NotFound notFound(Question question, String reason) {
    return new StepResult.NotFound(
        question.unnamed() ? null : question.id(), question.text(), reason);
  }

  /// Writes questions with the language model of the settings; goes on where the last writing was
  /// ended by a limit.
  ///
  /// @param count questions that are to train and choose; null for that of the last writing, or of
  ///   the settings. Likewise `budget`, as `20m`, and `kinds`
  public StepOutcome<StepResult.QuestionsWritten> generate(
      @Nullable Integer count, @Nullable String budget, @Nullable List<String> kinds) {
    return runner.run(new GenerateStep(inputs, asked(count, budget, kinds), true));
  }

  /// What [#generate] will take; empty where it has nothing to do.
  public Optional<StepOutcome<StepResult.WritingEstimated>> estimateGenerate(
      @Nullable Integer count, @Nullable String budget, @Nullable List<String> kinds) {
    var step = new GenerateStep(inputs, asked(count, budget, kinds), true);
    String _ = inputs.passagesId(); // which must be up to date
    return inputs.upToDate(step).isPresent() ? Optional.empty() : Optional.of(estimate(step));
  }

  private StepOutcome<StepResult.WritingEstimated> estimate(GenerateStep step) {
    long began = System.nanoTime();
    WriterModel writer = WriterModel.of(workspace);
    WritingEstimate estimate =
        new Writing(workspace, models, progress).estimate(inputs.passages(), step.request());
    return StepOutcome.of(
        GenerateStep.NAME,
        began,
        new StepResult.WritingEstimated(writer.place(), writer.remote(), estimate));
  }

  private static GenerateStep.Asked asked(
      @Nullable Integer count, @Nullable String budget, @Nullable List<String> kinds) {
    return new GenerateStep.Asked(
        count,
        TrainStep.budget(budget),
        kinds == null ? null : QuestionSettings.kinds("--kinds", kinds));
  }

  /// Sharpens the base model.
  ///
  /// @param budget as `10m`; null for that of the settings, or that the last model was asked for
  ///   with
  /// @param again trains in any case
  public StepOutcome<StepResult.Trained> train(@Nullable String budget, boolean again) {
    return runner.run(new TrainStep(inputs, TrainStep.budget(budget), again));
  }

  /// Makes a reranker for what the model finds.
  ///
  /// @param from folder of a reranker to begin with; null for that of the settings, or else the
  ///   sharpened model becomes one
  /// @param budget as `10m`; null for that of the settings
  /// @param again makes one in any case
  public StepOutcome<StepResult.RerankerMade> reranker(
      @Nullable Path from, @Nullable String budget, boolean again) {
    var asked =
        new RerankerStep.Asked(
            from == null ? null : from.toAbsolutePath().normalize(),
            TrainStep.budget(budget),
            again);
    return runner.run(new RerankerStep(inputs, asked));
  }

  /// The last training, where it is up to date; empty where there is something to train.
  public Optional<StepOutcome<StepResult.Trained>> trained(@Nullable String budget) {
    var step = new TrainStep(inputs, TrainStep.budget(budget), false);
    String _ = inputs.passagesId(); // which must be up to date
    return inputs.upToDate(step).isPresent() ? Optional.of(runner.run(step)) : Optional.empty();
  }

  /// Writes what a training elsewhere needs into the folder `order`, see [TrainingElsewhere].
  public TrainingElsewhere.Sent sendTraining(Path order, @Nullable String budget) {
    var step = new TrainStep(inputs, TrainStep.budget(budget), false);
    return TrainingElsewhere.send(order, inputs, models, step);
  }

  /// Takes in what a training elsewhere made, as the candidate that is proven next.
  ///
  /// @param order hash of what was sent
  public StepOutcome<StepResult.Trained> takeTraining(Path result, String order) {
    return TrainingElsewhere.take(result, order, workspace, models, records);
  }

  /// Proves the candidate, and lets it serve when it is proven; one that was rolled back, too.
  public StepOutcome<StepResult.Proven> prove() {
    return runner.run(new ProveStep(inputs, true));
  }

  /// Embeds all passages with the model that serves.
  public StepOutcome<StepResult.Embedded> embed() {
    return runner.run(new EmbedStep(inputs));
  }

  /// Loads the vectors into the index of the settings' engine; after a rollback it goes forward
  /// again.
  public StepOutcome<StepResult.Indexed> index() {
    return index(IndexOptions.DEFAULT);
  }

  /// Loads the vectors into an index, and lets the new generation serve where there is one.
  public StepOutcome<StepResult.Indexed> index(IndexOptions options) {
    return runner.run(new IndexStep(inputs, options, true));
  }

  /// Makes the workspace's own app, and fits when it declines.
  public StepOutcome<StepResult.AppMade> app() {
    return app(false);
  }

  /// @param force whether it is made anew in any case, and takes a plan whose answers are worse
  public StepOutcome<StepResult.AppMade> app(boolean force) {
    return runner.run(new AppStep(inputs, force));
  }

  /// Proves how the workspace's app answers, on the questions that are held out, and compares it
  /// with its last run.
  ///
  /// @throws Failure.BadInput if there is no app yet, or it was fitted to other questions than
  ///   those that the log has now
  public StepOutcome<StepResult.AnswersProven> proveAnswers() {
    long began = System.nanoTime();
    var step = IndexStep.ofSettings(inputs);
    String _ = inputs.current(step);
    String _ = inputs.current(new AppStep(inputs));
    var proof = new AnswerProof(workspace, step.place(), answers, progress);
    AnswerProof.Written written =
        proof.run(ownApp(), step.spaceOfGeneration().value(), inputs.passages());
    proof.count(written, (System.nanoTime() - began) / 1e9);
    return StepOutcome.of(
        "answers", began, new StepResult.AnswersProven(written.id(), written.report()));
  }

  private App ownApp() {
    try (var catalog = Catalog.open(workspace.catalog())) {
      return WorkspaceApp.own(workspace, catalog)
          .orElseThrow(() -> new Failure.BadInput("there is no app yet", Remedy.step("app")));
    }
  }

  /// Serves the generation before the present one again, and the model that made it.
  ///
  /// @param engine null for that of the settings
  public StepOutcome<StepResult.RolledBack> rollback(@Nullable String engine) {
    Rollback rollback = rollbackAt(engine);
    return rolledBack(rollback::toGenerationBefore);
  }

  /// Lets the model that served before serve again, and the last generation that it made.
  public StepOutcome<StepResult.RolledBack> rollBackModel() {
    Rollback rollback = rollbackAt(null);
    return rolledBack(rollback::toModelBefore);
  }

  /// Lets the reranker that served before, beside the same model, serve again; none where it was
  /// the first. The workspace's app uses it from now on.
  public StepOutcome<StepResult.RerankerRolledBack> rollBackReranker() {
    long began = System.nanoTime();
    @Nullable String before = servingReranker();
    new RerankerShelf(workspace).rollBack();
    followed(null);
    return StepOutcome.of(
        "rollback",
        began,
        new StepResult.RerankerRolledBack(
            workspace.name(), new StepResult.RerankerChange(before, servingReranker())));
  }

  private @Nullable String servingReranker() {
    return new RerankerShelf(workspace).serving().map(RerankerShelf.Serving::version).orElse(null);
  }

  /// Brings the workspace's app along.
  ///
  /// @param space of the generation that answers now; null where it stayed
  private void followed(@Nullable String space) {
    AppFitting.follow(workspace, models, space);
  }

  private Rollback rollbackAt(@Nullable String engine) {
    return new Rollback(workspace, models, inputs.language(), engine);
  }

  private StepOutcome<StepResult.RolledBack> rolledBack(Supplier<Rollback.Result> rollback) {
    long began = System.nanoTime();
    @Nullable String before = servingReranker();
    Rollback.Result result = rollback.get();
    boolean together =
        result.index().outcome() == Rollback.IndexOutcome.WENT_BACK
            && result.model().outcome() == Rollback.ModelOutcome.WENT_BACK;
    if (together) { // else the app goes on with the generation, and so with the plan, that it has
      followed(result.model().space());
    }
    return StepOutcome.of(
        "rollback",
        began,
        new StepResult.RolledBack(
            workspace.name(), result, new StepResult.RerankerChange(before, servingReranker())));
  }

  /// The generations of the index, oldest first.
  ///
  /// @param engine null for that of the settings
  public StepOutcome<StepResult.Generations> generations(@Nullable String engine) {
    long began = System.nanoTime();
    IndexPlace place = IndexPlace.of(workspace.settings(), engine);
    return StepOutcome.of(
        "generations",
        began,
        new StepResult.Generations(GenerationList.of(workspace, place, models, inputs.language())));
  }

  /// Takes in an index that others made, when its vectors are those of the serving model.
  ///
  /// @param engine null for that of the settings
  public StepOutcome<StepResult.Adopted> adopt(
      @Nullable String engine, String name, AdoptedFields fields) {
    long began = System.nanoTime();
    var place = new IndexPlace(IndexPlace.of(workspace.settings(), engine).engine(), name);
    Model model = models.servingModel(inputs.language());
    try (Encoder encoder = models.encoder(model)) {
      Adoption adoption = Adoption.adopt(workspace, place, fields, encoder);
      return StepOutcome.of(
          "adopt",
          began,
          new StepResult.Adopted(adoption, adoption.endpoint(workspace.settings())));
    }
  }

  /// Writes the vectors as files that `curl` loads into a cluster.
  public StepOutcome<StepResult.Exported> exportBulk(BulkExport export) {
    long began = System.nanoTime();
    var space = new SpaceId(inputs.current(new EmbedStep(inputs)));
    return StepOutcome.of(
        "export", began, new StepResult.Exported(export.write(workspace, space, progress)));
  }

  /// The language of most documents that were prepared last, or what the settings say.
  public String language() {
    return inputs.language();
  }

  /// How much the models of the last proof differed from question to question, in the ranking that
  /// serves: the standard deviation of the differences in nDCG@10; null where none was measured.
  public @Nullable Double provenDeviation() {
    String ranking = workspace.settings().prove().ranking();
    OptionalDouble measured =
        inputs
            .record(ProveStep.NAME)
            .flatMap(record -> StepInputs.result(record, StepResult.Proven.class))
            .map(proven -> proven.proof().report().deviation(ranking))
            .orElse(OptionalDouble.empty());
    return measured.isPresent() ? measured.getAsDouble() : null;
  }

  /// The passages, which must be up to date.
  public List<Passage> passages() {
    return inputs.passages();
  }
}
