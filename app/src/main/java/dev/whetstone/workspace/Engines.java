package dev.whetstone.workspace;

import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.index.ClusterProvider;
import dev.whetstone.index.EngineProvider;
import dev.whetstone.index.EngineSite;
import dev.whetstone.index.Indexes;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Opens the indexes of a workspace at whichever engine they stand.
public final class Engines {
  private Engines() {}

  /// The generations of an index, or the index that others made and that was adopted.
  ///
  /// @throws Failure.BadInput if a secret is not in the environment
  /// @throws Failure.Refused if this program does not know the engine
  /// @throws Failure.Unavailable if the cluster does not answer
  public static Indexes open(Workspace workspace, IndexPlace place) {
    EngineProvider provider = workspace.settings().engines().provider(place.engine());
    EngineSite site = site(workspace, place.engine(), System::getenv);
    return provider instanceof ClusterProvider cluster
        ? Adoption.of(workspace, place)
            .map(
                adopted ->
                    cluster.openAdopted(site, adopted.index(), adopted.spaceId(), adopted.fields()))
            .orElseGet(() -> cluster.open(site, place.name()))
        : provider.open(site, place.name());
  }

  /// Where the workspace's indexes are at an engine.
  ///
  /// @param environment where the secrets of the settings are
  public static EngineSite site(
      Workspace workspace, EngineKind engine, UnaryOperator<@Nullable String> environment) {
    return new EngineSite(
        workspace.folder(),
        workspace.indexes(),
        workspace.settings().engines().section(engine),
        environment);
  }
}
