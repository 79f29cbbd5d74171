package dev.whetstone.workspace;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import dev.whetstone.store.Keys;
import dev.whetstone.store.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// What is staged: `raw.json`.
///
/// @param documents sorted by path
public record Manifest(List<Entry> documents) {

  /// One staged file.
  ///
  /// @param path relative to `raw/`, with `/`; the document's id downstream
  /// @param modified the source file's time, ISO 8601
  /// @param source the folder or bucket it was staged from
  public record Entry(String path, String sha256, long bytes, String modified, String source) {}

  /// The source of the documents that were sent over HTTP, which stand in [Workspace#uploads]. It
  /// names no folder, so that a workspace can be moved; and no folder can have this name.
  public static final String UPLOADS = "uploads:";

  private static final String MEND =
      "Restore it from a copy, or delete it and stage all your folders again";

  public Manifest {
    documents = documents.stream().sorted(Comparator.comparing(Entry::path)).toList();
  }

  /// The workspace's manifest; an empty one where nothing was staged yet.
  public static Manifest read(Workspace workspace) {
    Path file = workspace.manifest();
    if (!Files.exists(file)) {
      return new Manifest(List.of());
    }
    Manifest manifest = Json.read(file, Manifest.class, MEND, new Remedy.Stage(null));
    for (Entry entry : manifest.documents()) {
      if (Keys.trouble(entry.path()).isPresent()) { // it would lead out of `raw/`
        throw new Failure.CorruptArtifact(
            "%s names a document \"%s\", which cannot be a file's name here. %s"
                .formatted(file, entry.path(), MEND),
            new Remedy.Stage(null));
      }
    }
    return manifest;
  }

  public void write(Workspace workspace) {
    WholeFile.write(workspace.manifest(), Json.sealed(Json.pretty(this)));
  }

  public List<Entry> from(String source) {
    return documents.stream().filter(e -> e.source().equals(source)).toList();
  }

  /// The folders and buckets that documents were staged from.
  public List<String> sources() {
    var sources = new TreeSet<String>();
    documents.forEach(e -> sources.add(e.source()));
    return List.copyOf(sources);
  }

  public long bytes() {
    return documents.stream().mapToLong(Entry::bytes).sum();
  }

  /// Equal for equal paths and contents.
  public String contentHash() {
    var hash = new Sha256();
    documents.forEach(e -> hash.add(e.path()).add(e.sha256()));
    return hash.hex();
  }
}
