package dev.whetstone.cli;

import dev.whetstone.deploy.Deployments;
import dev.whetstone.deploy.EmbeddingLimits;
import dev.whetstone.deploy.Embeddings;
import dev.whetstone.deploy.ModelPlaces;
import dev.whetstone.deploy.Registrations;
import dev.whetstone.pipeline.Workspace;
import dev.whetstone.pipeline.WorkspaceModels;

/// What is served of a workspace beside its apps.
final class Served {
  private Served() {}

  /// The workspace's model and deployments; to be closed.
  static Embeddings embeddings(Workspace workspace) {
    var models = new WorkspaceModels(workspace);
    return new Embeddings(
        workspace.name(),
        models::serving,
        models::encoder,
        deployments(workspace),
        EmbeddingLimits.DEFAULT);
  }

  /// What is registered over HTTP; to be closed.
  static Registrations registrations(Workspace workspace) {
    return new Registrations(deployments(workspace), places(workspace));
  }

  static ModelPlaces places(Workspace workspace) {
    return new ModelPlaces(
        workspace.folder(),
        workspace.models(),
        workspace.hidden().resolve("deployed"),
        workspace.settings().serve().modelPaths(),
        System.getenv());
  }

  static Deployments deployments(Workspace workspace) {
    return new Deployments(workspace.folder(), workspace.deployments());
  }
}
