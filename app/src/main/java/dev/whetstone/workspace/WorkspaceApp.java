package dev.whetstone.workspace;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The app that the steps of a workspace make, which has the workspace's name.
public final class WorkspaceApp {
  private WorkspaceApp() {}

  /// The workspace's own app, also when others were given its name over HTTP.
  public static Optional<App> own(Workspace workspace, Catalog catalog) {
    String id = new StepRecords(workspace).read("app").map(StepRecord::output).orElse("");
    List<App> named =
        catalog.apps().stream().filter(app -> app.name().equals(workspace.name())).toList();
    return named.stream()
        .filter(app -> app.id().equals(id))
        .findFirst()
        .or(() -> named.stream().min(Comparator.comparing(App::created)));
  }

  /// The app as it answers: one without a plan (made over HTTP) takes that of the workspace's own
  /// app when both read the same index, with its own top k.
  public static App settled(Workspace workspace, Catalog catalog, App app) {
    if (app.plan() != null) {
      return app;
    }
    return own(workspace, catalog)
        .filter(own -> own.retriever().engine().equals(app.retriever().engine()))
        .filter(own -> own.retriever().index().equals(app.retriever().index()))
        .map(App::plan)
        .map(app::withPlan)
        .orElse(app);
  }
}
