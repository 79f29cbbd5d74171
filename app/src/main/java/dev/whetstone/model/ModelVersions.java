package dev.whetstone.model;

import dev.whetstone.core.SpaceId;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;

/// The trained models of a workspace, see [ProvenVersions]. What is proven is a space: a folder
/// with a model of another space than the one proven does not serve.
public final class ModelVersions extends ProvenVersions<Model> {
  /// @param models the workspace's folder `models`; need not be there yet
  public ModelVersions(Path models) {
    super(models);
  }

  @Override
  Model read(Path folder) {
    return Model.open(folder);
  }

  @Override
  String identity(Model content) {
    return content.space().value();
  }

  @Override
  String claimed(Path folder) {
    return Model.claimedSpace(folder);
  }

  @Override
  String kind() {
    return "model";
  }

  @Override
  String step() {
    return "train";
  }

  @Override
  String nothingServes() {
    return "the base model serves; there is nothing to roll back to";
  }

  /// The space that a version claims; opening it checks that.
  public SpaceId claimedSpace(VersionId version) {
    String claimed = claimed(folder(version));
    return claimed.isEmpty() ? open(version).space() : new SpaceId(claimed);
  }

  /// The weight of the dense ranking in fusion for a space, 0–1, as its last proof found it; empty
  /// where there was none.
  public OptionalDouble weight(SpaceId space) {
    return settled(space.value());
  }

  /// Stores the fusion weights that a proof found.
  ///
  /// @param weights by space
  public void weigh(Map<String, Double> weights) {
    settle(weights);
  }
}
