package dev.whetstone.workshop;

import dev.whetstone.answer.PassageSentences;
import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.Lease;
import dev.whetstone.core.SpaceId;
import dev.whetstone.encode.Encoder;
import dev.whetstone.model.Model;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.SentenceStore;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.VectorStore;
import dev.whetstone.workspace.Workspace;
import java.util.ArrayList;

/// Embeds all passages with the model that serves. Its output is the space of the vectors.
final class EmbedStep implements Step<StepResult.Embedded> {
  private final StepInputs inputs;
  private final Workspace workspace;

  EmbedStep(StepInputs inputs) {
    this.inputs = inputs;
    this.workspace = inputs.workspace();
  }

  @Override
  public String name() {
    return "embed";
  }

  @Override
  public Class<StepResult.Embedded> resultType() {
    return StepResult.Embedded.class;
  }

  @Override
  public Fingerprint inputs() {
    return Fingerprint.of(name())
        .with("passages", inputs.passagesId())
        .with("space", space().value());
  }

  /// Whether vectors of the model that serves stand there, of whatever passages.
  boolean spaceIsThere() {
    return inputs
        .record(name())
        .filter(record -> record.output().equals(space().value()) && outputThere(record))
        .isPresent();
  }

  private SpaceId space() {
    return inputs.models().servingSpace(inputs.language());
  }

  @Override
  public boolean outputThere(StepRecord recorded) {
    var space = new SpaceId(recorded.output());
    return Artifact.exists(new VectorStore(workspace).folder(space))
        && new SentenceStore(workspace).exists(space, PassageSentences.VERSION);
  }

  @Override
  public Done<StepResult.Embedded> run(Tools tools) {
    Model model = tools.models().servingModel(inputs.language());
    try (Lease<Encoder> lease = tools.encoders().take(model)) {
      Encoder encoder = lease.value();
      var made =
          new VectorStore(workspace).of(inputs.passages(), encoder, name(), tools.progress());
      var sentences =
          new SentenceStore(workspace)
              .make(
                  inputs.passages(),
                  new SentenceStore.SentenceSource(PassageSentences.VERSION, PassageSentences::of),
                  encoder,
                  tools.progress());
      removeOtherVectors(model, tools.models());
      return Done.recorded(
          model.space().value(),
          new StepResult.Embedded(
              model.space().value(),
              made.vectors().size(),
              made.vectors().dimension(),
              made.embedded(),
              new StepResult.SentenceVectors(
                  sentences.sentences(), sentences.passages(), sentences.seconds())));
    }
  }

  /// Vectors of spaces that neither serve nor may be asked for again are deleted.
  private void removeOtherVectors(Model serving, ModelShelf shelf) {
    var needed = new ArrayList<String>();
    needed.add(serving.space().value());
    shelf.spaceBefore().ifPresent(space -> needed.add(space.value()));
    needed.add(shelf.base(inputs.language()).space().value());
    inputs
        .record(TrainStep.NAME)
        .map(TrainStep::version)
        .filter(version -> !version.equals(ModelShelf.NONE))
        .filter(version -> Artifact.exists(shelf.folder(version)))
        .ifPresent(version -> needed.add(shelf.open(version).space().value()));
    WholeFile.deleteOthers(workspace.vectors(), needed);
    WholeFile.deleteOthers(workspace.sentences(), needed);
  }
}
