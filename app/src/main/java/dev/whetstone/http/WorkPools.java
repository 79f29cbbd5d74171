package dev.whetstone.http;

import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Retriever;
import java.time.Duration;

/// The pools of a server, one for each kind of work that must not hold up another: searching here,
/// which computes; searching at clusters, which mostly waits for them; the apps and their states;
/// and whether the server is ready.
///
/// @param here for apps whose index stands in the workspace
/// @param clusters for apps whose index stands at a search cluster
record WorkPools(WorkPool here, WorkPool clusters, WorkPool apps, WorkPool ready)
    implements AutoCloseable {
  private static final Duration CLUSTER_PATIENCE = Duration.ofSeconds(2);
  private static final Duration APPS_PATIENCE = Duration.ofSeconds(10);

  static WorkPools of(ServerSettings.Work work) {
    return new WorkPools(
        new WorkPool("search", work.concurrent(), work.patience()),
        new WorkPool("cluster", work.clusters(), CLUSTER_PATIENCE),
        new WorkPool("apps", 4, APPS_PATIENCE),
        new WorkPool("ready", 2, APPS_PATIENCE));
  }

  /// The pool in which an app is asked.
  WorkPool of(App app) {
    return app.retriever().type() == Retriever.Type.LUCENE ? here : clusters;
  }

  @Override
  public void close() {
    here.close();
    clusters.close();
    apps.close();
    ready.close();
  }
}
