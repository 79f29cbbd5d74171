package dev.whetstone.workshop;

import dev.whetstone.core.Failure;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.Indexes;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.workspace.Engines;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.ModelShelf;
import dev.whetstone.workspace.StepReport;
import dev.whetstone.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The way back: to the generation that served before, or to the model that did. Both go together
/// in the index of the settings, so that `whet run` stays where it was rolled back to.
final class Rollback {
  private final Workspace workspace;
  private final ModelShelf shelf;
  private final String language;
  private final IndexPlace place;

  /// @param engine null for that of the settings
  Rollback(Workspace workspace, ModelShelf shelf, String language, @Nullable String engine) {
    this.workspace = workspace;
    this.shelf = shelf;
    this.language = language;
    this.place = IndexPlace.of(workspace.settings(), engine);
  }

  /// Lets the generation before serve again, and the model that makes its vectors.
  ///
  /// @throws Failure.Refused if there is none
  StepReport toGenerationBefore() {
    long began = System.nanoTime();
    try (Indexes indexes = Engines.open(workspace, place)) {
      String generation = indexes.rollback();
      SpaceId space = space(indexes, generation).orElse(null);
      return report(
          began,
          "generation %s of %s serves again".formatted(generation, place),
          space == null ? "it cannot be read: `whet index` makes another" : follow(space));
    }
  }

  /// What became of the model when the index went back to a generation of this space.
  private String follow(SpaceId space) {
    if (!place.equals(IndexPlace.of(workspace.settings(), null))) {
      return "the model stays, for `whet run` and the app work on the index of the settings; `whet index --engine %s` goes forward again"
          .formatted(place.engine().name());
    }
    String before = shelf.serving();
    if (!shelf.rollBackTo(space, language)) {
      return "%s stays, for no model that served makes vectors of the space %s: `whet run` goes forward again"
          .formatted(shelf.servingName(), space);
    }
    String now = shelf.serving();
    return before == null || before.equals(now)
        ? "it does until the documents or the model change or you run `whet index`"
        : modelIsBack(before);
  }

  /// Lets the model that served before serve again, and the last generation of its space where one
  /// is kept.
  ///
  /// @throws Failure.Refused if the base model serves already
  StepReport toModelBefore() {
    long began = System.nanoTime();
    String before = shelf.serving();
    shelf.rollBack();
    SpaceId space = shelf.servingModel(language).space();
    return report(began, modelIsBack(String.valueOf(before)), indexBack(space));
  }

  private String indexBack(SpaceId space) {
    try (Indexes indexes = Engines.open(workspace, place)) {
      String serving = indexes.current().orElse("");
      boolean kept =
          indexes.generations().stream()
              .filter(generation -> generation.compareTo(serving) <= 0)
              .anyMatch(generation -> space(indexes, generation).equals(Optional.of(space)));
      if (!kept) {
        return "no generation of its space is kept: `whet run` makes one; until then the index"
            + " answers as before";
      }
      String current = serving;
      while (!space(indexes, current).equals(Optional.of(space))) {
        current = indexes.rollback();
      }
      return "generation %s of %s serves".formatted(current, place);
    } catch (Failure e) {
      return "the index did not go back (" + e.getMessage() + "): `whet run` follows the model";
    }
  }

  private String modelIsBack(String before) {
    return "%s serves again, until another is trained and proven; `whet prove` lets %s serve again if the gate does. `whet run` fits the app to it"
        .formatted(shelf.servingName(), shelf.name(before));
  }

  /// Empty where the generation cannot be read.
  private static Optional<SpaceId> space(Indexes indexes, String generation) {
    try (PassageIndex index = indexes.open(generation)) {
      return Optional.of(index.space());
    } catch (Failure.CorruptArtifact | Failure.Refused e) {
      return Optional.empty();
    }
  }

  private StepReport report(long began, String... lines) {
    return new StepReport(place.step(), false, (System.nanoTime() - began) / 1e9, List.of(lines));
  }
}
