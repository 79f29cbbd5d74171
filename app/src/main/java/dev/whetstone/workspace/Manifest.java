package dev.whetstone.workspace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.core.Sha256;
import dev.whetstone.corpus.TextBeside;
import dev.whetstone.store.Json;
import dev.whetstone.store.Keys;
import dev.whetstone.store.WholeFile;
import dev.whetstone.store.objects.ObjectStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is staged: `raw.json`.
///
/// @param files sorted by path: documents, and the texts that were put beside them
public record Manifest(@JsonProperty("documents") List<Entry> files) {

  /// One staged file.
  ///
  /// @param path relative to `raw/`, with `/`; a document's id downstream
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

  /// The source of the documents that were sent over HTTP, which stand in [Workspace#uploads]. It
  /// names no folder, so that a workspace can be moved; and no folder can have this name.
  public static final String UPLOADS = "uploads:";

  private static final String MEND =
      "Restore it from a copy, or delete it and stage all your folders again";

  public Manifest {
    files = files.stream().sorted(Comparator.comparing(Entry::path)).toList();
  }

  /// The files that are documents: all but those that hold the text of another one.
  public List<Entry> documents() {
    Set<String> paths = files.stream().map(Entry::path).collect(Collectors.toSet());
    return files.stream()
        .filter(file -> TextBeside.original(file.path()).filter(paths::contains).isEmpty())
        .toList();
  }

  /// The file that holds a document's text, to be read in its place.
  public Optional<Entry> textBeside(Entry document) {
    for (String ending : TextBeside.ENDINGS) {
      String path = document.path() + ending;
      int at =
          Collections.binarySearch(
              files, new Entry(path, "", 0, "", ""), Comparator.comparing(Entry::path));
      if (at >= 0 && TextBeside.original(path).isPresent()) {
        return Optional.of(files.get(at));
      }
    }
    return Optional.empty();
  }

  /// The workspace's manifest; an empty one where nothing was staged yet.
  public static Manifest read(Workspace workspace) {
    Path file = workspace.manifest();
    if (!Files.exists(file)) {
      return new Manifest(List.of());
    }
    Manifest manifest = Json.read(file, Manifest.class, MEND, new Remedy.Stage(null));
    for (Entry entry : manifest.files()) {
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
    return files.stream().filter(e -> e.source().equals(source)).toList();
  }

  /// The folders and buckets that documents were staged from.
  public List<String> sources() {
    var sources = new TreeSet<String>();
    files.forEach(e -> sources.add(e.source()));
    return List.copyOf(sources);
  }

  public long bytes() {
    return files.stream().mapToLong(Entry::bytes).sum();
  }

  /// Equal for equal paths, contents and links.
  public String contentHash() {
    var hash = new Sha256();
    for (Entry entry : files) {
      hash.add(entry.path()).add(entry.sha256());
      if (entry.link() != null) {
        hash.add(entry.link().url());
      }
    }
    return hash.hex();
  }
}
