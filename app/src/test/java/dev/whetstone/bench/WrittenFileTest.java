package dev.whetstone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.pairs.WrittenPairs.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenFileTest {
  @TempDir Path folder;

  @Test
  void questionsThatACheckRefusedArePassedOver() throws IOException {
    Path file = folder.resolve("questions.jsonl");
    Files.writeString(
        file,
        """
        {"question":"how is it","passage":"d1"}
        {"question":"what is this","source":{"passage":"d1"},"checks":{"faults":["points-at-text"]}}
        {"question":"who did it","source":{"passage":"d1"},"checks":{"faults":[],"copied":0.5}}
        """);
    var passage = new Passage("d1", "d1", List.of(), "text", 0, 4, 0, 0, Map.of());

    List<Written> read = WrittenFile.read(file, List.of(passage));

    assertThat(read).extracting(Written::question).containsExactly("how is it", "who did it");
  }
}
