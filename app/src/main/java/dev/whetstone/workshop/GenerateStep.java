package dev.whetstone.workshop;

import dev.whetstone.core.Fingerprint;
import dev.whetstone.questions.WriterResult;
import dev.whetstone.store.Artifact;
import dev.whetstone.workshop.questions.WriterModel;
import dev.whetstone.workshop.questions.Writing;
import dev.whetstone.workshop.questions.WritingResult;
import dev.whetstone.workshop.questions.WrittenQuestions;
import dev.whetstone.workspace.QuestionSettings;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes questions about the passages with a language model; a step of a run only where one is
/// set. Its output is the artifact `written/`. As in [TrainStep] the passages are no input:
/// questions about most of the present ones are up to date. Nor is the question log: to review is
/// no reason to write. Nor are the limits, as long as they did not end the last writing.
final class GenerateStep implements Step<StepResult.QuestionsWritten> {
  static final String NAME = "generate";

  private static final String PROGRAM = "program";
  private static final String COUNT = "count";
  private static final String BUDGET = "budget";
  private static final String KINDS = "kinds";

  private final StepInputs inputs;
  private final Workspace workspace;
  private final QuestionSettings settings;
  private final Asked asked;
  private final boolean more;

  /// What a command asks for; null for what the last run asked for, or the settings say.
  record Asked(@Nullable Integer count, @Nullable Duration budget, @Nullable List<String> kinds) {
    static final Asked NOTHING = new Asked(null, null, null);
  }

  /// @param more goes on where the last run was ended by its time, tokens or cost
  GenerateStep(StepInputs inputs, Asked asked, boolean more) {
    this.inputs = inputs;
    this.workspace = inputs.workspace();
    this.settings = workspace.settings().questions();
    this.asked = asked;
    this.more = more;
  }

  /// Whether the settings name a writer.
  static boolean configured(Workspace workspace) {
    return workspace.settings().questions().writer().configured();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<StepResult.QuestionsWritten> resultType() {
    return StepResult.QuestionsWritten.class;
  }

  @Override
  public Fingerprint inputs() {
    Writing.Request request = request();
    return settled()
        .with(COUNT, request.count())
        .with(BUDGET, request.budget())
        .with(KINDS, String.join(" ", request.kinds()));
  }

  /// All inputs but what a command may ask for.
  private Fingerprint settled() {
    return Fingerprint.of(NAME)
        .with(PROGRAM, Writing.VERSION)
        .with("writer", WriterModel.of(workspace).key())
        .with("questions.count", settings.count())
        .with("questions.review", settings.review())
        .with("questions.budget", settings.time())
        .with("questions.kinds", String.join(" ", settings.kinds()))
        .with("train.seed", workspace.settings().train().seed())
        .with("base model", inputs.models().baseKey());
  }

  /// What is asked for now, else what the last run was asked for under the same settings, else what
  /// the settings say.
  Writing.Request request() {
    var recorded = inputs.record(NAME).flatMap(this::recorded);
    Integer count = asked.count();
    Duration budget = asked.budget();
    List<String> kinds = asked.kinds();
    return new Writing.Request(
        count != null ? count : recorded.map(Writing.Request::count).orElse(settings.count()),
        budget != null ? budget : recorded.map(Writing.Request::budget).orElse(settings.time()),
        kinds != null ? kinds : recorded.map(Writing.Request::kinds).orElse(settings.kinds()));
  }

  private Optional<Writing.Request> recorded(StepRecord record) {
    SortedMap<String, String> recorded = record.inputs();
    if (recorded == null) {
      return Optional.empty();
    }
    var others = new TreeMap<>(recorded);
    String count = others.remove(COUNT);
    String budget = others.remove(BUDGET);
    String kinds = others.remove(KINDS);
    var settled = new TreeMap<>(settled().fields());
    others.remove(PROGRAM); // another version of it leaves what was asked for
    settled.remove(PROGRAM);
    return count != null && budget != null && kinds != null && others.equals(settled)
        ? Optional.of(
            new Writing.Request(
                Integer.parseInt(count), Duration.parse(budget), List.of(kinds.split(" "))))
        : Optional.empty();
  }

  @Override
  public boolean outputThere(StepRecord recorded) {
    if (!Artifact.exists(workspace.written())
        || (more && wasStopped(recorded))
        || hasOtherLimits(recorded)) {
      return false;
    }
    return WrittenQuestions.read(workspace).near(inputs.passages());
  }

  /// Whether `questions.limits` ended the last writing and says something else now.
  private boolean hasOtherLimits(StepRecord recorded) {
    return StepInputs.result(recorded, StepResult.QuestionsWritten.class)
        .map(result -> result.writing().reached())
        .filter(reached -> !reached.equals(settings.limits()))
        .isPresent();
  }

  private static boolean wasStopped(StepRecord recorded) {
    return StepInputs.result(recorded, StepResult.QuestionsWritten.class)
        .map(result -> result.writing().end())
        .filter(end -> end != WriterResult.End.COUNT && end != WriterResult.End.PASSAGES)
        .isPresent();
  }

  @Override
  public Done<StepResult.QuestionsWritten> run(Tools tools) {
    WritingResult result =
        new Writing(workspace, tools.models(), tools.progress())
            .write(inputs.language(), inputs.passages(), request());
    return Done.recorded(tools.id(), new StepResult.QuestionsWritten(result));
  }
}
