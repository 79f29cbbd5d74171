package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.answer.Turn;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What the server answers: apps, retrievals, completions, sessions.
class ServerTest extends StubbedServer {
  /// Step 7 of the workflow as its text has it.
  private static final String LITERAL =
      "{\"name\": \"domain-rag\", \"retriever\": {\"type\": \"elasticsearch\", \"endpoint\":"
          + " \"https://<es-endpoint>\", \"index\": \"rag-index\", \"top_k\": 5}}";

  @Test
  void theWorkflowsLiteralCallIsStoredAndShownAsNotReady() throws Exception {
    HttpResponse<String> made =
        client.send(
            request("/v1/apps/rag/create")
                .header("Content-Type", "application/x-www-form-urlencoded") // what curl -d sends
                .POST(HttpRequest.BodyPublishers.ofString(LITERAL))
                .build(),
            BodyHandlers.ofString());

    JsonNode app = JSON.readTree(made.body());
    assertThat(made.statusCode()).isEqualTo(200);
    assertThat(app.get("id").textValue()).matches("app-[a-z2-7]{12}");
    assertThat(app.get("status").textValue()).isEqualTo("not_ready");
    assertThat(app.get("reason").textValue()).contains("placeholder").contains("rag-index");
    assertThat(app.get("retriever").toString())
        .isEqualTo(
            "{\"type\":\"elasticsearch\",\"endpoint\":\"https://<es-endpoint>\",\"index\":"
                + "\"rag-index\",\"top_k\":5}");
    HttpResponse<String> asked = post("/v1/apps/domain-rag/retrieve", "{\"query\":\"why?\"}");
    assertThat(asked.statusCode()).isEqualTo(503);
    assertThat(code(asked)).isEqualTo("AppNotReady");
  }

  @Test
  void appsAreListedShownByIdOrNameAndDeleted() throws Exception {
    String id = create(LUCENE);

    JsonNode listed = JSON.readTree(get("/v1/apps").body()).get("apps");
    JsonNode byName = JSON.readTree(get("/v1/apps/demo").body());
    HttpResponse<String> deleted = send(request("/v1/apps/" + id).DELETE());
    HttpResponse<String> gone = get("/v1/apps/" + id);

    assertThat(listed).hasSize(1);
    assertThat(byName.get("id").textValue()).isEqualTo(id);
    assertThat(byName.get("status").textValue()).isEqualTo("ready");
    assertThat(byName.get("retriever").get("top_k").intValue()).isEqualTo(5);
    assertThat(deleted.body()).isEqualTo("{\"id\":\"" + id + "\",\"deleted\":true}");
    assertThat(gone.statusCode()).isEqualTo(404);
    assertThat(code(gone)).isEqualTo("AppNotFound");
  }

  @Test
  void aRetrieveExplainsItselfOnDemandAndSaysWhatIsNotInTheIndex() throws Exception {
    create(LUCENE);

    JsonNode plain = JSON.readTree(post("/v1/apps/demo/retrieve", "{\"query\":\"x\"}").body());
    JsonNode why =
        JSON.readTree(
            post("/v1/apps/demo/retrieve", "{\"query\":\"x\",\"expect\":\"pumps.pdf\"}").body());

    assertThat(plain.has("explanation")).isFalse();
    assertThat(why.get("hits")).isEqualTo(plain.get("hits"));
    JsonNode first = why.at("/explanation/passages/0");
    assertThat(first.get("id")).isEqualTo(why.at("/hits/0/id"));
    assertThat(first.get("words").toString()).isEqualTo("{\"score\":1.5,\"part\":0.0}");
    assertThat(first.at("/vectors/rank").intValue()).isEqualTo(1);
    assertThat(first.at("/terms/source").textValue()).isEqualTo("engine");
    assertThat(first.at("/terms/matched/0/term").textValue()).isEqualTo("pump");
    assertThat(why.at("/explanation/plan/vectors_weight").doubleValue()).isEqualTo(.75);
    assertThat(why.at("/explanation/expected/outcome").textValue()).isEqualTo("not_in_index");
    assertThat(why.at("/explanation/expected/similar/0").textValue()).isEqualTo("guide/pumps.pdf");
  }

  @Test
  void aTakenNameIsRefusedAndTheSameCallAgainAnswersWithTheApp() throws Exception {
    String id = create(LUCENE);

    HttpResponse<String> again = post("/v1/apps/rag/create", LUCENE);
    HttpResponse<String> other =
        post("/v1/apps/rag/create", LUCENE.replace("\"docs\"", "\"other\""));

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(again.body()).get("id").textValue()).isEqualTo(id);
    assertProblem(other, 409, id);
    assertProblem(other, 409, "give another name");
    assertThat(code(other)).isEqualTo("AppNameTaken");
    assertThat(get("/v1/apps/demo").statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(get("/v1/apps").body()).get("apps")).hasSize(1);
  }

  @Test
  void theWorkspacesOwnAppIsNotDeletedOverHttp() throws Exception {
    String own = LUCENE.replace("\"demo\"", "\"own\"");
    String id = create(own);

    HttpResponse<String> deleted = send(request("/v1/apps/own").DELETE());
    HttpResponse<String> taken = post("/v1/apps/rag/create", own.replace("\"docs\"", "\"other\""));

    assertProblem(deleted, 409, id);
    assertThat(code(deleted)).isEqualTo("WorkspaceApp");
    assertThat(code(taken)).isEqualTo("AppNameTaken");
    assertThat(taken.body()).doesNotContain("DELETE");
    assertThat(get("/v1/apps/own").statusCode()).isEqualTo(200);
  }

  @Test
  void moreAppsThanAllowedAreRefusedUntilOneIsDeleted() throws Exception {
    try (Server small =
        Server.start(
            narrow(2, ServerSettings.Intake.DEFAULT.memory()), new StubApplication(catalog, 3))) {
      URI create = URI.create(small.address() + "/v1/apps/rag/create");
      for (String name : List.of("a", "b", "c", "c")) {
        var made =
            client.send(posted(create, LUCENE.replace("demo", name)), BodyHandlers.ofString());
        assertThat(made.statusCode()).isEqualTo(200);
      }

      var fourth = client.send(posted(create, LUCENE), BodyHandlers.ofString());
      assertProblem(fourth, 409, "serve.max_apps");
      assertThat(code(fourth)).isEqualTo("TooManyApps");

      assertThat(send(request("/v1/apps/a").DELETE()).statusCode()).isEqualTo(200);
      assertThat(client.send(posted(create, LUCENE), BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void appsThatSharedANameBeforeAreStillServedByTheirIds() throws Exception {
    String id = create(LUCENE);
    String second = catalog.create("demo", catalog.apps().getFirst().retriever()).id();

    assertThat(get("/v1/apps/" + id).statusCode()).isEqualTo(200);
    assertThat(get("/v1/apps/" + second).statusCode()).isEqualTo(200);
    assertProblem(
        post("/v1/apps/rag/create", LUCENE.replace("\"docs\"", "\"other\"")), 409, "app-");
    assertThat(send(request("/v1/apps/" + second).DELETE()).statusCode()).isEqualTo(200);
    assertThat(get("/v1/apps/demo").statusCode()).isEqualTo(200);
  }

  @Test
  void retrieveAnswersInItsShapeAndFilters() throws Exception {
    create(LUCENE);

    HttpResponse<String> all = post("/v1/apps/demo/retrieve", "{\"query\":\"pump\",\"top_k\":1}");
    HttpResponse<String> one =
        post(
            "/v1/apps/demo/retrieve",
            "{\"query\":\"pump\",\"filter\":{\"document\":[\"guide/valves.md\"]}}");

    assertThat(all.body())
        .isEqualTo(
            "{\"hits\":[{\"id\":\"p1\",\"score\":0.5,\"text\":\"The pump stops when the tank is"
                + " empty.\",\"document\":\"guide/pumps.pdf\",\"heading\":\"Guide > Parts\","
                + "\"page\":3,\"span\":[5,43],\"scores\":{\"cosine\":0.7,\"fused\":0.5},"
                + "\"url\":\"https://docs.example.com/pumps.pdf#page=3\"}],"
                + "\"space\":\"0123456789abcdef\",\"generation\":\"docs-1\"}");
    assertThat(JSON.readTree(one.body()).get("hits")).hasSize(1);
    assertThat(one.body()).contains("\"id\":\"p2\"");
  }

  @Test
  void aCompletionMarksEachCitationAndListsIt() throws Exception {
    create(LUCENE);

    JsonNode reply =
        JSON.readTree(
            post(
                    "/api/v1/apps/demo/completion",
                    "{\"input\":{\"prompt\":\"When does it stop?\",\"session_id\":\"s1\"},"
                        + "\"parameters\":{},\"debug\":{}}")
                .body());

    JsonNode output = reply.get("output");
    assertThat(output.get("text").textValue())
        .isEqualTo("The pump stops when the tank is empty.<ref>[1]</ref>");
    assertThat(output.get("finish_reason").textValue()).isEqualTo("stop");
    assertThat(output.get("session_id").textValue())
        .as("one that a caller makes up is not taken")
        .matches("[0-9a-f]{32}");
    JsonNode reference = output.get("doc_references").get(0);
    assertThat(reference.get("index_id").textValue()).isEqualTo("1");
    assertThat(reference.get("doc_id").textValue()).isEqualTo("guide/pumps.pdf");
    assertThat(reference.get("doc_name").textValue()).isEqualTo("pumps.pdf");
    assertThat(reference.get("doc_url").textValue())
        .isEqualTo("https://docs.example.com/pumps.pdf#page=3");
    assertThat(reference.get("page_number").toString()).isEqualTo("[3]");
    assertThat(reply.get("usage").get("models").get(0).get("model_id").textValue())
        .isEqualTo("extractive");
    assertThat(reply.get("request_id").textValue()).isNotEmpty();
  }

  @Test
  void theLastMessageOfTheUserIsTheQuestionAndASessionIsMade() throws Exception {
    create(LUCENE);

    JsonNode output =
        JSON.readTree(
                post(
                        "/api/v1/apps/demo/completion",
                        "{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"When?\"}]},"
                            + "\"parameters\":{\"rag_options\":{\"file_ids\":[\"none\"]}}}")
                    .body())
            .get("output");

    assertThat(output.get("declined").booleanValue()).isTrue();
    assertThat(output.get("text").textValue()).contains("do not answer");
    assertThat(output.get("doc_references")).isEmpty();
    assertThat(output.get("session_id").textValue()).hasSize(32);
  }

  @Test
  void aSessionBringsTheTurnsBeforeAndAnIdThatACallerMakesUpNone() throws Exception {
    create(LUCENE);
    String first = session("{\"input\":{\"prompt\":\"When does it stop?\"}}");
    assertThat(earlier()).isEmpty();

    String same = session(follow(first));

    assertThat(same).isEqualTo(first);
    assertThat(earlier())
        .extracting(Turn::text)
        .containsExactly("When does it stop?", "The pump stops when the tank is empty. [1]");

    session(
        follow(first).replace("\"session_id\"", "\"history\":[{\"user\":\"x\"}],\"session_id\""));
    assertThat(earlier()).extracting(Turn::text).containsExactly("x"); // what is sent counts

    String unknown = session(follow("00000000000000000000000000000000"));
    assertThat(unknown).isNotEqualTo(first).hasSize(32);
    assertThat(earlier()).isEmpty();
  }

  private String session(String body) throws Exception {
    JsonNode reply = JSON.readTree(post("/api/v1/apps/demo/completion", body).body());
    return reply.at("/output/session_id").textValue();
  }

  private static String follow(String session) {
    return "{\"input\":{\"prompt\":\"And then?\",\"session_id\":\"%s\"}}".formatted(session);
  }

  private List<Turn> earlier() {
    return Objects.requireNonNull(engine.query).earlier();
  }

  @Test
  void livenessAndReadinessDiffer() throws Exception {
    engine.ready = false;

    assertThat(get("/health").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = get("/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("whet index");
    engine.ready = true;
    assertThat(get("/ready").body()).isEqualTo("{\"status\":\"ready\"}");
  }
}
