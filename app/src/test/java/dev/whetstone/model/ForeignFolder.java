package dev.whetstone.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// Makes folders as an attacker would: from one of [TinyBert], with files changed.
public final class ForeignFolder {
  private ForeignFolder() {}

  /// Without what we write beside a model: as it comes from elsewhere.
  public static Path write(Path folder) throws IOException {
    Path model = TinyBert.write(folder, 7).folder();
    for (String ours : List.of("manifest.json", "whetstone.json", "README.md", "onnx/model.onnx")) {
      Files.delete(model.resolve(ours));
    }
    return model;
  }

  /// Changes a JSON file of a folder.
  public static Path change(Path folder, String file, Consumer<ObjectNode> change)
      throws IOException {
    Path path = folder.resolve(file);
    var json = (ObjectNode) Json.MAPPER.readTree(Files.readAllBytes(path));
    change.accept(json);
    Files.writeString(path, Json.pretty(json));
    return folder;
  }

  /// Makes the manifest of a folder of ours fit the file that was changed.
  public static void fit(Path folder, String file) throws IOException {
    Path manifest = folder.resolve("manifest.json");
    var json = (ObjectNode) Json.MAPPER.readTree(Files.readAllBytes(manifest));
    json.remove("sha256");
    var entry = (ObjectNode) json.get("files").get(file);
    entry.put("bytes", Files.size(folder.resolve(file)));
    entry.put("sha256", Sha256.of(folder.resolve(file)));
    Files.writeString(manifest, Json.pretty(json));
  }
}
