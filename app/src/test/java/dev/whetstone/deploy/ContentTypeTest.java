package dev.whetstone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.servers.Servers;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A real node answers 406 to a body of a type that it does not read, whatever handler it is for;
/// the stub for ml-commons, which no real node here has, must do the same.
class ContentTypeTest {
  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/json; charset=UTF-8",
          "application/x-ndjson",
          "application/yaml",
          "application/smile",
          "application/cbor",
          "application/octet-stream",
          "application/zip",
          "text/plain",
          "text/json",
          "multipart/form-data",
          "");

  @Test
  void aRealNodeRefusesTheSameTypesOfContentAsTheStub() throws Exception {
    var refused = new LinkedHashMap<String, Boolean>();
    var refusedByTheStub = new LinkedHashMap<String, Boolean>();

    try (var client = HttpClient.newHttpClient()) {
      for (String type : TYPES) {
        refused.put(type, status(client, type) == 406);
        refusedByTheStub.put(type, !StubMlCommons.takes(type.isEmpty() ? null : type));
      }
    }

    assertThat(refusedByTheStub).isEqualTo(refused).containsEntry("application/octet-stream", true);
  }

  private static int status(HttpClient client, String type)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(Servers.opensearch().uri().resolve("/_analyze"))
            .POST(HttpRequest.BodyPublishers.ofString("{\"text\": \"a\"}"));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
  }
}
