package dev.whetstone.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Failure;
import dev.whetstone.core.OutgoingHttp;
import dev.whetstone.encode.Encoder;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// Asks a running server of ours for a vector by `/v1/embeddings`, and holds it against the model's
/// own.
public final class HereCheck {
  private static final String TEXT = "How long are the records kept?";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST_BYTES = 1 << 20; // a vector has some 10 kB

  private HereCheck() {}

  /// @param key the server's API key; null where it asks for none
  /// @return the cosine; empty where no server answers
  /// @throws Failure.Refused if the vectors differ
  public static OptionalDouble cosine(URI server, String id, @Nullable String key, Encoder own) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("model", id).put("input", TEXT).put("input_type", "query");
    var request =
        HttpRequest.newBuilder(
                URI.create(server.toString().replaceAll("/+$", "") + "/v1/embeddings"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    try (var http = new OutgoingHttp(Duration.ofSeconds(2), MOST_BYTES, null)) {
      HttpResponse<byte[]> reply = http.send(request.build(), PATIENCE);
      refuse("the server at " + server, reply.statusCode());
      JsonNode data = Json.MAPPER.readTree(reply.body()).at("/data/0/embedding");
      if (reply.statusCode() != 200 || !data.isArray()) {
        throw new Failure.Refused(
            "the server at "
                + server
                + " answered "
                + reply.statusCode()
                + " for the model "
                + id
                + ": is it this workspace's, and of this version?");
      }
      var vector = new float[data.size()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = data.get(i).floatValue();
      }
      double cosine = OpenSearchModels.cosine(vector, own.query(TEXT));
      if (!(cosine >= OpenSearchModels.SAME)) {
        throw new Failure.Refused(
            "the server at %s gives a vector for %s with a cosine of only %.4f to the model's own"
                .formatted(server, id, cosine));
      }
      return OptionalDouble.of(cosine);
    } catch (JsonProcessingException e) {
      throw new Failure.Refused("what listens at " + server + " is no server of ours");
    } catch (IOException e) {
      return OptionalDouble.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalDouble.empty();
    }
  }

  /// What says nothing about the model.
  private static void refuse(String server, int status) {
    switch (status) {
      case 401, 403 ->
          throw new Failure.Refused(
              server
                  + " answered "
                  + status
                  + ": it asks for another API key. Let serve.api_key_env name the variable that"
                  + " holds the key it was started with");
      case 429, 502, 503, 504 ->
          throw new Failure.Unavailable(
              server + " answered " + status + ": it is busy or still starting. Try again");
      default -> {}
    }
  }
}
