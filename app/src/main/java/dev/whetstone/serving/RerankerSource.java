package dev.whetstone.serving;

import dev.whetstone.encode.PairScorer;
import java.time.Instant;
import java.util.Optional;

/// Where the rerankers of a workspace come from. Safe for many threads.
public interface RerankerSource {
  /// A version of a reranker.
  record Version(String name, String version) {
    @Override
    public String toString() {
      return name + "/" + version;
    }
  }

  /// Opens a version, checking its files; the caller closes it.
  ///
  /// @throws dev.whetstone.core.Failure if it is not there, damaged, or cannot be run
  PairScorer open(Version version);

  /// The version that serves in the workspace.
  ///
  /// @param created when it was written
  record Serving(Version version, Instant created) {}

  /// Empty where none was proven, or none is left. Quick.
  Optional<Serving> serving();
}
