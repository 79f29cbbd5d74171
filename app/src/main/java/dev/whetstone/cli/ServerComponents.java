package dev.whetstone.cli;

import dev.whetstone.core.CommitScope;
import dev.whetstone.deploy.Deployments;
import dev.whetstone.deploy.EmbeddingLimits;
import dev.whetstone.deploy.Embeddings;
import dev.whetstone.deploy.ModelPlaces;
import dev.whetstone.deploy.Registrations;
import dev.whetstone.workspace.ModelSources;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import org.jspecify.annotations.Nullable;

/// Makes the parts of a server that a workspace has beside its apps.
final class ServerComponents {
  private ServerComponents() {}

  /// The workspace's model and deployments; to be closed.
  static Embeddings embeddings(Workspace workspace, SharedEncoders encoders, CommitScope writes) {
    return new Embeddings(
        workspace.name(),
        encoders::serving,
        encoders::take,
        deployments(workspace, writes),
        EmbeddingLimits.DEFAULT);
  }

  /// What is registered over HTTP; to be closed.
  ///
  /// @param address of the bucket that the workspace stands in; null where it stands in none
  static Registrations registrations(
      Workspace workspace, SharedEncoders encoders, @Nullable String address, CommitScope writes) {
    var places =
        new ModelPlaces(
            workspace.folder(),
            address,
            workspace.models(),
            workspace.hidden().resolve("deployed"),
            new ModelSources(workspace).places(),
            System.getenv());
    return new Registrations(deployments(workspace, writes), places, encoders::take);
  }

  static Deployments deployments(Workspace workspace, CommitScope writes) {
    return new Deployments(
        workspace.folder(), workspace.deployments(), new ModelSources(workspace).folders(), writes);
  }
}
