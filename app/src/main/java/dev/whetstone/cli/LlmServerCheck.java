package dev.whetstone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.OutgoingHttp;
import dev.whetstone.llm.LlmSettings;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CancellationException;

/// Asks a language model's server which models it has: `GET /v1/models`, which costs nothing.
final class LlmServerCheck {
  private static final int MOST_BYTES = 4 << 20;
  private static final int NAMED = 5;

  private LlmServerCheck() {}

  /// @param section of the settings that names the server, for messages: `llm`
  /// @return what was found, as English text
  /// @throws Failure.BadInput if the variable with the key is not set, or the model is not there
  /// @throws Failure.Refused if the key is not accepted
  /// @throws Failure.Unavailable if it does not answer, or not as expected
  static String ask(
      String section,
      LlmSettings.OpenAi server,
      Map<String, String> environment,
      Duration patience) {
    URI uri = URI.create(server.baseUrl().toString().replaceAll("/+$", "") + "/models");
    var request = HttpRequest.newBuilder(uri).timeout(patience);
    String variable = server.keyVariable();
    if (variable != null) {
      String key = environment.getOrDefault(variable, "").strip();
      if (key.isEmpty()) {
        throw new Failure.BadInput(
            section
                + ".api_key_env names the environment variable "
                + variable
                + ", which is not set: set it");
      }
      request.header("Authorization", "Bearer " + key);
    }
    try (var http = new OutgoingHttp(patience, MOST_BYTES, null)) {
      HttpResponse<byte[]> reply = http.send(request.build(), patience);
      return words(section, server, uri, reply.statusCode(), reply.body());
    } catch (IOException e) {
      throw new Failure.Unavailable(
          uri + " does not answer (" + e + "): check that it runs, and " + section + ".url", e);
    } catch (InterruptedException e) {
      throw new CancellationException("interrupted");
    }
  }

  private static String words(
      String section, LlmSettings.OpenAi server, URI uri, int status, byte[] body)
      throws IOException {
    if (status == 401 || status == 403) {
      throw new Failure.Refused(
          uri
              + " does not accept the key ("
              + status
              + "): check "
              + (server.keyVariable() == null
                  ? "whether it asks for one, and name its variable in " + section + ".api_key_env"
                  : "the variable " + server.keyVariable()));
    }
    JsonNode data = status == 200 ? Json.MAPPER.readTree(body).path("data") : null;
    if (data == null || !data.isArray()) {
      throw new Failure.Unavailable(
          uri
              + " answers "
              + status
              + " and no list of models: check "
              + section
              + ".url, which ends in /v1");
    }
    var ids = new ArrayList<String>();
    data.forEach(model -> ids.add(model.path("id").asText()));
    if (!ids.contains(server.model())) {
      throw new Failure.BadInput(
          "%s.model: %s does not list %s; it has %s"
              .formatted(
                  section,
                  uri,
                  server.model(),
                  ids.isEmpty()
                      ? "no model"
                      : String.join(", ", ids.stream().limit(NAMED).toList())
                          + (ids.size() > NAMED ? ", …" : "")));
    }
    return uri + " answers and has " + server.model();
  }
}
