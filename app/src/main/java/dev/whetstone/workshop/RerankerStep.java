package dev.whetstone.workshop;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Remedy;
import dev.whetstone.store.Artifact;
import dev.whetstone.workshop.questions.WrittenQuestions;
import dev.whetstone.workshop.train.RerankerMaking;
import dev.whetstone.workshop.train.RerankerResult;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.ModelSources;
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
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes a reranker for what the model finds. Its output is the version of a reranker, or that
/// there is none to be made. As with [TrainStep] the passages are no input: a reranker whose
/// training saw most of the present ones is up to date.
///
/// What a command asked for stays when the next run makes another reranker: the folder to begin
/// with until `rerank.base` changes, and the budget until that of the settings does. The folder is
/// found in the recorded result, since a fingerprint may hold no more than the hash of its name.
final class RerankerStep implements Step<StepResult.RerankerMade> {
  static final String NAME = "reranker";

  private static final String BUDGET = "budget";
  private static final String FROM = "from";
  private static final String SETTINGS_BUDGET = "rerank.train_budget";
  private static final String SETTINGS_BASE = "rerank.base";

  private final StepInputs inputs;
  private final Workspace workspace;
  private final RerankerShelf shelf;
  private final Asked asked;

  /// What a command asks for beyond the settings.
  ///
  /// @param from folder of a reranker to begin with, or [#SETTINGS]; null for what the last command
  ///   named, or that of the settings
  /// @param budget null for that of the last command, or of the settings
  /// @param again makes one in any case
  record Asked(@Nullable Path from, @Nullable Duration budget, boolean again) {
    static final Asked NOTHING = new Asked(null, null, false);

    /// Stands for the folder that the settings name, if any.
    static final Path SETTINGS = Path.of("none");
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
            .with(SETTINGS_BUDGET, settings.training(train))
            .with("train.seed", train.seed())
            .with("rerank.enabled", settings.enabled())
            .with(SETTINGS_BASE, shelf.baseKey())
            .with("rerank.budget", settings.time());
    Path from = from();
    if (from != null) {
      fingerprint = fingerprint.with(FROM, from.toString());
    }
    Duration budget = budget();
    if (!budget.equals(settings.training(train))) {
      fingerprint = fingerprint.with(BUDGET, budget);
    }
    String written = inputs.writtenHash();
    return written.equals(QuestionLog.NO_QUESTIONS)
        ? fingerprint
        : fingerprint.with("written questions", written);
  }

  /// The folder that a command named; null for that of the settings, if any.
  private @Nullable Path from() {
    Path named = asked.from();
    if (named != null) {
      return named.equals(Asked.SETTINGS) ? null : named;
    }
    return inputs
        .record(NAME)
        .filter(record -> under(record, SETTINGS_BASE, shelf.baseKey()))
        .flatMap(record -> StepInputs.result(record, resultType()))
        .map(StepResult.RerankerMade::fromFolder)
        .map(Path::of)
        .orElse(null);
  }

  private Duration budget() {
    Duration settings = workspace.settings().rerank().training(workspace.settings().train());
    if (asked.budget() != null) {
      return asked.budget();
    }
    return inputs
        .record(NAME)
        .filter(record -> under(record, SETTINGS_BUDGET, settings.toString()))
        .map(StepRecord::inputs)
        .map(recorded -> recorded.get(BUDGET))
        .map(Duration::parse)
        .orElse(settings);
  }

  /// Whether a setting is as it was when the step was recorded.
  private static boolean under(StepRecord record, String setting, String now) {
    SortedMap<String, String> recorded = record.inputs();
    return recorded != null
        && recorded
            .entrySet()
            .containsAll(Fingerprint.of(NAME).with(setting, now).fields().entrySet());
  }

  /// The named folder may hold another reranker than at the last time, so it is always read again.
  @Override
  public boolean outputThere(StepRecord recorded) {
    if (asked.again() || (asked.from() != null && from() != null)) {
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
    Path from = from();
    if (from != null && asked.from() == null) {
      requireKept(from);
    }
    String recorded = asked.again() ? shelf.candidate().orElse("") : version(inputs);
    var order =
        new RerankerMaking.Order(
            tools.id(),
            TrainStep.version(inputs.last(TrainStep.NAME)),
            inputs.language(),
            from,
            budget(),
            recorded);
    RerankerResult made =
        new RerankerMaking(workspace, tools.models(), tools.progress())
            .make(order, inputs.passages());
    return Done.recorded(
        made.made() ? made.version() : none(),
        new StepResult.RerankerMade(workspace.name(), made, from == null ? null : from.toString()));
  }

  /// A folder that this command did not name must be there, and one that this workspace may name.
  private void requireKept(Path from) {
    new ModelSources(workspace).requireRecordedReranker(from);
    if (!Files.isDirectory(from)) {
      throw new Failure.BadInput(
          "the folder " + from + ", which the last reranker began with, is gone: restore it",
          new Remedy.RerankerOfSettings());
    }
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
