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

/// What a model's weights, tokenizer and configuration make, computed from nothing else: the space,
/// and the SHA-256 of the ONNX graph that this program builds. `whetstone.json` and the graph in a
/// folder may come from anyone; they are used only when they agree with this.
///
/// Computing it reads all weights (1 to 4 s for bge-small's 33 million on a busy machine). For
/// large models it is therefore kept in the user's cache, under a hash of the very bytes it was
/// computed from.
record Identity(String space, String graph) {
  /// Changes when [OnnxGraph] or [Spaces] do.
  private static final String VERSION = "identity 1";

  /// Below it, computing is as fast as looking.
  private static final long WORTH_KEEPING = 16L << 20;

  /// @param weights their SHA-256
  /// @param tokenizer its SHA-256
  static Identity of(Path folder, Layout layout, String weights, String tokenizer)
      throws IOException {
    Path kept = file(layout, weights, tokenizer);
    Optional<Identity> known = Json.kept(kept, Identity.class);
    if (known.isPresent()) {
      return known.get();
    }
    NamedTensors read = ModelFiles.weights(folder, layout.shape());
    var identity = new Identity(Spaces.of(layout, read, tokenizer).value(), graph(layout, read));
    identity.keep(folder, layout, weights, tokenizer);
    return identity;
  }

  private static Path file(Layout layout, String weights, String tokenizer) {
    var key = new Sha256().add(VERSION).add(weights).add(tokenizer);
    key.add(layout.shape().toString()).add(layout.pooling().name());
    key.add(layout.prompts().passage()).add("" + layout.maxTokens());
    return MavenArtifact.defaultCache().resolve("identities").resolve(key.hex() + ".json");
  }

  private static String graph(Layout layout, NamedTensors weights) throws IOException {
    var hash = new Sha256();
    OnnxGraph.of(layout.shape(), weights)
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

  /// Notes what was computed when the model was written. A cache that cannot be written to costs
  /// time, and nothing else.
  void keep(Path folder, Layout layout, String weights, String tokenizer) {
    try {
      if (Files.size(folder.resolve(ModelFiles.WEIGHTS)) >= WORTH_KEEPING) {
        WholeFile.write(file(layout, weights, tokenizer), Json.sealed(Json.pretty(this)));
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
