package dev.whetstone.workshop;

import dev.whetstone.core.Fingerprint;
import dev.whetstone.workshop.stage.Staging;
import dev.whetstone.workshop.train.TrainedOn;
import dev.whetstone.workspace.LocalSources;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.TruncatedList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Mirrors one source of documents, a folder or a bucket, into the workspace. Only a look at the
/// source tells whether it changed, so the step is run each time and never recorded; `raw.json`
/// says what is staged.
final class StageStep implements Step<StepResult.Staged> {
  static final String NAME = "stage";

  private final StepInputs inputs;
  private final String source;
  private final Mode mode;

  enum Mode {
    /// The user names the source: it must be usable.
    NAMED,
    /// It was staged before: where it is not usable, what was staged stays.
    AGAIN,
    /// What was staged from it is taken out.
    REMOVED
  }

  StageStep(StepInputs inputs, String source, Mode mode) {
    this.inputs = inputs;
    this.source = source;
    this.mode = mode;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<StepResult.Staged> resultType() {
    return StepResult.Staged.class;
  }

  @Override
  public Fingerprint inputs() {
    var settings = inputs.workspace().settings();
    return Fingerprint.of(NAME)
        .with("source", source)
        .with("stage.exclude", String.join("\n", settings.stage().exclude()))
        .with("stage.max_objects", settings.stage().maxObjects())
        .with("parse.max_file_mb", settings.parse().maxFileMegabytes());
  }

  @Override
  public boolean outputThere(StepRecord recorded) {
    return false;
  }

  @Override
  public Done<StepResult.Staged> run(Tools tools) {
    var staging = new Staging(inputs.workspace());
    var sources = new LocalSources(inputs.workspace());
    StepResult.Staged staged =
        switch (mode) {
          case NAMED -> {
            var result = staged(staging.stage(source, tools.progress()));
            sources.add(Staging.name(source));
            yield result;
          }
          case REMOVED -> staged(staging.remove(source));
          case AGAIN -> {
            if (!sources.permits(source)) {
              yield notStaged(StepResult.NotStaged.Why.NAMED_ELSEWHERE, null);
            }
            try {
              yield staged(staging.again(source, tools.progress()));
            } catch (Staging.SourceUnusable e) {
              yield notStaged(StepResult.NotStaged.Why.UNUSABLE, e.getMessage());
            }
          }
        };
    return Done.unrecorded(staged, staged.changes());
  }

  private StepResult.Staged staged(Staging.Result result) {
    return new StepResult.Staged(
        Staging.name(source),
        new StepResult.Counts(
            result.manifest().documents().size(),
            result.manifest().bytes(),
            result.added(),
            result.changed(),
            result.unchanged()),
        TruncatedList.of(result.removed()),
        result.skipped(),
        trainedOn(result.removed()),
        null);
  }

  private List<String> trainedOn(List<String> removed) {
    return removed.isEmpty()
        ? List.of()
        : inputs.models().versions().stream()
            .filter(
                version ->
                    TrainedOn.of(inputs.workspace(), version)
                        .filter(seen -> !Collections.disjoint(seen.documents(), removed))
                        .isPresent())
            .toList();
  }

  private StepResult.Staged notStaged(StepResult.NotStaged.Why why, @Nullable String reason) {
    return StepResult.Staged.not(source, new StepResult.NotStaged(why, reason));
  }
}
