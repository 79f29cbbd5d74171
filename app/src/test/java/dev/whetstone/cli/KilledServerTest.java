package dev.whetstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whetstone.workshop.SmallManual;
import dev.whetstone.workshop.Workshops;
import dev.whetstone.workspace.Workspace;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real server is killed with SIGKILL right after it has acknowledged documents and a job.
@Timeout(300)
class KilledServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable Process server;
  private String address = "";

  @AfterEach
  void stop() {
    if (server != null) {
      server.destroyForcibly();
    }
  }

  private void serve(Path workspace, String log) throws Exception {
    Process process =
        SmallManual.whet(
            folder.resolve(log), "serve", "--port", "0", "--workspace", workspace.toString());
    server = process;
    Path out = folder.resolve(log).resolve("out");
    while (true) {
      Matcher at = ADDRESS.matcher(Files.readString(out));
      if (at.find()) {
        address = at.group();
        return;
      }
      assertThat(process.isAlive())
          .as(Files.readString(folder.resolve(log).resolve("err")))
          .isTrue();
      Thread.sleep(20);
    }
  }

  private JsonNode send(String method, String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(address + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    return JSON.readTree(client.send(request, BodyHandlers.ofString()).body());
  }

  @Test
  void whatItAcknowledgedIsThereAfterwards() throws Exception {
    var manual = new SmallManual(folder.resolve("manual"), 2);
    Path place = manual.workspace("workspace");
    Workspace workspace = Workspace.open(place);
    var workshop = Workshops.open(workspace);
    workshop.stage(manual.docs().toString());
    workshop.run(Workshops.SILENT);
    serve(place, "first");

    String job = send("POST", "/v1/jobs", "{\"step\":\"update\"}").get("id").textValue();
    for (int i = 0; i < 5; i++) {
      JsonNode sent = send("PUT", "/v1/documents/sent" + i + ".md", "# Sent\n\nThe sent part " + i);
      assertThat(sent.get("status").textValue()).isEqualTo("staged");
    }
    Objects.requireNonNull(server).destroyForcibly().waitFor();
    serve(place, "second");

    for (int i = 0; i < 5; i++) {
      JsonNode state;
      do {
        Thread.sleep(50);
        state = send("GET", "/v1/documents/sent" + i + ".md", "");
      } while (!state.get("status").textValue().equals("searchable"));
    }
    JsonNode taken;
    do {
      Thread.sleep(50);
      taken = send("GET", "/v1/jobs/" + job, "");
    } while (taken.get("state").textValue().matches("queued|running"));
    assertThat(taken.get("state").textValue()).isIn("succeeded", "interrupted");
  }
}
