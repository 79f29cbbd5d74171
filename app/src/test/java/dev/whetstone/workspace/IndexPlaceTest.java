package dev.whetstone.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.catalog.Retriever;
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

    String own = new IndexPlace(Retriever.Type.LUCENE, "manual").made(settings);
    String other = new IndexPlace(Retriever.Type.LUCENE, "other").made(settings);
    String cluster = new IndexPlace(Retriever.Type.OPENSEARCH, "manual").made(settings);
    String others = new IndexPlace(Retriever.Type.OPENSEARCH, "other").made(settings);

    assertThat(own).isEqualTo("`whet run` makes it");
    assertThat(other)
        .isEqualTo(
            "this workspace's is manual. `whet run` makes one of this name when whetstone.yaml has"
                + " `index: {name: other}`");
    assertThat(cluster)
        .isEqualTo(
            "`whet index --engine opensearch` makes it, `whet index adopt manual --engine"
                + " opensearch` takes one that others made");
    assertThat(others)
        .startsWith("this workspace's is manual. `whet index --engine opensearch` makes one of")
        .endsWith("`whet index adopt other --engine opensearch` takes one that others made");
  }
}
