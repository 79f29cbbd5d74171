package dev.whetstone.workshop.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.workspace.Engines;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.Workspace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Goes back to the generation that served before, or to the model that did. In the index of the
/// settings both go back together, so that a run of all steps stays there.
public final class Rollback {
  /// What a rollback came to.
  public record Result(IndexChange index, ModelChange model) {}

  /// @param place name and engine of the index
  /// @param outcome whether it went back
  /// @param generation that serves now; null where the index did not go back
  /// @param reason of [IndexOutcome#FAILED]; null for others
  public record IndexChange(
      String place, IndexOutcome outcome, @Nullable String generation, @Nullable String reason) {}

  public enum IndexOutcome {
    WENT_BACK,
    /// No generation of the model's space is kept.
    NONE_KEPT,
    FAILED
  }

  /// @param serving version that serves now; null for the base
  /// @param before version that served before the rollback; null for the base
  /// @param space of the generation that serves now; null where it cannot be read
  public record ModelChange(
      ModelOutcome outcome,
      @Nullable String serving,
      @Nullable String before,
      @Nullable String space) {}

  public enum ModelOutcome {
    WENT_BACK,
    /// It made the generation before, too.
    SAME,
    /// No model that served makes vectors of the generation's space.
    NONE_OF_THE_SPACE,
    /// The index is not that of the settings, which decides the model.
    OTHER_INDEX,
    /// The generation cannot be read, so its space is not known.
    UNREADABLE_GENERATION
  }

  private final Workspace workspace;
  private final ModelShelf shelf;
  private final String language;
  private final IndexPlace place;

  /// @param language of the documents
  /// @param engine null for that of the settings
  public Rollback(Workspace workspace, ModelShelf shelf, String language, @Nullable String engine) {
    this.workspace = workspace;
    this.shelf = shelf;
    this.language = language;
    this.place = IndexPlace.of(workspace.settings(), engine);
  }

  /// Lets the generation before serve again, and the model that makes its vectors.
  ///
  /// @throws Failure.Refused if there is none
  public Result toGenerationBefore() {
    try (Indexes indexes = Engines.open(workspace, place)) {
      String generation = indexes.rollback();
      SpaceId space = space(indexes, generation).orElse(null);
      return new Result(
          new IndexChange(place.toString(), IndexOutcome.WENT_BACK, generation, null),
          follow(space));
    }
  }

  /// Brings the model along when the index went back to a generation of this space.
  private ModelChange follow(@Nullable SpaceId space) {
    @Nullable String before = shelf.serving();
    if (space == null) {
      return new ModelChange(ModelOutcome.UNREADABLE_GENERATION, before, before, null);
    }
    if (!place.equals(IndexPlace.of(workspace.settings(), null))) {
      return new ModelChange(ModelOutcome.OTHER_INDEX, before, before, space.value());
    }
    if (!shelf.rollBackTo(space, language)) {
      return new ModelChange(ModelOutcome.NONE_OF_THE_SPACE, before, before, space.value());
    }
    @Nullable String now = shelf.serving();
    boolean same = before == null || before.equals(now);
    return new ModelChange(
        same ? ModelOutcome.SAME : ModelOutcome.WENT_BACK, now, before, space.value());
  }

  /// Lets the model that served before serve again, and the last generation of its space where one
  /// is kept.
  ///
  /// @throws Failure.Refused if the base model serves already
  public Result toModelBefore() {
    @Nullable String before = shelf.serving();
    shelf.rollBack();
    SpaceId space = shelf.servingModel(language).space();
    return new Result(
        indexBack(space),
        new ModelChange(ModelOutcome.WENT_BACK, shelf.serving(), before, space.value()));
  }

  private IndexChange indexBack(SpaceId space) {
    try (Indexes indexes = Engines.open(workspace, place)) {
      String serving = indexes.current().orElse("");
      boolean kept =
          indexes.generations().stream()
              .filter(generation -> generation.compareTo(serving) <= 0)
              .anyMatch(generation -> space(indexes, generation).equals(Optional.of(space)));
      if (!kept) {
        return new IndexChange(place.toString(), IndexOutcome.NONE_KEPT, null, null);
      }
      String current = serving;
      while (!space(indexes, current).equals(Optional.of(space))) {
        current = indexes.rollback();
      }
      return new IndexChange(place.toString(), IndexOutcome.WENT_BACK, current, null);
    } catch (Failure e) {
      return new IndexChange(place.toString(), IndexOutcome.FAILED, null, e.getMessage());
    }
  }

  /// Empty where the generation cannot be read.
  private static Optional<SpaceId> space(Indexes indexes, String generation) {
    try (PassageIndex index = indexes.open(generation)) {
      return Optional.of(index.space());
    } catch (Failure.CorruptArtifact | Failure.Refused e) {
      return Optional.empty();
    }
  }
}
