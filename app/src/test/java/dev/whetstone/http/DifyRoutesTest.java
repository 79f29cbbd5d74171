package dev.whetstone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.catalog.Catalog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DifyRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Catalog catalog;
  private Server server;

  @BeforeEach
  void start() throws Exception {
    catalog = Catalog.open(folder.resolve("catalog.db"));
    server =
        Server.start(
            ServerSettings.DEFAULT.withAddress("127.0.0.1", 0).withApiKey("secret"),
            new StubApplication(catalog));
    var _ =
        post(
            "/v1/apps/rag/create",
            "{\"name\":\"demo\",\"retriever\":{\"type\":\"lucene\",\"index\":\"docs\"}}",
            "Bearer secret");
  }

  @AfterEach
  void stop() {
    server.close();
    catalog.close();
  }

  private HttpResponse<String> post(String path, String body, @Nullable String key)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (key != null) {
      request.header("Authorization", key);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> retrieve(String more) throws Exception {
    return post(
        "/dify/retrieval",
        "{\"knowledge_id\": \"demo\", \"query\": \"why does the pump stop\"" + more + "}",
        "Bearer secret");
  }

  private static JsonNode records(HttpResponse<String> reply) throws IOException {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body()).get("records");
  }

  private static int code(HttpResponse<String> reply) throws IOException {
    return JSON.readTree(reply.body()).get("error_code").intValue();
  }

  @Test
  void recordsHaveTextScoreTitleAndMetadataThatIsNeverNull() throws Exception {
    JsonNode records = records(retrieve(", \"retrieval_setting\": {\"top_k\": 2}"));

    assertThat(records).hasSize(2);
    assertThat(records.get(0).toString())
        .isEqualTo(
            "{\"content\":\"The pump stops when the tank is empty.\",\"score\":0.7,"
                + "\"title\":\"Guide\",\"metadata\":{\"document\":\"guide/pumps.pdf\","
                + "\"format\":\"pdf\",\"heading\":\"Guide > Parts\",\"page\":\"3\","
                + "\"passage_id\":\"p1\",\"url\":\"https://docs.example.com/pumps.pdf#page=3\"}}");
    assertThat(records.get(1).get("metadata").get("source").textValue())
        .isEqualTo("s3://papers/guide/valves.md");
  }

  @Test
  void theNumberOfRecordsAndTheThresholdAreHeeded() throws Exception {
    assertThat(records(retrieve(", \"retrieval_setting\": {\"top_k\": 1}"))).hasSize(1);
    assertThat(records(retrieve(", \"retrieval_setting\": {\"score_threshold\": 0.7}"))).hasSize(2);
    assertThat(records(retrieve(", \"retrieval_setting\": {\"score_threshold\": 0.71}"))).isEmpty();
    assertThat(records(retrieve(", \"retrieval_setting\": {\"score_threshold\": null}")))
        .hasSize(2);
  }

  @Test
  void conditionsNarrowWhatIsFound() throws Exception {
    String condition =
        ", \"metadata_condition\": {\"conditions\": [{\"name\": [\"document\"],"
            + " \"comparison_operator\": \"%s\", \"value\": \"%s\"}]}";

    assertThat(records(retrieve(condition.formatted("is", "guide/valves.md"))))
        .extracting(record -> record.at("/metadata/passage_id").textValue())
        .containsExactly("p2");
    assertThat(records(retrieve(condition.formatted("end with", ".pdf"))))
        .extracting(record -> record.at("/metadata/passage_id").textValue())
        .containsExactly("p1");
    assertThat(records(retrieve(", \"metadata_condition\": null"))).hasSize(2);
  }

  @Test
  void errorsHaveDifysCodes() throws Exception {
    String body = "{\"knowledge_id\": \"demo\", \"query\": \"why\"}";

    HttpResponse<String> without = post("/dify/retrieval", body, null);
    HttpResponse<String> malformed = post("/dify/retrieval", body, "secret");
    HttpResponse<String> wrong = post("/dify/retrieval", body, "Bearer wrong");
    HttpResponse<String> unknown =
        post("/dify/retrieval", body.replace("demo", "none"), "Bearer secret");

    assertThat(code(without)).isEqualTo(1001);
    assertThat(code(malformed)).isEqualTo(1001);
    assertThat(code(wrong)).isEqualTo(1002);
    assertThat(code(unknown)).isEqualTo(2001);
    // Dify takes 403 for a wrong key when an address is registered, and 401 for none
    assertThat(wrong.statusCode()).isEqualTo(403);
    assertThat(unknown.statusCode()).isEqualTo(404);
    HttpResponse<String> registering = post("/dify/retrieval", "", "Bearer secret");
    assertThat(registering.statusCode()).isEqualTo(400);
    assertThat(code(registering)).isEqualTo(400);
    assertThat(JSON.readTree(registering.body()).get("error_msg").textValue()).isNotBlank();
    assertThat(retrieve(", \"retrieval_setting\": {\"top_k\": 0}").statusCode()).isEqualTo(400);
    assertThat(retrieve(", \"retrieval_setting\": {\"score_threshold\": 2}").statusCode())
        .isEqualTo(400);
    assertThat(retrieve(", \"filter\": {}").statusCode()).isEqualTo(400);
  }
}
