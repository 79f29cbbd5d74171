package dev.whetstone.index;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.index.elasticsearch.Elasticsearch;
import dev.whetstone.index.opensearch.OpenSearch;
import dev.whetstone.servers.Servers;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/// A real node of each engine.
enum Node {
  ELASTICSEARCH,
  OPENSEARCH;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /// Its address: of the node that the tests of this JVM share, or of one that runs already and
  /// that the environment names.
  String host() {
    String running = System.getenv("WHETSTONE_" + name());
    if (running != null) {
      return running;
    }
    return switch (this) {
      case ELASTICSEARCH -> Servers.elasticsearch().uri().toString();
      case OPENSEARCH -> Servers.opensearch().uri().toString();
    };
  }

  ClusterSettings settings() {
    return ClusterSettings.of(host());
  }

  ClusterClient connect(ClusterSettings settings) {
    return switch (this) {
      case ELASTICSEARCH -> Elasticsearch.connect(settings);
      case OPENSEARCH -> OpenSearch.connect(settings);
    };
  }

  /// A request past our own code.
  JsonNode call(String method, String path, String body) {
    try {
      String type = path.contains("_bulk") ? "application/x-ndjson" : "application/json";
      var request =
          HttpRequest.newBuilder(URI.create(host() + path))
              .header("Content-Type", type)
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      return Json.MAPPER.readTree(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  List<String> indices(String prefix) {
    var names = new ArrayList<String>();
    call("GET", "/" + prefix + "*/_settings?filter_path=*.settings.index.uuid", "")
        .fieldNames()
        .forEachRemaining(names::add);
    return names;
  }

  /// Removes all indices whose names begin so.
  void clean(String prefix) {
    List<String> all = indices(prefix);
    if (!all.isEmpty()) {
      call("DELETE", "/" + String.join(",", all), "");
    }
  }
}
