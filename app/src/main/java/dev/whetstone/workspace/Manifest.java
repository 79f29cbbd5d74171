package dev.whetstone.workspace;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Json;
import dev.whetstone.store.Keys;
import dev.whetstone.store.WholeFile;
import dev.whetstone.store.objects.ObjectStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is staged: `raw.json`.
///
/// @param documents sorted by path
public record Manifest(List<Entry> documents) {

  /// One staged file.
  ///
  /// @param path relative to `raw/`, with `/`; the document's id downstream
  /// @param modified the source file's time, ISO 8601
  /// @param source the folder or bucket it was staged from
  /// @param link where people read it, as far as something beside the file says so; null where
  ///   nothing does
  public record Entry(
      String path,
      String sha256,
      long bytes,
      String modified,
      String source,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Link link) {
    public Entry(String path, String sha256, long bytes, String modified, String source) {
      this(path, sha256, bytes, modified, source, null);
    }

    public Entry with(@Nullable Link newLink) {
      return new Entry(path, sha256, bytes, modified, source, newLink);
    }

    /// The object it was staged from; empty for a file of a folder.
    public Optional<String> object() {
      return ObjectStores.isBucket(source) ? Optional.of(source + path) : Optional.empty();
    }
  }

  /// A document's address.
  ///
  /// @param url as [dev.whetstone.core.WebLink#of] gives it
  /// @param stamp of the file that says so: its length and time; empty where no file does
  public record Link(String url, String stamp) {}

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

  /// Equal for equal paths, contents and links.
  public String contentHash() {
    var hash = new Sha256();
    for (Entry entry : documents) {
      hash.add(entry.path()).add(entry.sha256());
      if (entry.link() != null) {
        hash.add(entry.link().url());
      }
    }
    return hash.hex();
  }
}
