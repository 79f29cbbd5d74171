package dev.whetstone.model;

import dev.whetstone.store.Artifact;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rerankers of a workspace, see [ProvenVersions]. What is proven is the content of a folder,
/// every file of it, beside a model: it reorders what that model's hybrid finds, and serves only
/// with it. With it stands how it was proven to be used there.
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
  public Optional<Use> use(ServingVersion served) {
    String key = key(claimed(served.id()), served.beside());
    var depth = settled(key + DEPTH);
    var weight = settled(key + WEIGHT);
    return depth.isPresent() && weight.isPresent()
        ? Optional.of(new Use((int) depth.getAsDouble(), weight.getAsDouble()))
        : Optional.empty();
  }

  /// @param model null in what an older program wrote
  private static String key(String identity, @Nullable String model) {
    return model == null ? identity : identity + " with " + model;
  }

  /// Promotes a version as it was proven.
  ///
  /// @param report id of the proof that allows it
  /// @param model that it was proven beside
  public void serve(VersionId version, Use use, String report, String model) {
    String key = key(identity(open(version)), model);
    settle(Map.of(key + DEPTH, (double) use.depth(), key + WEIGHT, use.weight()));
    serve(version, report, model);
  }

  /// The version that serves with a model; empty where none does.
  public Optional<ServingVersion> serving(String name, String model) {
    List<ServingVersion> history = history(name, model);
    return history.isEmpty() ? Optional.empty() : Optional.of(history.getLast());
  }

  /// Goes back to the version that served before with a model; empty where there is none.
  ///
  /// @throws dev.whetstone.core.Failure.Refused if none serves with it
  public Optional<VersionId> rollBackBeside(String name, String model) {
    return rollBack(name, model);
  }

  /// Lets none serve with a model any more, as a proof found no gain. None of them counts as rolled
  /// back.
  public void retireBeside(String name, String model) {
    retire(name, model);
  }
}
