package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.SpaceId;
import dev.whetstone.model.BaseModels;
import java.nio.file.Path;

/// The models of a workspace as they are recorded: a version's space is what its folder says,
/// without its weights being read, and a base model that is not on this machine is not fetched.
public final class RecordedModels extends ModelView {
  /// @param cache where base models are kept
  public RecordedModels(Workspace workspace, Path cache) {
    super(workspace, cache);
  }

  @Override
  SpaceId space(String version) {
    return versions.claimedSpace(version(version));
  }

  @Override
  void requireBase(String name) {
    if (!BaseModels.isHere(name, cache)) {
      throw new Failure.Unavailable(
          "the base model "
              + name
              + " is not in "
              + cache
              + ", so its space is not known: the first command that needs it fetches it");
    }
  }
}
