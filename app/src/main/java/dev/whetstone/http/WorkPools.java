package dev.whetstone.http;

import dev.whetstone.catalog.App;
import java.time.Duration;

/// The pools of a server, one for each kind of work that must not hold up another: searching here,
/// which computes; answering, which computes several times as long; searching at clusters, which
/// mostly waits for them; the apps and their states; and whether the server is ready.
///
/// @param search in indexes of the workspace
/// @param answers from indexes of the workspace
/// @param clusters for apps whose index stands at a search cluster
/// @param catalog for looking an app up: quick, and every request may wait for it
record WorkPools(
    WorkPool search,
    WorkPool answers,
    WorkPool clusters,
    WorkPool catalog,
    WorkPool apps,
    WorkPool ready)
    implements AutoCloseable {
  private static final Duration ANSWER_PATIENCE = Duration.ofMillis(50);
  private static final Duration CLUSTER_PATIENCE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  static WorkPools of(ServerSettings settings) {
    ServerSettings.Work work = settings.work();
    int clusters = work.clusters();
    return new WorkPools(
        new WorkPool("search", work.concurrent(), work.concurrent(), work.patience()),
        new WorkPool("answer", work.answers(), work.answers(), ANSWER_PATIENCE),
        new WorkPool("cluster", clusters, clusters, CLUSTER_PATIENCE),
        new WorkPool("catalog", 4, settings.intake().connections(), PATIENCE),
        new WorkPool("apps", 4, 4, PATIENCE),
        new WorkPool("ready", 2, 2, PATIENCE));
  }

  /// The pool in which an app searches.
  WorkPool searching(App app) {
    return local(app) ? search : clusters;
  }

  /// The pool in which an app answers.
  WorkPool answering(App app) {
    return local(app) ? answers : clusters;
  }

  private static boolean local(App app) {
    return app.retriever().engine().embedded();
  }

  @Override
  public void close() {
    search.close();
    answers.close();
    clusters.close();
    catalog.close();
    apps.close();
    ready.close();
  }
}
