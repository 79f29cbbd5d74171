package dev.whetstone.model;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import dev.whetstone.store.Json;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The space of a model and the SHA-256 of the ONNX graph that this program builds for it, computed
/// from its weights, tokenizer and configuration alone. `whetstone.json` and the graph in a folder
/// may come from anyone; they are used only when they agree with this.
///
/// Computing it reads all weights (1 to 4 s for bge-small's 33 million on a busy machine). For
/// large models it is therefore kept in the user's cache, under a hash of the very bytes it was
/// computed from.
record Identity(String space, String graph) {
  /// Changes when [OnnxGraph] or [SpaceHash] do.
  private static final String VERSION = "identity 2";

  /// Below it, computing is as fast as looking.
  private static final long WORTH_KEEPING = 16L << 20;

  /// @param weights the SHA-256 of their files, see [WeightFiles#hash]
  /// @param tokenizer its SHA-256
  static Identity of(Path folder, ModelConfig config, String weights, String tokenizer)
      throws IOException {
    Path cached = file(config, weights, tokenizer);
    Optional<Identity> known = Json.kept(cached, Identity.class);
    if (known.isPresent()) {
      return known.get();
    }
    NamedTensors read = WeightFiles.read(folder, config);
    var identity = new Identity(SpaceHash.of(config, read, tokenizer).value(), graph(config, read));
    identity.cache(folder, config, weights, tokenizer);
    return identity;
  }

  private static Path file(ModelConfig config, String weights, String tokenizer) {
    var key = new Sha256().add(VERSION).add(weights).add(tokenizer);
    config.network().fields().forEach(key::add);
    key.add(config.prompts().passage()).add("" + config.maxTokens());
    return MavenArtifact.defaultCache().resolve("identities").resolve(key.hex() + ".json");
  }

  private static String graph(ModelConfig config, NamedTensors weights) throws IOException {
    var hash = new Sha256();
    OnnxGraph.of(config.network(), weights)
        .writeTo(
            new OutputStream() {
              @Override
              public void write(int one) {
                hash.add(new byte[] {(byte) one});
              }

              @Override
              public void write(byte[] bytes, int from, int length) {
                hash.add(bytes, from, length);
              }
            });
    return hash.hex();
  }

  /// Puts it into the cache. A failure to write there only costs time later.
  void cache(Path folder, ModelConfig config, String weights, String tokenizer) {
    try {
      if (Files.size(folder.resolve(WeightFiles.NAME)) >= WORTH_KEEPING) {
        WholeFile.write(file(config, weights, tokenizer), Json.sealed(Json.pretty(this)));
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + folder + ": " + e.getMessage(), e);
    } catch (Failure.Unavailable e) {
      System.getLogger(Identity.class.getName()).log(System.Logger.Level.DEBUG, e.getMessage());
    }
  }

  SpaceId spaceId() {
    return new SpaceId(space);
  }
}
