package dev.whetstone.workshop;

import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import dev.whetstone.workshop.app.AppFitting;
import dev.whetstone.workshop.prepare.Preparing;
import dev.whetstone.workshop.prove.Proof;
import dev.whetstone.workshop.train.Training;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.StepRecord;
import java.time.Duration;

/// Fingerprints as earlier versions recorded them: one hash over values in a fixed order, among
/// them the text of two records of settings. They are computed only for a workspace that such a
/// version worked on, so that it goes on without doing everything again; the first run writes each
/// record anew in the present form. This class goes when such workspaces are no longer opened.
final class EarlierFingerprints {
  private final StepInputs inputs;
  private final Settings settings;

  EarlierFingerprints(StepInputs inputs) {
    this.inputs = inputs;
    this.settings = inputs.workspace().settings();
  }

  String prepare(Manifest manifest) {
    var passages = settings.passages();
    var parse = settings.parse();
    return Sha256.id(
        "prepare",
        String.valueOf(Preparing.VERSION),
        manifest.contentHash(),
        "Passages[tokens=%s, headingCharacters=%s, maxPerDocument=%s]"
            .formatted(passages.tokens(), passages.headingCharacters(), passages.maxPerDocument()),
        settings.language(),
        "Parse[secondsPerFile=%s, heapMegabytes=%s, maxFileMegabytes=%s, maxCharacters=%s, maxBlocks=%s, titleCharacters=%s, hidden=%s]"
            .formatted(
                parse.secondsPerFile(),
                parse.heapMegabytes(),
                parse.maxFileMegabytes(),
                parse.maxCharacters(),
                parse.maxBlocks(),
                parse.titleCharacters(),
                parse.hidden()),
        inputs.models().baseKey());
  }

  /// Of a training with the budget of the settings.
  String train() {
    return Sha256.id(
        "train",
        String.valueOf(Training.VERSION),
        inputs.questionsHash(),
        settings.train().time().toString(),
        String.valueOf(settings.train().seed()),
        inputs.models().baseKey());
  }

  /// Of a training with that budget.
  String train(Duration budget) {
    return budget.equals(settings.train().time()) ? train() : train() + "+" + budget;
  }

  String prove(StepRecord trained, String candidate) {
    return Sha256.id(
        "prove",
        String.valueOf(Proof.VERSION),
        inputs.workspace().name(),
        inputs.models().contest(candidate),
        trained.fingerprint(),
        inputs.questionsHash(),
        candidate.equals(ModelShelf.NONE) ? "" : Proof.asked(inputs.workspace(), inputs.passages()),
        String.valueOf(settings.prove().level()),
        settings.prove().ranking());
  }

  String embed(String passages, SpaceId space) {
    return Sha256.id("embed", passages, space.value());
  }

  String index(String passages, SpaceId space, IndexPlace place) {
    return Sha256.id(
        "index", passages, space.value(), place.address(settings), place.mapping(settings));
  }

  String app(String passages, SpaceId space, IndexPlace place) {
    return Sha256.id(
        "app",
        String.valueOf(AppFitting.VERSION),
        space.value(),
        place.address(settings),
        passages,
        inputs.questionsHash(),
        String.valueOf(settings.app().topK()),
        settings.prove().ranking(),
        inputs.record("prove").map(StepRecord::fingerprint).orElse(""));
  }
}
