package dev.whetstone.model;

import dev.whetstone.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The reader of safetensors, for fuzzing.
public final class WeightsFuzzing {
  private WeightsFuzzing() {}

  private static Map<String, String> all(Map<String, long[]> sizes) {
    var names = new LinkedHashMap<String, String>();
    sizes.keySet().forEach(name -> names.put(name, name));
    return names;
  }

  public static void check(byte[] content) throws IOException {
    Path file = Files.createTempFile("fuzz", ".safetensors");
    try {
      Files.write(file, content);
      var _ = SafeTensors.read(file, WeightsFuzzing::all);
    } catch (Failure _) {
      // refused in words
    } finally {
      Files.delete(file);
    }
  }
}
