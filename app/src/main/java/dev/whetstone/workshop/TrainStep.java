package dev.whetstone.workshop;

import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.Passage;
import dev.whetstone.store.Artifact;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workshop.train.Training;
import dev.whetstone.workshop.train.TrainingResult;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Sharpens the base model. Its output is the version of a model, or that these passages teach too
/// little. The passages are no input: a model that has seen most of the present ones is up to date,
/// since a few edited documents do not call for another.
final class TrainStep implements Step<StepResult.Trained> {
  static final String NAME = "train";

  private static final String BUDGET = "budget";

  private final StepInputs inputs;
  private final Workspace workspace;
  private final @Nullable Duration asked;
  private final boolean again;

  /// @param asked budget; null for that of the last training, or of the settings
  /// @param again trains in any case
  TrainStep(StepInputs inputs, @Nullable Duration asked, boolean again) {
    this.inputs = inputs;
    this.workspace = inputs.workspace();
    this.asked = asked;
    this.again = again;
  }

  /// @param text as `10m`; null for none
  static @Nullable Duration budget(@Nullable String text) {
    return text == null ? null : Settings.duration("--budget", text);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<StepResult.Trained> resultType() {
    return StepResult.Trained.class;
  }

  @Override
  public Fingerprint inputs() {
    return settled().with(BUDGET, budget());
  }

  /// All inputs but the budget that was asked for.
  private Fingerprint settled() {
    Settings.Train settings = workspace.settings().train();
    Fingerprint fingerprint =
        Fingerprint.of(NAME)
            .with("program", Training.VERSION)
            .with("questions", inputs.learningQuestionsHash())
            .with("train.budget", settings.time())
            .with("train.seed", settings.seed())
            .with("base model", inputs.models().baseKey());
    if (!settings.matryoshka().isEmpty()) {
      fingerprint = fingerprint.with("train.matryoshka", settings.matryoshka().toString());
    }
    Training.recipe(settings); // a wrong one is told by the plan
    if (settings.recipe() != null) {
      fingerprint = fingerprint.with("train.recipe", settings.recipe());
    }
    Integer dimensions = workspace.settings().index().dimensions();
    if (dimensions != null) {
      fingerprint = fingerprint.with("index.dimensions", dimensions);
    }
    String written = inputs.writtenHash();
    return written.equals(QuestionLog.NO_QUESTIONS)
        ? fingerprint
        : fingerprint.with("written questions", written);
  }

  /// A model that was trained with a budget of its own stays up to date when none is asked for.
  Duration budget() {
    return asked != null
        ? asked
        : inputs
            .record(NAME)
            .flatMap(this::recordedBudget)
            .orElse(workspace.settings().train().time());
  }

  private Optional<Duration> recordedBudget(StepRecord record) {
    SortedMap<String, String> recorded = record.inputs();
    if (recorded == null) {
      return Optional.empty();
    }
    var others = new TreeMap<>(recorded);
    String budget = others.remove(BUDGET);
    return budget != null && others.equals(settled().fields())
        ? Optional.of(Duration.parse(budget))
        : Optional.empty();
  }

  @Override
  public boolean outputThere(StepRecord recorded) {
    if (again) {
      return false;
    }
    if (recorded.output().startsWith(ModelShelf.NONE)) {
      return recorded.output().equals(none(inputs.passagesId()));
    }
    List<Passage> now = inputs.passages();
    return Artifact.exists(inputs.models().folder(recorded.output()))
        && TrainedOn.of(workspace, recorded.output()).map(seen -> seen.near(now)).orElse(false);
  }

  @Override
  public Done<StepResult.Trained> run(Tools tools) {
    String passages = inputs.passagesId();
    Duration budget = budget();
    String recorded = inputs.record(NAME).map(TrainStep::version).orElse("");
    TrainingResult made =
        new Training(workspace, tools.models(), tools.progress())
            .train(tools.id(), inputs.language(), inputs.passages(), budget, recorded);
    return Done.recorded(
        made.made() ? made.version() : none(passages),
        new StepResult.Trained(workspace.name(), made));
  }

  /// The output of a training that found too little in these passages.
  static String none(String passages) {
    return ModelShelf.NONE + " of " + passages;
  }

  /// The version that a training made, or [ModelShelf#NONE].
  static String version(StepRecord trained) {
    return trained.output().startsWith(ModelShelf.NONE) ? ModelShelf.NONE : trained.output();
  }
}
