package dev.whetstone.workshop;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.Passage;
import dev.whetstone.store.Artifact;
import dev.whetstone.workshop.questions.WrittenQuestions;
import dev.whetstone.workshop.train.RerankerMaking;
import dev.whetstone.workshop.train.RerankerResult;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes a reranker for what the model finds. Its output is the version of a reranker, or that
/// there is none to be made. As with [TrainStep] the passages are no input: a reranker whose
/// training saw most of the present ones is up to date.
final class RerankerStep implements Step<StepResult.RerankerMade> {
  static final String NAME = "reranker";

  private final StepInputs inputs;
  private final Workspace workspace;
  private final RerankerShelf shelf;
  private final Asked asked;

  /// What a command asks for beyond the settings.
  ///
  /// @param from folder of a reranker to begin with; null for that of the settings
  /// @param budget null for that of the settings
  /// @param again makes one in any case
  record Asked(@Nullable Path from, @Nullable Duration budget, boolean again) {
    static final Asked NOTHING = new Asked(null, null, false);
  }

  RerankerStep(StepInputs inputs, Asked asked) {
    this.inputs = inputs;
    this.workspace = inputs.workspace();
    this.shelf = new RerankerShelf(workspace);
    this.asked = asked;
  }

  /// Whether a run has this step: the settings want it, and there is something to make a reranker
  /// of, or was.
  static boolean configured(StepInputs inputs) {
    Workspace workspace = inputs.workspace();
    Settings.Rerank settings = workspace.settings().rerank();
    return settings.wanted()
        && (settings.base() != null
            || inputs.record(NAME).isPresent()
            || questions(workspace) >= RerankerMaking.FEWEST_QUESTIONS);
  }

  /// Lines of the question log, and written questions; whether they can be read is for the steps
  /// that read them.
  private static long questions(Workspace workspace) {
    long written = 0;
    try {
      written = WrittenQuestions.read(workspace).questions().size();
      if (Files.exists(workspace.questions())) {
        try (Stream<String> lines = Files.lines(workspace.questions())) {
          return written + lines.count();
        }
      }
      return written;
    } catch (IOException | UncheckedIOException | Failure e) {
      return written;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<StepResult.RerankerMade> resultType() {
    return StepResult.RerankerMade.class;
  }

  @Override
  public Fingerprint inputs() {
    Settings.Rerank settings = workspace.settings().rerank();
    Settings.Train train = workspace.settings().train();
    String candidate = TrainStep.version(inputs.last(TrainStep.NAME));
    Fingerprint fingerprint =
        Fingerprint.of(NAME)
            .with("program", RerankerMaking.VERSION)
            .with("questions", inputs.learningQuestionsHash())
            .with("model", inputs.models().reorderedBy(candidate))
            .with("rerank.train_budget", settings.training(train))
            .with("train.seed", train.seed())
            .with("rerank.enabled", settings.enabled())
            .with("rerank.base", shelf.baseKey())
            .with("rerank.budget", settings.time());
    String written = inputs.writtenHash();
    return written.equals(QuestionLog.NO_QUESTIONS)
        ? fingerprint
        : fingerprint.with("written questions", written);
  }

  @Override
  public boolean outputThere(StepRecord recorded) {
    if (asked.again() || asked.from() != null || asked.budget() != null) {
      return false;
    }
    if (recorded.output().startsWith(RerankerShelf.NONE)) {
      return recorded.output().equals(none());
    }
    List<Passage> now = inputs.passages();
    return Artifact.exists(shelf.folder(recorded.output()))
        && TrainedOn.of(workspace, TrainedOn.reranker(recorded.output()))
            .map(seen -> seen.near(now))
            .orElse(false);
  }

  @Override
  public Done<StepResult.RerankerMade> run(Tools tools) {
    Settings settings = workspace.settings();
    Duration budget =
        asked.budget() != null ? asked.budget() : settings.rerank().training(settings.train());
    String recorded = asked.again() ? shelf.candidate().orElse("") : version(inputs);
    var order =
        new RerankerMaking.Order(
            named(tools.id(), budget),
            TrainStep.version(inputs.last(TrainStep.NAME)),
            inputs.language(),
            asked.from(),
            budget,
            recorded);
    RerankerResult made =
        new RerankerMaking(workspace, tools.models(), tools.progress())
            .make(order, inputs.passages());
    return Done.recorded(
        made.made() ? made.version() : none(), new StepResult.RerankerMade(workspace.name(), made));
  }

  /// Names the work by all that shapes it.
  private String named(String id, Duration budget) {
    return Fingerprint.of(NAME)
        .with("step", id)
        .with("from", asked.from() == null ? "" : asked.from().toString())
        .with("budget", budget)
        .id();
  }

  /// The output of a run that made none of these passages.
  private String none() {
    return RerankerShelf.NONE + " of " + inputs.passagesId();
  }

  /// The version that was made last, or [RerankerShelf#NONE].
  static String version(StepInputs inputs) {
    return inputs
        .record(NAME)
        .map(StepRecord::output)
        .filter(output -> !output.startsWith(RerankerShelf.NONE))
        .orElse(RerankerShelf.NONE);
  }
}
