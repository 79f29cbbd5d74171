package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.encode.Encoder;
import dev.whetstone.store.Artifact;
import dev.whetstone.store.Provenance;
import dev.whetstone.store.WholeFile;
import dev.whetstone.vectors.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// The vectors of a workspace's passages, one Parquet artifact a space: `vectors/SPACE/`. A
/// passage's id is a hash of its text, so a vector is computed once; only new passages are
/// embedded, and gone ones leave. Long work is kept in parts, so that a killed run goes on.
public final class VectorStore {
  public static final String FILE = "vectors.parquet";
  private static final int PART = 2048;

  /// @param embedded how many were computed now
  public record StoredVectors(Vectors vectors, int embedded, double seconds) {}

  private final Workspace workspace;

  public VectorStore(Workspace workspace) {
    this.workspace = workspace;
  }

  public Path folder(SpaceId space) {
    return workspace.vectors().resolve(space.value());
  }

  /// The vectors of `passages` in the encoder's space, in the passages' order.
  public StoredVectors of(List<Passage> passages, Encoder encoder, String name, Progress progress) {
    long began = System.nanoTime();
    var rows = new HashMap<String, Vectors>(); // whose row an id has
    if (Artifact.exists(folder(encoder.space()))) {
      var kept = VectorFile.read(Artifact.open(folder(encoder.space())).file(FILE));
      if (kept.passages().equals(passages)) {
        return new StoredVectors(kept.vectors(), 0, seconds(began));
      }
      add(rows, kept.vectors());
    }
    Path parts = workspace.hidden().resolve("work").resolve("embed-" + encoder.space());
    readParts(parts, rows);
    var missing = passages.stream().filter(p -> !rows.containsKey(p.id())).toList();
    try (var task = progress.start(name, missing.size(), "passages")) {
      for (int from = 0; from < missing.size(); from += PART) {
        var part = missing.subList(from, Math.min(missing.size(), from + PART));
        Vectors now = encoder.passages(part, Progress.within(task));
        add(rows, now);
        if (missing.size() > PART) {
          VectorFile.write(
              parts.resolve(Sha256.id(part.getFirst().id(), part.getLast().id()) + ".parquet"),
              part,
              now,
              Map.of());
        }
      }
    }
    Vectors vectors = assemble(passages, encoder, rows);
    Artifact.create(
        folder(encoder.space()),
        new Provenance("vectors", 1, Map.of("space", encoder.space().value()), Map.of(), 0),
        folder -> VectorFile.write(folder.resolve(FILE), passages, vectors, Map.of()));
    WholeFile.delete(parts);
    return new StoredVectors(vectors, missing.size(), seconds(began));
  }

  public Vectors read(SpaceId space) {
    return VectorFile.read(Artifact.open(folder(space)).file(FILE)).vectors();
  }

  private static void readParts(Path parts, Map<String, Vectors> rows) {
    if (!Files.isDirectory(parts)) {
      return;
    }
    try (Stream<Path> files = Files.list(parts)) {
      for (Path file :
          files
              .filter(
                  f ->
                      f.toString().endsWith(".parquet")
                          && !f.getFileName().toString().startsWith("."))
              .sorted()
              .toList()) {
        add(rows, VectorFile.read(file).vectors());
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + parts + ": " + e.getMessage(), e);
    }
  }

  private static void add(Map<String, Vectors> rows, Vectors vectors) {
    vectors.ids().forEach(id -> rows.put(id, vectors));
  }

  private static Vectors assemble(
      List<Passage> passages, Encoder encoder, Map<String, Vectors> rows) {
    int dimension = encoder.dimension();
    var data = new float[Math.multiplyExact(passages.size(), dimension)];
    var ids = new ArrayList<String>(passages.size());
    for (Passage passage : passages) {
      Vectors of = Objects.requireNonNull(rows.get(passage.id()));
      int from = of.row(passage.id()) * dimension;
      System.arraycopy(of.data(), from, data, ids.size() * dimension, dimension);
      ids.add(passage.id());
    }
    return new Vectors(encoder.space(), ids, dimension, data);
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }
}
