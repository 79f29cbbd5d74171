package dev.whetstone.workshop;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Json;
import dev.whetstone.workshop.prepare.PreparedPassages;
import dev.whetstone.workshop.questions.WrittenSplit;
import dev.whetstone.workspace.DocumentLanguage;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelView;
import dev.whetstone.workspace.QuestionLog;
import dev.whetstone.workspace.RecordView;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the steps are functions of: the staged documents, the passages made of them, their
/// language, the questions, the models and the records of the steps before. Nothing can be written
/// through it. Passages are read once, and hashes of the questions made once for a state.
final class StepInputs {
  private final Workspace workspace;
  private final ModelView models;
  private final RecordView records;
  private final Map<String, List<Passage>> passages = new HashMap<>();
  private final Map<String, String> hashes = new HashMap<>(); // by what they are made of

  StepInputs(Workspace workspace, ModelView models, RecordView records) {
    this.workspace = workspace;
    this.models = models;
    this.records = records;
  }

  Workspace workspace() {
    return workspace;
  }

  ModelView models() {
    return models;
  }

  Optional<StepRecord> record(String step) {
    return records.read(step);
  }

  /// The step's record, if it was made of the present inputs. A record without their fields is told
  /// by its fingerprint; those of version 1 name other inputs, so their steps are done again.
  Optional<StepRecord> matching(Step<?> step) {
    return records.read(step.name()).filter(record -> matches(step, record));
  }

  private static boolean matches(Step<?> step, StepRecord record) {
    var now = step.inputs();
    var recorded = record.inputs();
    return recorded == null ? record.fingerprint().equals(now.id()) : now.fields().equals(recorded);
  }

  /// The step's record, if it was made of the present inputs and its output is there.
  Optional<StepRecord> upToDate(Step<?> step) {
    return matching(step).filter(step::outputThere);
  }

  /// The output of a step, which must have been made of the present inputs.
  ///
  /// @throws Failure.BadInput if it was not
  String current(Step<?> step) {
    return matching(step)
        .map(StepRecord::output)
        .orElseThrow(
            () ->
                new Failure.BadInput(
                    "the step " + step.name() + " is not up to date",
                    remedy(step.name()),
                    new Remedy.RunAll()));
  }

  /// The record of a step that must have been run, with whatever inputs.
  ///
  /// @throws Failure.BadInput if it was not
  StepRecord last(String step) {
    return records
        .read(step)
        .orElseThrow(
            () ->
                new Failure.BadInput(
                    "the step " + step + " was not done yet", remedy(step), new Remedy.RunAll()));
  }

  private static Remedy remedy(String step) {
    return step.startsWith("index-")
        ? new Remedy.BuildIndex(Remedy.BuildIndex.Build.UPDATE, step.substring(6))
        : Remedy.step(step);
  }

  /// The recorded result; empty where it has another form.
  static <R extends StepResult> Optional<R> result(StepRecord record, Class<R> type) {
    try {
      return Optional.ofNullable(record.result())
          .filter(result -> !result.isNull())
          .map(result -> Json.MAPPER.convertValue(result, type));
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof JsonProcessingException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// What is staged.
  ///
  /// @throws Failure.BadInput if nothing is
  Manifest manifest() {
    Manifest manifest = Manifest.read(workspace);
    if (manifest.documents().isEmpty()) {
      throw new Failure.BadInput(
          "nothing is staged in " + workspace.folder(), new Remedy.Stage(null));
    }
    return manifest;
  }

  /// The id of the passages, which must be up to date.
  String passagesId() {
    return current(new PrepareStep(this));
  }

  /// The passages, which must be up to date.
  List<Passage> passages() {
    return passages(passagesId());
  }

  List<Passage> passages(String id) {
    return passages.computeIfAbsent(id, new PreparedPassages(workspace)::read);
  }

  /// The passages; none where they are not up to date.
  List<Passage> passagesIfCurrent() {
    if (Manifest.read(workspace).documents().isEmpty()) {
      return List.of();
    }
    return matching(new PrepareStep(this))
        .map(record -> passages(record.output()))
        .orElse(List.of());
  }

  /// The language of most documents that were prepared last, or what the settings say.
  String language() {
    return new DocumentLanguage(workspace).value();
  }

  /// A hash of the question log.
  String questionsHash() {
    return QuestionLog.fileHash(workspace);
  }

  /// A hash of the written questions that train and choose; [QuestionLog#NO_QUESTIONS] where there
  /// are none.
  String writtenHash() {
    if (!Artifact.exists(workspace.written())) {
      return QuestionLog.NO_QUESTIONS;
    }
    Path manifest = workspace.written().resolve(Artifact.MANIFEST);
    return hashes.computeIfAbsent(
        "written " + QuestionLog.fileHash(workspace) + " " + hash(manifest) + passagesKey(),
        _ -> WrittenSplit.of(workspace, passagesIfCurrent()).hash());
  }

  private static String hash(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Names the passages and the documents that they were made of.
  private String passagesKey() {
    Manifest staged = Manifest.read(workspace);
    String prepared =
        staged.documents().isEmpty()
            ? ""
            : matching(new PrepareStep(this)).map(StepRecord::output).orElse("");
    return " " + prepared + " " + staged.contentHash();
  }

  /// A hash of what training and choosing see of the question log.
  String learningQuestionsHash() {
    return hashes.computeIfAbsent(
        "log " + QuestionLog.fileHash(workspace) + passagesKey(),
        _ -> QuestionLog.learningHash(workspace, passagesIfCurrent()));
  }
}
