package dev.whetstone.index.elasticsearch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.EngineKind;
import dev.whetstone.index.cluster.ClusterClient;
import dev.whetstone.index.cluster.ClusterEngine;
import dev.whetstone.index.cluster.ClusterSettings;
import dev.whetstone.store.Json;
import java.util.Set;

/// Elasticsearch 9, under `elasticsearch` of the settings.
public final class ElasticsearchProvider extends ClusterEngine {
  public static final EngineKind KIND = new EngineKind("elasticsearch", false);

  @Override
  public EngineKind kind() {
    return KIND;
  }

  @Override
  public Set<String> quantizations() {
    return Set.of("none", "int8", "bbq");
  }

  @Override
  protected ClusterClient connect(ClusterSettings settings) {
    return Elasticsearch.connect(settings);
  }

  @Override
  public ObjectNode exportSettings() {
    return Json.MAPPER.createObjectNode();
  }

  @Override
  public ObjectNode exportField(int dimension) {
    ObjectNode field = Json.MAPPER.createObjectNode();
    field.put("type", "dense_vector").put("dims", dimension);
    field.put("index", true).put("similarity", "cosine");
    field.putObject("index_options").put("type", "hnsw"); // whole vectors
    return field;
  }
}
