package dev.whetstone.workshop;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Fingerprint;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.store.WholeFile;
import dev.whetstone.workshop.index.IndexLoading;
import dev.whetstone.workshop.index.IndexOptions;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.IndexView;
import dev.whetstone.workspace.StepRecord;
import dev.whetstone.workspace.Workspace;
import java.util.List;
import java.util.Optional;

/// Loads the vectors into the index of one engine. Its output is a generation. There is one such
/// step, with a record of its own, for each engine that the workspace feeds.
final class IndexStep implements Step<StepResult.Indexed> {
  static final String PASSAGES = "passages";

  private final StepInputs inputs;
  private final Workspace workspace;
  private final IndexPlace place;
  private final IndexOptions options;
  private final boolean forward;

  /// @param forward whether the step is out of date while a rollback lets an earlier generation
  ///   serve
  IndexStep(StepInputs inputs, IndexOptions options, boolean forward) {
    this.inputs = inputs;
    this.workspace = inputs.workspace();
    this.place = IndexPlace.of(workspace.settings(), options.engine());
    this.options = options;
    this.forward = forward;
  }

  /// The step for the index of the settings, to be examined and not forced.
  static IndexStep ofSettings(StepInputs inputs) {
    return new IndexStep(inputs, IndexOptions.DEFAULT, false);
  }

  IndexPlace place() {
    return place;
  }

  @Override
  public String name() {
    return place.step();
  }

  @Override
  public Class<StepResult.Indexed> resultType() {
    return StepResult.Indexed.class;
  }

  @Override
  public Fingerprint inputs() {
    return inputs(inputs.passagesId());
  }

  private Fingerprint inputs(String passages) {
    return Fingerprint.of("index")
        .with(PASSAGES, passages)
        .with("space", servingSpace().value())
        .with("index", place.address(workspace.settings()))
        .with("mapping", place.mapping(workspace.settings()));
  }

  /// Whether an index stands there that differs from the next one in its passages alone.
  boolean onlyPassagesDiffer() {
    return inputs
        .record(name())
        .filter(
            record ->
                record.inputs() != null
                    && inputs("").changesSince(record.inputs()).stream()
                        .allMatch(change -> change.field().equals(PASSAGES))
                    && outputThere(record))
        .isPresent();
  }

  private SpaceId servingSpace() {
    return inputs.models().servingSpace(inputs.language());
  }

  @Override
  public boolean outputThere(StepRecord recorded) {
    if (options.fresh() || options.force() || !options.promote()) {
      return false;
    }
    try (IndexView indexes = IndexView.open(workspace, place)) {
      return serves(indexes, recorded)
          && !(forward && !indexes.current().equals(Optional.of(recorded.output())));
    }
  }

  /// Whether a generation serves that this program can read. One of an earlier analysis of terms is
  /// built anew, unless a rollback lets it serve.
  private static boolean serves(IndexView indexes, StepRecord recorded) {
    if (indexes.current().isEmpty()) {
      return false;
    }
    try (PassageIndex index = indexes.open()) {
      return index.termsAreCurrent() || rolledBack(recorded, indexes);
    } catch (Failure.CorruptArtifact | Failure.Refused e) {
      return false;
    }
  }

  /// Whether a generation before the one that the step wrote last serves.
  static boolean rolledBack(StepRecord recorded, IndexView indexes) {
    return indexes.current().filter(now -> now.compareTo(recorded.output()) < 0).isPresent();
  }

  /// The space of the generation that serves.
  ///
  /// @throws Failure.BadInput if none does
  SpaceId spaceOfGeneration() {
    try (IndexView indexes = IndexView.open(workspace, place);
        PassageIndex index = indexes.open()) {
      return index.space();
    }
  }

  @Override
  public Done<StepResult.Indexed> run(Tools tools) {
    String passages = inputs.passagesId();
    String _ = inputs.current(new EmbedStep(inputs));
    var loaded =
        new IndexLoading(workspace, place)
            .load(inputs.passages(), servingSpace(), options, tools.progress());
    WholeFile.deleteOthers(workspace.passages(), List.of(passages));
    var result = new StepResult.Indexed(place.toString(), loaded);
    return options.promote()
        ? Done.recorded(loaded.generation(), result)
        : Done.unrecorded(result, true);
  }
}
