package dev.whetstone.index.opensearch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Failure;
import dev.whetstone.index.EngineSite;
import dev.whetstone.index.cluster.AdoptedIndexes;
import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterConnection;
import dev.whetstone.index.cluster.ClusterEngine;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.store.Json;
import java.net.URI;
import java.time.Duration;
import java.util.Set;

/// OpenSearch 3, under `opensearch` of the settings.
public final class OpenSearchProvider extends ClusterEngine {
  public static final EngineKind KIND = new EngineKind("opensearch", false);

  @Override
  public EngineKind kind() {
    return KIND;
  }

  @Override
  public Set<String> quantizations() {
    return Set.of("none", "int8");
  }

  @Override
  protected ClusterClient connect(ClusterSettings settings) {
    return OpenSearch.connect(settings);
  }

  @Override
  protected boolean derivesVectors(AdoptedIndexes indexes) {
    return indexes.setting(OpenSearch.DERIVED_SOURCE).equals("true");
  }

  @Override
  public ObjectNode exportSettings() {
    ObjectNode settings = Json.MAPPER.createObjectNode();
    OpenSearch.indexSettings(settings);
    return settings;
  }

  @Override
  public ObjectNode exportField(int dimension) {
    ObjectNode field = Json.MAPPER.createObjectNode();
    field.put("type", "knn_vector").put("dimension", dimension);
    field
        .putObject("method")
        .put("name", "hnsw")
        .put("engine", "lucene")
        .put("space_type", "cosinesimil");
    return field;
  }

  /// A connection to one host of the section, for calls of the cluster's plugins. Close it.
  ///
  /// @param host one of the section's
  /// @throws Failure.BadInput if a secret is not in the environment
  public ClusterConnection plugins(EngineSite site, String host) {
    return plugins(settings(site, host));
  }

  /// A connection to a host that the settings do not name: it gets no credentials. Close it.
  public static ClusterConnection plugins(URI host) {
    return plugins(ClusterSettings.of(host.toString()));
  }

  /// Registering a model may take a node longer than a search.
  private static ClusterConnection plugins(ClusterSettings settings) {
    return OpenSearch.connection(
        settings.withTimeouts(
            new ClusterSettings.Timeouts(
                Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofMinutes(2))));
  }
}
