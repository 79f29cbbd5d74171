package dev.whetstone.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.catalog.Retriever;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Filter;
import dev.whetstone.index.elasticsearch.ElasticsearchProvider;
import dev.whetstone.servers.Fault;
import dev.whetstone.servers.FaultProxy;
import dev.whetstone.servers.RealServer;
import dev.whetstone.servers.Servers;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workshop.index.IndexOptions;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import dev.whetstone.workspace.WorkspaceApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ServedWorkspaceTest {
  private static final Duration SILENCE = Duration.ofMillis(1500);

  @TempDir private Path folder;

  /// An app of the embedded index, and one of the same passages in a cluster.
  private Workspace ran(String index, FaultProxy cluster) throws IOException {
    var manual = new SmallManual(folder.resolve("manual"), 3); // too small to train on
    Path settings = manual.workspace("workspace").resolve("whetstone.yaml");
    Files.writeString(
        settings,
        Files.readString(settings)
            + "index: {name: %s}%nelasticsearch: {hosts: ['%s'], replicas: 0}%n"
                .formatted(index, cluster.uri()));
    Workspace workspace = Workspace.open(Objects.requireNonNull(settings.getParent()));
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);
    workshop.index(new IndexOptions("elasticsearch", false, false, true));
    return workspace;
  }

  private static ServedWorkspace served(Workspace workspace, Catalog catalog) {
    return new ServedWorkspace(
        workspace,
        new Apps(catalog, 500),
        new ServedWorkspace.Answers(null, AnswerSettings.DEFAULT),
        new SharedEncoders(workspace),
        Rerankers.of(workspace),
        SILENCE);
  }

  /// Looks again and again.
  private static Readiness awaited(boolean ready, ServedWorkspace served, App app)
      throws Exception {
    Readiness now = served.readiness(Caller.LOCAL, app);
    for (int i = 0; i < 600 && now.ready() != ready; i++) {
      served.refresh();
      Thread.sleep(50);
      now = served.readiness(Caller.LOCAL, app);
    }
    assertThat(now.ready()).as(now.reason()).isEqualTo(ready);
    return now;
  }

  @Test
  void itIsReadyOnlyWhileWhatServesAnswers() throws Exception {
    String index = "served-" + UUID.randomUUID().toString().substring(0, 8);
    RealServer node = Servers.elasticsearch();
    try (var proxy = new FaultProxy(node.uri(), 1)) {
      Workspace workspace = ran(index, proxy);
      try (var catalog = Catalog.open(workspace.catalog());
          var served = served(workspace, catalog)) {
        Retriever there =
            new Retriever(ElasticsearchProvider.KIND, proxy.uri().toString(), index, 5);
        followsItsCluster(served, catalog.create("there", there), proxy);

        damageAlias(workspace);
        served.refresh();
        Thread.sleep(500); // it has looked

        assertThat(served.readiness(Caller.LOCAL))
            .as("the generation before serves")
            .matches(Readiness::ready);
        App here = WorkspaceApp.own(workspace, catalog).orElseThrow();
        assertThat(served.retrieve(Caller.LOCAL, here, new Query("cleaning", Filter.ALL), 3).hits())
            .hasSize(3);
      }
    } finally {
      remove(node, index);
    }
  }

  @Test
  void whatWasIndexedBeforeItFollowsIsSearchedAtOnce() throws Exception {
    var manual = new SmallManual(folder.resolve("manual"), 2);
    Workspace workspace = Workspace.open(manual.workspace("workspace"));
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);
    try (var catalog = Catalog.open(workspace.catalog());
        var served = served(workspace, catalog)) {
      App app = WorkspaceApp.own(workspace, catalog).orElseThrow();
      for (int i = 0; i < 10; i++) {
        var query = new Query("tapir number " + i, Filter.ALL);
        served.retrieve(Caller.LOCAL, app, query, 5);
        Files.writeString(manual.docs().resolve("tapir" + i + ".md"), "Tapir number " + i + ".");
        workshop.stage(manual.docs().toString());
        Workshops.open(workspace).run(Workshops.SILENT);
        served.refresh(); // another check is under way

        assertThat(served.followIndex()).isTrue();

        assertThat(served.retrieve(Caller.LOCAL, app, query, 5).hits())
            .extracting(hit -> hit.passage().document())
            .contains("tapir" + i + ".md");
      }
    }
  }

  @Test
  void nothingIsKeptOfTheIndexesOfDeletedApps() throws Exception {
    Path settings = new SmallManual(folder.resolve("manual"), 1).workspace("workspace");
    Workspace workspace = Workspace.open(settings);
    try (var catalog = Catalog.open(workspace.catalog());
        var served = served(workspace, catalog)) {
      served.readiness(Caller.LOCAL);
      var apps = new ArrayList<App>();
      for (int i = 0; i < 20; i++) {
        apps.add(catalog.create("app" + i, new Retriever(EngineKind.LUCENE, null, "i" + i, 5)));
        assertThat(served.readiness(Caller.LOCAL, apps.getLast()).ready()).isFalse();
      }
      assertThat(served.held()).isEqualTo(21);

      apps.subList(1, 20).forEach(app -> catalog.delete(app.id()));
      served.refresh();

      assertThat(served.held()).as("the workspace's own, and one app's").isEqualTo(2);
    }
  }

  private static void followsItsCluster(ServedWorkspace served, App app, FaultProxy proxy)
      throws Exception {
    awaited(true, served, app);

    proxy.let(".", 1, new Fault.AnswerLost());
    Readiness down = awaited(false, served, app);
    assertThatThrownBy(
            () -> served.retrieve(Caller.LOCAL, app, new Query("cleaning", Filter.ALL), 3))
        .isInstanceOf(NotReady.class)
        .hasCauseInstanceOf(Failure.Unavailable.class);
    assertThat(down.reason()).contains(proxy.uri().toString());
    assertThat(down.failure()).isInstanceOf(Failure.Unavailable.class);
    assertThat(served.readiness(Caller.LOCAL))
        .as("of the workspace's own index")
        .matches(Readiness::ready);

    proxy.calm();
    awaited(true, served, app);
    assertThat(served.retrieve(Caller.LOCAL, app, new Query("cleaning", Filter.ALL), 3).hits())
        .hasSize(3);

    proxy.let(".", 1, new Fault.AnswerLate(SILENCE.multipliedBy(2)));
    assertThat(awaited(false, served, app).reason()).contains("has not answered");

    proxy.calm();
    awaited(true, served, app);
  }

  private static void damageAlias(Workspace workspace) throws IOException {
    try (Stream<Path> files = Files.walk(workspace.indexes())) {
      Path alias = files.filter(f -> f.endsWith("alias.json")).findFirst().orElseThrow();
      Files.writeString(alias, "no alias");
    }
  }

  private static void remove(RealServer node, String index) {
    String indices = node.call("GET", "/_cat/indices/" + index + "*?h=index", "").body().strip();
    if (!indices.isEmpty()) {
      node.call("DELETE", "/" + indices.replaceAll("\\s+", ","), "");
    }
  }
}
