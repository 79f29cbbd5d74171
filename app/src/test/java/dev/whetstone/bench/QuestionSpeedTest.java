package dev.whetstone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.model.Model;
import dev.whetstone.model.TinyBert;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuestionSpeedTest {
  @TempDir private Path folder;

  @Test
  void eachRuntimeHasALineAndASmallModelIsServedInFp32() {
    Model tiny = TinyBert.write(folder.resolve("tiny"), 1);

    List<String> lines =
        QuestionSpeed.lines(
            tiny,
            List.of("how is salt", "what is a queue"),
            3,
            List.of(RuntimeChoice.ONNX_FP32, RuntimeChoice.AUTO));

    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst()).startsWith("2 questions of ").contains("rounds: 3");
    assertThat(lines.get(1)).startsWith("ONNX_FP32 ").contains("p50", "p99", "cosine 1.0000");
    assertThat(lines.get(2)).startsWith("AUTO ").endsWith("a server takes fp32 here");
  }
}
