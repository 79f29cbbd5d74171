package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.answer.AnswerSettings;
import dev.whetstone.catalog.App;
import dev.whetstone.catalog.Catalog;
import dev.whetstone.core.CommitScope;
import dev.whetstone.core.RetrievalPlan.Reranker;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.TinyReranker;
import dev.whetstone.http.RawHttp;
import dev.whetstone.http.Server;
import dev.whetstone.http.ServerSettings;
import dev.whetstone.model.RerankerVersions.Use;
import dev.whetstone.serving.Apps;
import dev.whetstone.serving.Caller;
import dev.whetstone.serving.Rerankers;
import dev.whetstone.serving.ServedWorkspace;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workspace.RerankerShelf;
import dev.whetstone.workspace.SharedEncoders;
import dev.whetstone.workspace.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A model takes hundreds of megabytes, so a server holds it once, whatever it is used for. So it
/// does with a reranker.
@Timeout(120)
class ServedOnceTest {
  private static final String EMBED = "{\"model\":\"manual\",\"input\":[\"a pump\",\"a valve\"]}";
  private static final String FIND = "{\"query\":\"cleaning the boiler\"}";
  private static final String RERANK = "{\"query\":\"cleaning\",\"documents\":[\"a\",\"b\"]}";
  private static final String ASK = "{\"input\":{\"prompt\":\"cleaning the boiler?\"}}";

  @TempDir private Path folder;

  @Test
  void aServerHoldsEachModelOnceForRetrievalAnswersEmbeddingsAndReranking() throws Exception {
    var manual = new SmallManual(folder.resolve("manual"), 2); // too small to train on
    Workspace workspace = Workspace.open(manual.workspace("workspace"));
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);
    var shelf = new RerankerShelf(workspace);
    TinyReranker.write(shelf.folder("1"), "tiny");
    shelf.serve("1", new Use(20, 1), "report");
    int before = Encoders.openSessions();
    var encoders = new SharedEncoders(workspace);
    String app = "/v1/apps/" + workspace.name();

    try (var catalog = Catalog.open(workspace.catalog());
        var rerankers = Rerankers.of(workspace);
        var application =
            new ServedWorkspace(
                workspace,
                new Apps(catalog, 500),
                new ServedWorkspace.Answers(null, AnswerSettings.DEFAULT),
                encoders,
                rerankers);
        var embeddings = ServerComponents.embeddings(workspace, encoders, CommitScope.DIRECT);
        var server =
            Server.start(
                ServerSettings.DEFAULT.withAddress("127.0.0.1", 0), application, embeddings, null);
        var clients = Executors.newFixedThreadPool(4)) {
      App own = application.ownApp(Caller.LOCAL).orElseThrow();
      catalog.update(
          own.withPlan(own.planOrUntuned().withReranker(new Reranker.Model("manual", "1", 20, 1))));
      String embed = EMBED.replace("manual", workspace.name());
      for (int round = 0; round < 5; round++) {
        var replies = new ArrayList<Future<RawHttp.Reply>>();
        replies.add(clients.submit(() -> send(server, "/v1/embeddings", embed)));
        replies.add(clients.submit(() -> send(server, app + "/retrieve", FIND)));
        replies.add(clients.submit(() -> send(server, "/api" + app + "/completion", ASK)));
        replies.add(clients.submit(() -> send(server, "/v1/rerank", RERANK)));
        for (Future<RawHttp.Reply> reply : replies) {
          assertThat(reply.get().status()).isIn(List.of(200, 429));
        }
        application.refresh();
      }

      assertThat(application.openRerankers()).containsExactly("manual/1");
      assertThat(Encoders.openSessions() - before).as("the encoder, the reranker").isEqualTo(2);
    }
    assertThat(Encoders.openSessions()).as("all are closed").isEqualTo(before);
  }

  private static RawHttp.Reply send(Server server, String path, String body) throws Exception {
    return RawHttp.send(server.port(), "POST", path, "Host: localhost\r\n", body);
  }
}
