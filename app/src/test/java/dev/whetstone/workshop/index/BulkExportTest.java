package dev.whetstone.workshop.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.index.ClusterProvider;
import dev.whetstone.index.elasticsearch.ElasticsearchProvider;
import dev.whetstone.index.opensearch.OpenSearch;
import dev.whetstone.index.opensearch.OpenSearchProvider;
import dev.whetstone.store.Json;
import dev.whetstone.workspace.SettingsFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkExportTest {
  private static JsonNode settings(ClusterProvider engine) {
    var export = new BulkExport(Path.of("export"), "rag", engine, BulkExport.FILE_BYTES);
    return export.mapping(List.of(), 4).path("settings").path("index");
  }

  @Test
  void anExportForOpenSearchKeepsItsVectorsWhereOurOwnIndicesDo() {
    var ours = Json.MAPPER.createObjectNode();
    OpenSearch.indexSettings(ours);

    assertThat(settings(new OpenSearchProvider())).isEqualTo(ours);
    assertThat(ours.path("knn.derived_source.enabled").asBoolean(true)).isFalse();
    assertThat(settings(new ElasticsearchProvider()).isMissingNode()).isTrue();
  }

  /// The commands are run by a shell in which `curl` says what it was given.
  @Test
  void whateverTheSettingsHoldAShellRunsNothingOfIt(@TempDir Path folder) throws Exception {
    String settings =
        """
        elasticsearch:
          hosts: ["https://h/'(touch)'"]
          user: "u'$(touch PWNED3)\\"; touch PWNED4; \\""
          password_env: ES_PASSWORD
          ca_file: "ca'; touch PWNED5; '.pem"
        """;
    Path file = Files.writeString(folder.resolve("whetstone.yaml"), settings);
    var export = new BulkExport(folder, "rag", new ElasticsearchProvider(), BulkExport.FILE_BYTES);
    var commands = export.commands(SettingsFile.read(file), List.of("bulk-00001.ndjson"));
    String script = "curl() { printf '<%s>' \"$@\"; }\n" + String.join("\n", commands) + "\n";

    var shell = new ProcessBuilder("sh", "-c", script).directory(folder.toFile());
    shell.environment().put("ES_PASSWORD", "p'w $x");
    Process running = shell.start();
    String given = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    running.waitFor();

    assertThat(folder.toFile().list()).containsExactly("whetstone.yaml");
    assertThat(given)
        .contains("<u'$(touch PWNED3)\"; touch PWNED4; \":p'w $x>")
        .contains("<ca'; touch PWNED5; '.pem>")
        .contains("<https://h/'(touch)'/rag>");
  }
}
