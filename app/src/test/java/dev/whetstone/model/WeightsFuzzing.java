package dev.whetstone.model;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The reader of safetensors, for fuzzing.
public final class WeightsFuzzing {
  private WeightsFuzzing() {}

  public static void check(byte[] content) throws IOException {
    Path file = Files.createTempFile("fuzz", ".safetensors");
    try {
      Files.write(file, content);
      var _ = SafeTensorsTest.all(file);
    } catch (Failure _) {
      // refused in words
    } finally {
      Files.delete(file);
    }
  }
}
