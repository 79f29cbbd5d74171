package dev.whetstone.workshop.index;

import dev.whetstone.core.Failure;
import dev.whetstone.core.SpaceId;
import dev.whetstone.index.PassageIndex;
import dev.whetstone.workspace.IndexPlace;
import dev.whetstone.workspace.IndexView;
import dev.whetstone.workspace.ModelView;
import dev.whetstone.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The generations of an index, oldest first.
///
/// @param place name and engine of the index
public record GenerationList(String place, List<GenerationEntry> generations) {
  /// @param space of its vectors; null where it cannot be read
  /// @param model that makes such vectors; null where there is none here
  /// @param unreadable why it cannot be read; null where it can
  public record GenerationEntry(
      String id,
      boolean serves,
      @Nullable String space,
      @Nullable String model,
      int passages,
      @Nullable String unreadable) {}

  public GenerationList {
    generations = List.copyOf(generations);
  }

  /// @param language of the documents, to find the base model
  public static GenerationList of(
      Workspace workspace, IndexPlace place, ModelView models, String language) {
    var generations = new ArrayList<GenerationEntry>();
    try (IndexView indexes = IndexView.open(workspace, place)) {
      String current = indexes.current().orElse("");
      for (String id : indexes.generations()) {
        boolean serves = id.equals(current);
        try (PassageIndex index = indexes.open(id)) {
          generations.add(
              new GenerationEntry(
                  id,
                  serves,
                  index.space().value(),
                  model(models, index.space(), language),
                  index.size(),
                  null));
        } catch (Failure e) {
          generations.add(
              new GenerationEntry(id, serves, null, null, 0, String.valueOf(e.getMessage())));
        }
      }
    }
    return new GenerationList(place.toString(), generations);
  }

  private static @Nullable String model(ModelView models, SpaceId space, String language) {
    try {
      return models.ofSpace(space, language).name();
    } catch (Failure.Refused e) {
      return null;
    }
  }
}
