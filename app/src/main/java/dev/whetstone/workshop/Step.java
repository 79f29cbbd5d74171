package dev.whetstone.workshop;

import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.Progress;
import dev.whetstone.workshop.app.AppAnswers;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.StepRecord;
import org.jspecify.annotations.Nullable;

/// A step from documents to an app: a function of its inputs, which leaves one output.
///
/// [StepInputs] is all that [#inputs] and [#outputThere] see, and nothing can be written through
/// it; what can write is handed to [#run] alone. So the same steps serve a run and a look at
/// whether they are up to date.
///
/// @param <R> what it tells of a run
public sealed interface Step<R extends StepResult>
    permits StageStep,
        PrepareStep,
        GenerateStep,
        TrainStep,
        RerankerStep,
        ProveStep,
        EmbedStep,
        IndexStep,
        AppStep {
  /// Names its record, too.
  String name();

  Class<R> resultType();

  /// Everything that shapes the output: settings, versions of the program, and what stands before
  /// it.
  ///
  /// @throws dev.whetstone.core.Failure.BadInput if a step before it is not up to date
  Fingerprint inputs();

  /// Whether the output of the recorded run is still there and counts. False where the step is to
  /// run in any case.
  boolean outputThere(StepRecord recorded);

  /// Makes the output. Killed at any moment, it can be run again.
  Done<R> run(Tools tools);

  /// What a step works with.
  ///
  /// @param answers what an app is fitted with
  /// @param encoders what passages are embedded with
  /// @param id of the step's inputs
  record Tools(
      ModelShelf models, AppAnswers answers, StepEncoders encoders, Progress progress, String id) {}

  /// @param output id of the output, which is recorded; null where nothing is to be recorded
  /// @param changed whether anything is other than before
  record Done<R extends StepResult>(R result, @Nullable String output, boolean changed) {
    static <R extends StepResult> Done<R> recorded(String output, R result) {
      return new Done<>(result, output, true);
    }

    static <R extends StepResult> Done<R> unrecorded(R result, boolean changed) {
      return new Done<>(result, null, changed);
    }
  }
}
