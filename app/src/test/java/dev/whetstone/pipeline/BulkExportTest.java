package dev.whetstone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.index.opensearch.OpenSearch;
import dev.whetstone.store.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BulkExportTest {
  private static JsonNode settings(String engine) {
    var export = new BulkExport(Path.of("export"), "rag", engine, BulkExport.FILE_BYTES);
    return export.mapping(List.of(), 4).path("settings").path("index");
  }

  @Test
  void anExportForOpenSearchKeepsItsVectorsWhereOurOwnIndicesDo() {
    var ours = Json.MAPPER.createObjectNode();
    OpenSearch.indexSettings(ours);

    assertThat(settings("opensearch")).isEqualTo(ours);
    assertThat(ours.path("knn.derived_source.enabled").asBoolean(true)).isFalse();
    assertThat(settings("elasticsearch").isMissingNode()).isTrue();
  }
}
