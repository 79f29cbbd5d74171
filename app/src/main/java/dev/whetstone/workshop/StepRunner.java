package dev.whetstone.workshop;

import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.Progress;
import dev.whetstone.store.Json;
import dev.whetstone.workshop.app.AppAnswers;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.StepRecords;
import java.util.Optional;

/// Runs steps that are out of date, one at a time, and records what they did.
///
/// The problem: a run that takes an hour is stopped by a power cut, a full disk or its user, and is
/// started again after documents, settings or the program have changed. Each step has to be run
/// again exactly where its result would differ.
///
/// The protocol, for each step:
///
/// 1. The step names its inputs ([Step#inputs]). Where its record holds the same fields and the
///    recorded output is there, the step is up to date, and nothing else happens.
/// 2. Otherwise the step runs. It writes its output whole or not at all, under the id of its inputs
///    or under the next free number, and goes on from the checkpoints of a run that was stopped.
/// 3. Then, and only then, the record is replaced: inputs, output, seconds, result.
///
/// A step that is killed before 3 has no record of its work, so it runs again; what it finds
/// written under the same inputs it takes. A step never looks at the clock, at another step's way
/// of working or at files that its inputs do not cover, so the order of the steps and the number of
/// runs do not matter.
///
/// For example, with a document edited after a whole run: `prepare` differs in the field
/// `documents`; `train` does not (it has no passages among its inputs, and the model has seen more
/// than 90 % of them); `prove` does not; `embed`, `index` and `app` differ in `passages`.
///
/// Records of version 1 hold one hash. Where it is the one that the version before would have
/// written for the present inputs, the step is up to date, and its record is written anew with the
/// fields, keeping its fingerprint and output: these stand as names in what was made from them.
///
/// The caller holds the workspace's writer lock. For one thread.
final class StepRunner {
  private final StepInputs inputs;
  private final StepRecords records;
  private final ModelShelf models;
  private final AppAnswers answers;
  private final StepEncoders encoders;
  private final Progress progress;

  StepRunner(
      StepInputs inputs,
      StepRecords records,
      ModelShelf models,
      AppAnswers answers,
      StepEncoders encoders,
      Progress progress) {
    this.inputs = inputs;
    this.records = records;
    this.models = models;
    this.answers = answers;
    this.encoders = encoders;
    this.progress = progress;
  }

  /// Runs a step that is out of date.
  <R extends StepResult> StepOutcome<R> run(Step<R> step) {
    Optional<StepRecord> known = inputs.upToDate(step);
    if (known.isPresent()) {
      StepRecord record = known.get();
      if (record.inputs() == null) {
        records.write(step.name(), record.with(step.inputs()));
      }
      return upToDate(step, record);
    }
    Fingerprint fingerprint = step.inputs();
    long began = System.nanoTime();
    Step.Done<R> done =
        step.run(new Step.Tools(models, answers, encoders, progress, fingerprint.id()));
    double seconds = (System.nanoTime() - began) / 1e9;
    String output = done.output();
    if (output != null) {
      records.write(
          step.name(),
          StepRecord.of(fingerprint, output, seconds, Json.MAPPER.valueToTree(done.result())));
    }
    return new StepOutcome<>(step.name(), !done.changed(), seconds, done.result(), null);
  }

  private static <R extends StepResult> StepOutcome<R> upToDate(Step<R> step, StepRecord record) {
    return new StepOutcome<>(
        step.name(),
        true,
        0,
        StepInputs.result(record, step.resultType()).orElse(null),
        record.words());
  }
}
