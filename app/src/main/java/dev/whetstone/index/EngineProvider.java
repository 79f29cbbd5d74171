package dev.whetstone.index;

import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;

/// An engine as the rest of the program knows it: its identity, and how its indexes are opened. An
/// engine at a cluster is a [ClusterProvider].
///
/// **Adding an engine** takes a sub-room with a provider, and one line in
/// `index.providers.EngineProviders`. Settings, commands, apps and step records name an engine by
/// the name of its [EngineKind], and reach it through its provider alone. Safe for many threads.
public interface EngineProvider {
  EngineKind kind();

  /// Opens the generations of one index that this program made, or will make.
  ///
  /// @param index its name at the engine
  /// @throws Failure.BadInput if a secret is not in the environment
  /// @throws Failure.Refused if the cluster is of another product or version, or refuses the
  ///   credentials
  /// @throws Failure.Unavailable if the cluster does not answer
  Indexes open(EngineSite site, String index);
}
