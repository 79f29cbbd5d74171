package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.EngineKind;
import dev.whetstone.core.Remedy;
import dev.whetstone.index.opensearch.OpenSearchProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexPlaceTest {
  @TempDir private Path folder;

  @Test
  void anIndexThatIsMissingIsSaidToBeMadeByWhatMakesIt() throws IOException {
    Path file = folder.resolve(SettingsFile.NAME);
    Files.writeString(file, "name: manual\nopensearch: {hosts: ['http://s']}\n");
    Settings settings = SettingsFile.read(file);

    var own = new IndexPlace(EngineKind.LUCENE, "manual");
    var other = new IndexPlace(EngineKind.LUCENE, "other");
    var cluster = new IndexPlace(OpenSearchProvider.KIND, "manual");

    assertThat(own.remedies(settings)).containsExactly(new Remedy.RunAll());
    assertThat(own.unnamed(settings)).isEmpty();
    assertThat(other.unnamed(settings)).contains("is manual", "`index: {name: other}`");
    assertThat(cluster.remedies(settings))
        .containsExactly(
            new Remedy.BuildIndex(Remedy.BuildIndex.Build.UPDATE, "opensearch"),
            new Remedy.AdoptIndex("manual", "opensearch"));
  }
}
