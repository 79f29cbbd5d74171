package dev.whetstone.workspace;

import dev.whetstone.core.SpaceId;
import dev.whetstone.store.MavenArtifact;
import java.util.List;
import java.util.Map;

/// The models of a workspace, for its writer: which of them serves is changed here. A model is
/// opened, and every byte of it checked, before its space is believed.
public final class ModelShelf extends ModelView {
  public ModelShelf(Workspace workspace) {
    super(workspace, MavenArtifact.defaultCache());
  }

  @Override
  SpaceId space(String version) {
    return open(version).space();
  }

  /// A base model that is not here is fetched.
  @Override
  void requireBase(String name) {}

  /// @param report id of the proof that lets it
  public void serve(String version, String report) {
    versions.serve(version(version), report);
  }

  /// Lets serve what served before.
  ///
  /// @throws dev.whetstone.core.Failure.Refused if the base serves already
  public void rollBack() {
    var _ = versions.rollBack(workspace.name());
  }

  /// Lets serve again what served last of those that make vectors of this space.
  ///
  /// @return whether there is such; what serves already counts, too
  public boolean rollBackTo(SpaceId space, String language) {
    List<String> history = history();
    int at = history.size() - 1;
    while (at >= 0 && !spaceOf(at).equals(space)) {
      at--;
    }
    if (at < 0 && !base(language).space().equals(space)) {
      return false;
    }
    for (int i = history.size() - 1; i > at; i--) {
      rollBack();
    }
    return true;
  }

  /// Records how much the dense ranking weighs in each space, as a proof found.
  public void weigh(Map<String, Double> weights) {
    versions.weigh(weights);
  }
}
