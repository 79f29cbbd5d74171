package dev.whetstone.encode;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.Vectors;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The vectors of fixed passages, kept by space and by what the passages say, so that no text is
/// embedded twice in one space. A damaged entry is made anew.
public final class VectorCache {
  private static final String FILE = "vectors.f32";

  /// Passages in a part: a minute's work, or less.
  private static final int PART = 1024;

  private final Path folder;
  private final List<Passage> passages;
  private final String content;

  /// @param folder made when needed
  public VectorCache(Path folder, List<Passage> passages) {
    this.folder = folder;
    this.passages = passages;
    var hash = new Sha256();
    passages.forEach(passage -> hash.add(passage.id()).add(passage.embedded()));
    content = hash.hex();
  }

  /// The hash of ids and texts of the passages.
  public String content() {
    return content;
  }

  /// @param made how many of them had to be embedded now
  /// @param seconds that took
  public record CachedVectors(Vectors vectors, int made, double seconds) {}

  /// The vectors of all passages: from the cache, else embedded and kept. Parts are kept as they
  /// are made, so that a run that was killed goes on.
  public CachedVectors of(Encoder encoder, Progress progress) {
    Path entry = folder.resolve(encoder.space() + "-" + content.substring(0, 16));
    Vectors kept = kept(entry, encoder, passages);
    if (kept != null) {
      return new CachedVectors(kept, 0, 0);
    }
    long began = System.nanoTime();
    Path parts = folder.resolve(entry.getFileName() + ".parts");
    var data = new float[Math.multiplyExact(passages.size(), encoder.dimension())];
    int embedded = 0;
    try (var task = progress.start("embed", passages.size(), "passages")) {
      for (int from = 0; from < passages.size(); from += PART) {
        List<Passage> some = passages.subList(from, Math.min(from + PART, passages.size()));
        Path part = parts.resolve(String.valueOf(from));
        Vectors vectors = kept(part, encoder, some);
        if (vectors == null) {
          vectors = encoder.passages(some, Progress.within(task));
          embedded += some.size();
          if (passages.size() > PART) {
            write(part, vectors);
          }
        } else {
          task.advance(some.size());
        }
        System.arraycopy(
            vectors.data(), 0, data, from * encoder.dimension(), vectors.data().length);
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    var all = new Vectors(encoder.space(), ids(passages), encoder.dimension(), data);
    write(entry, all);
    WholeFile.delete(parts);
    return new CachedVectors(all, embedded, seconds);
  }

  private @Nullable Vectors kept(Path entry, Encoder encoder, List<Passage> of) {
    if (!Artifact.exists(entry)) {
      return null;
    }
    try {
      return read(entry, encoder, of);
    } catch (Failure.CorruptArtifact e) {
      System.getLogger(VectorCache.class.getName())
          .log(System.Logger.Level.WARNING, "{0}; embedding again", e.getMessage());
      return null;
    }
  }

  private static List<String> ids(List<Passage> passages) {
    return passages.stream().map(Passage::id).toList();
  }

  private Vectors read(Path entry, Encoder encoder, List<Passage> of) {
    var artifact = Artifact.open(entry);
    Map<String, String> inputs = artifact.provenance().inputs();
    if (!encoder.space().value().equals(inputs.get("space"))
        || !content.equals(inputs.get("content"))) {
      throw new Failure.CorruptArtifact(entry + " holds vectors of other passages");
    }
    Path file = artifact.file(FILE);
    try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      var data = new float[Math.multiplyExact(of.size(), encoder.dimension())];
      if (Files.size(file) != (long) Float.BYTES * data.length) {
        throw new Failure.CorruptArtifact(entry + " holds another number of vectors");
      }
      // By rows: all bytes at once would be as many again, and no more than two gigabytes.
      var row = ByteBuffer.allocate(Float.BYTES * encoder.dimension());
      for (int at = 0; at < data.length; at += encoder.dimension()) {
        in.readFully(row.array());
        row.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(data, at, encoder.dimension());
      }
      return new Vectors(encoder.space(), ids(of), encoder.dimension(), data);
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
