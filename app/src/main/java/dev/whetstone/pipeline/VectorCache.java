package dev.whetstone.pipeline;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Provenance;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A collection's vectors, kept by space and by what the passages say, so that no text is embedded
/// twice in one space. A damaged entry is made anew.
final class VectorCache {
  private static final String FILE = "vectors.f32";

  private final Path folder;
  private final List<Passage> passages;
  private final String content;

  /// @param folder made when needed
  VectorCache(Path folder, List<Passage> passages) {
    this.folder = folder;
    this.passages = passages;
    var hash = new Sha256();
    passages.forEach(passage -> hash.add(passage.id()).add(passage.embedded()));
    content = hash.hex();
  }

  /// The hash of ids and texts of the passages.
  String content() {
    return content;
  }

  /// @param made whether they had to be embedded
  /// @param seconds that took
  record Embedded(Vectors vectors, boolean made, double seconds) {}

  /// The vectors of all passages: from the cache, else embedded and kept.
  Embedded of(Encoder encoder, Progress progress) {
    Path entry = folder.resolve(encoder.space() + "-" + content.substring(0, 16));
    if (Artifact.exists(entry)) {
      try {
        return new Embedded(read(entry, encoder), false, 0);
      } catch (Failure.CorruptArtifact e) {
        System.getLogger(VectorCache.class.getName())
            .log(System.Logger.Level.WARNING, "{0}; embedding again", e.getMessage());
      }
    }
    long began = System.nanoTime();
    Vectors vectors = encoder.passages(passages, progress);
    double seconds = (System.nanoTime() - began) / 1e9;
    write(entry, vectors);
    return new Embedded(vectors, true, seconds);
  }

  private Vectors read(Path entry, Encoder encoder) {
    var artifact = Artifact.open(entry);
    Map<String, String> inputs = artifact.provenance().inputs();
    if (!encoder.space().value().equals(inputs.get("space"))
        || !content.equals(inputs.get("content"))) {
      throw new Failure.CorruptArtifact(entry + " holds vectors of other passages");
    }
    try {
      var floats =
          ByteBuffer.wrap(Files.readAllBytes(artifact.file(FILE)))
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer();
      if (floats.remaining() != (long) passages.size() * encoder.dimension()) {
        throw new Failure.CorruptArtifact(entry + " holds another number of vectors");
      }
      var data = new float[floats.remaining()];
      floats.get(data);
      return new Vectors(
          new SpaceId(encoder.space().value()),
          passages.stream().map(Passage::id).toList(),
          encoder.dimension(),
          data);
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + entry + ": " + e.getMessage(), e);
    }
  }

  private void write(Path entry, Vectors vectors) {
    var provenance =
        new Provenance(
            "proof-vectors",
            1,
            Map.of("space", vectors.space().value(), "content", content),
            Map.of(),
            0);
    Artifact.create(
        entry,
        provenance,
        empty -> {
          try (OutputStream out =
              new BufferedOutputStream(Files.newOutputStream(empty.resolve(FILE)))) {
            int rowBytes = vectors.dimension() * Float.BYTES;
            for (int row = 0; row < vectors.size(); row++) {
              var bytes = ByteBuffer.allocate(rowBytes).order(ByteOrder.LITTLE_ENDIAN);
              bytes.asFloatBuffer().put(vectors.vector(row));
              out.write(bytes.array());
            }
          }
        });
  }
}
