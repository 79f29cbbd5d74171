package dev.whetstone.model;

import dev.whetstone.store.Artifact;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The rerankers of a workspace, see [ProvenVersions]. What is proven is the content of a folder:
/// every file of it. With it stands how it was proven to be used.
public final class RerankerVersions extends ProvenVersions<Artifact> {
  private static final String DEPTH = " depth";
  private static final String WEIGHT = " weight";

  /// @param rerankers the workspace's folder `rerankers`; need not be there yet
  public RerankerVersions(Path rerankers) {
    super(rerankers);
  }

  @Override
  Artifact read(Path folder) {
    return Artifact.open(folder);
  }

  @Override
  String identity(Artifact content) {
    return content.contentHash();
  }

  @Override
  String claimed(Path folder) {
    return Artifact.claimedContent(folder);
  }

  @Override
  String kind() {
    return "reranker";
  }

  @Override
  String step() {
    return "reranker";
  }

  @Override
  String nothingServes() {
    return "no reranker serves; there is nothing to roll back to";
  }

  /// The content that a version claims to have.
  public String claimed(VersionId version) {
    return claimed(folder(version));
  }

  /// How a reranker is used, as its proof settled it.
  ///
  /// @param depth how many of the fused best it reorders, at least 1
  /// @param weight of its scores against the fused ones, in (0, 1]
  public record Use(int depth, double weight) {
    public Use {
      if (depth < 1 || !(weight > 0 && weight <= 1)) {
        throw new IllegalArgumentException("depth " + depth + ", weight " + weight);
      }
    }
  }

  /// How a version was proven to be used; empty where it was not.
  public Optional<Use> use(VersionId version) {
    String identity = claimed(version);
    var depth = settled(identity + DEPTH);
    var weight = settled(identity + WEIGHT);
    return depth.isPresent() && weight.isPresent()
        ? Optional.of(new Use((int) depth.getAsDouble(), weight.getAsDouble()))
        : Optional.empty();
  }

  /// Promotes a version as it was proven.
  ///
  /// @param report id of the proof that allows it
  public void serve(VersionId version, Use use, String report) {
    String identity = identity(open(version));
    settle(Map.of(identity + DEPTH, (double) use.depth(), identity + WEIGHT, use.weight()));
    serve(version, report);
  }
}
