package dev.whetstone.workshop.stage;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.corpus.FileFormat;
import dev.whetstone.corpus.TextBeside;
import dev.whetstone.store.FileTrouble;
import dev.whetstone.store.Keys;
import dev.whetstone.store.WholeFile;
import dev.whetstone.store.objects.ObjectStores;
import dev.whetstone.workspace.ExcludePatterns;
import dev.whetstone.workspace.Manifest;
import dev.whetstone.workspace.Settings;
import dev.whetstone.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Copies the documents of a folder or a bucket into the workspace's `raw/`, as a mirror: unchanged
/// files are not copied again, and files that are gone from there go from the workspace. What
/// cannot be read there stays in the workspace as it was.
public final class Staging {

  /// What a staging did.
  ///
  /// @param removed documents that were staged before and are no more
  /// @param unchanged documents that are as before, or that nothing could be learnt about
  public record Result(
      Manifest manifest,
      int added,
      int changed,
      List<String> removed,
      int unchanged,
      SkippedFiles skipped) {}

  /// The formats that are read, as people call them.
  public static final String FORMATS =
      "PDF, DOCX, PPTX, XLSX, HTML, Markdown, AsciiDoc, plain text, CSV, TSV, JSON, JSON lines,"
          + " EML, MSG, RTF, ODT, EPUB";

  private final Workspace workspace;
  private final UnaryOperator<String> same;

  public Staging(Workspace workspace) {
    this(workspace, StagedNames.sameness(workspace.raw()));
  }

  /// @param same gives names that are one file in `raw/` the same form
  Staging(Workspace workspace, UnaryOperator<String> same) {
    this.workspace = workspace;
    this.same = same;
  }

  /// Stages a folder. Files that other places were staged from stay.
  ///
  /// @throws Failure.BadInput if the folder is missing or unreadable, holds nothing that can be
  ///   parsed, or nothing but what is staged from elsewhere
  public Result stage(Path source, Progress progress) {
    return stage(source.toString(), progress);
  }

  /// Stages a folder, or the documents of a bucket: `s3://bucket/prefix`, `oss://bucket/prefix`.
  public Result stage(String place, Progress progress) {
    try (StagingSource source = open(place)) {
      return stage(source, progress);
    }
  }

  /// Takes out of the workspace what was staged from a folder or bucket, which need not be there.
  ///
  /// @throws Failure.BadInput naming the places that were staged from, if this is none of them
  public Result remove(String source) {
    String name = name(source);
    Manifest before = Manifest.read(workspace);
    List<String> removed = before.from(name).stream().map(Manifest.Entry::path).toList();
    if (removed.isEmpty()) {
      throw new Failure.BadInput(
          "nothing was staged from %s. Staged from: %s"
              .formatted(
                  name,
                  before.sources().isEmpty()
                      ? "nothing yet"
                      : String.join(", ", before.sources())));
    }
    if (name.equals(Manifest.UPLOADS)) { // else they would be staged again
      WholeFile.deleteOthers(workspace.uploads(), List.of());
    }
    var kept = before.files().stream().filter(e -> !e.source().equals(name)).toList();
    var manifest = new Manifest(kept);
    manifest.write(workspace);
    sweep(kept.stream().map(Manifest.Entry::path).toList());
    return new Result(manifest, 0, 0, removed, kept.size(), SkippedFiles.NONE);
  }

  /// A place as the list of the documents names it.
  public static String name(String place) {
    if (place.equals(Manifest.UPLOADS)) {
      return place;
    }
    return ObjectStores.isBucket(place)
        ? place.replaceFirst("/*$", "/")
        : ObjectStores.folder(place).toAbsolutePath().normalize().toString();
  }

  /// Nothing was staged again, and what was staged before stays. The message says why.
  public static final class SourceUnusable extends Exception {
    private static final long serialVersionUID = 1L;

    private SourceUnusable(String why) {
      super(why);
    }
  }

  /// Stages a place that was staged before.
  ///
  /// @throws SourceUnusable if the place cannot be what it was: a share that is not mounted shows
  ///   as no folder or as an empty one, and a bucket may not answer. None of that may remove
  ///   documents from what serves
  public Result again(String place, Progress progress) throws SourceUnusable {
    StagingSource source;
    try {
      source = open(place);
    } catch (Failure.BadInput | Failure.Unavailable e) {
      throw new SourceUnusable(String.valueOf(e.getMessage()));
    }
    try (source) {
      return again(source, progress);
    }
  }

  Result again(StagingSource source, Progress progress) throws SourceUnusable {
    StagingFilter filter = filter();
    NavigableMap<String, StagingSource.SourceEntry> found;
    try {
      found = find(source, filter);
    } catch (Failure.BadInput | Failure.Unavailable e) {
      throw new SourceUnusable(String.valueOf(e.getMessage()));
    }
    if (found.isEmpty() && !filter.excluded() && !source.name().equals(Manifest.UPLOADS)) {
      String skipped = filter.skipped().summary();
      throw new SourceUnusable(
          "it holds no document now" + (skipped.isEmpty() ? "" : ", but " + skipped));
    }
    return mirror(source, found, Manifest.read(workspace), filter, progress);
  }

  Result stage(StagingSource source, Progress progress) {
    StagingFilter filter = filter();
    NavigableMap<String, StagingSource.SourceEntry> found = find(source, filter);
    Manifest before = Manifest.read(workspace);
    if (found.isEmpty() && before.from(source.name()).isEmpty()) {
      throw nothing(source.name(), filter);
    }
    return mirror(source, found, before, filter, progress);
  }

  /// The documents of a place. Pictures are documents where their text is beside them.
  static NavigableMap<String, StagingSource.SourceEntry> find(
      StagingSource source, StagingFilter filter) {
    NavigableMap<String, StagingSource.SourceEntry> found = source.find(filter);
    List<String> pictures =
        found.keySet().stream()
            .filter(
                path -> FileFormat.ofName(path).filter(f -> f == FileFormat.PICTURE).isPresent())
            .filter(path -> TextBeside.ENDINGS.stream().noneMatch(e -> found.containsKey(path + e)))
            .toList();
    for (String picture : pictures) {
      found.remove(picture);
      filter.picture(picture);
    }
    return found;
  }

  private StagingFilter filter() {
    Settings settings = workspace.settings();
    return new StagingFilter(
        new ExcludePatterns(settings.stage().exclude()),
        (long) settings.parse().maxFileMegabytes() << 20);
  }

  private StagingSource open(String place) {
    if (place.equals(Manifest.UPLOADS)) {
      return new FolderSource(workspace.uploads(), place);
    }
    if (ObjectStores.isBucket(place)) {
      return new BucketSource(ObjectStores.open(place), workspace.settings().stage().maxObjects());
    }
    var folder = new FolderSource(ObjectStores.folder(place));
    Path root = Path.of(folder.name());
    if (workspace.folder().startsWith(root)
        || root.startsWith(workspace.raw())
        || root.startsWith(workspace.uploads())) {
      throw new Failure.BadInput(
          root
              + " holds the workspace itself: stage a folder that lies beside or below "
              + workspace.folder());
    }
    return folder;
  }

  static Failure nothing(String source, StagingFilter filter) {
    String skipped = filter.skipped().summary();
    return new Failure.BadInput(
        source
            + " holds no document that can be read ("
            + FORMATS
            + ")"
            + (skipped.isEmpty() ? "" : "; it holds " + skipped));
  }

  private Result mirror(
      StagingSource source,
      NavigableMap<String, StagingSource.SourceEntry> all,
      Manifest before,
      StagingFilter filter,
      Progress progress) {
    var kept = new TreeMap<String, Manifest.Entry>();
    var byPath = new HashMap<String, Manifest.Entry>();
    for (Manifest.Entry entry : before.files()) {
      byPath.put(entry.path(), entry);
      if (!entry.source().equals(source.name())) {
        kept.put(entry.path(), entry);
      }
    }
    NavigableMap<String, StagingSource.SourceEntry> found =
        new StagedNames(same, Map.copyOf(kept)).choose(source.name(), all, byPath.keySet(), filter);
    int others = new Manifest(List.copyOf(kept.values())).documents().size();
    Map<String, Manifest.Link> links = Sidecar.links(source, found, byPath, filter);
    var wanted = new LinkedHashMap<String, StagingSource.CopyRequest>();
    found.forEach(
        (path, file) -> {
          Manifest.Entry old = byPath.get(path);
          Path staged = workspace.raw().resolve(path);
          boolean there = old != null && holds(staged, old);
          if (old != null
              && there
              && old.bytes() == file.bytes()
              && old.modified().equals(file.modified())) {
            kept.put(path, old.with(links.get(path)));
          } else {
            wanted.put(
                path,
                new StagingSource.CopyRequest(
                    staged, file.bytes(), old != null && there ? old.sha256() : null));
          }
        });
    wanted.values().forEach(document -> clear(document.file()));
    Set<String> added = new HashSet<>();
    Set<String> changed = new HashSet<>(); // by their own content, or by the text beside them
    for (var fetched : source.fetch(wanted, filter, progress).entrySet()) {
      String path = fetched.getKey();
      var file = Objects.requireNonNull(found.get(path));
      Manifest.Entry old = byPath.get(path);
      kept.put(
          path,
          new Manifest.Entry(
              path,
              fetched.getValue(),
              file.bytes(),
              file.modified(),
              source.name(),
              links.get(path)));
      if (old == null) {
        added.add(path);
      } else if (!old.sha256().equals(fetched.getValue())) {
        changed.add(path);
      }
    }
    byPath.forEach(
        (path, old) -> {
          if (filter.couldNotRead(path)) {
            kept.putIfAbsent(path, old);
          }
        });
    var manifest = new Manifest(List.copyOf(kept.values()));
    Set<String> documents =
        manifest.documents().stream().map(Manifest.Entry::path).collect(Collectors.toSet());
    for (String text : Stream.concat(added.stream(), changed.stream()).toList()) {
      if (!documents.contains(text)) {
        TextBeside.original(text).ifPresent(changed::add);
      }
    }
    added.retainAll(documents);
    changed.retainAll(documents);
    changed.removeAll(added);
    int unchanged = documents.size() - others - added.size() - changed.size();
    if (!manifest.equals(before)) {
      manifest.write(workspace);
    }
    sweep(kept.keySet());
    var removed =
        byPath.keySet().stream().filter(path -> !kept.containsKey(path)).sorted().toList();
    return new Result(manifest, added.size(), changed.size(), removed, unchanged, filter.skipped());
  }

  /// Takes away what stood in a document's way: a folder that was there when its documents still
  /// were, or a file where there is a folder now.
  private void clear(Path file) {
    if (Files.isDirectory(file)) {
      WholeFile.delete(file);
    }
    Path raw = workspace.raw();
    for (Path at = file.getParent(); at != null && at.startsWith(raw); at = at.getParent()) {
      if (Files.isRegularFile(at)) {
        WholeFile.delete(at);
      }
    }
  }

  /// Looks at every byte: staging again is what mends a damaged copy.
  private static boolean holds(Path file, Manifest.Entry entry) {
    try {
      return Files.isRegularFile(file)
          && Files.size(file) == entry.bytes()
          && Sha256.of(file).equals(entry.sha256());
    } catch (IOException e) {
      return false;
    }
  }

  /// Deletes what stands in `raw/` and is not in the manifest: removed documents, and what a killed
  /// staging left; then the folders that are empty.
  private void sweep(Collection<String> paths) {
    Path raw = workspace.raw();
    if (!Files.isDirectory(raw)) {
      return;
    }
    Set<String> kept = paths.stream().map(same).collect(Collectors.toSet());
    try (Stream<Path> files = Files.walk(raw)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) { // before their folders
        if (!Files.isDirectory(file)) {
          if (!kept.contains(same.apply(Keys.of(raw, file)))) {
            WholeFile.delete(file);
          }
        } else if (!file.equals(raw) && empty(file)) {
          WholeFile.delete(file);
        }
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot tidy " + raw + ": " + FileTrouble.reason(e), e);
    }
  }

  private static boolean empty(Path folder) throws IOException {
    try (Stream<Path> in = Files.list(folder)) {
      return in.findAny().isEmpty();
    }
  }
}
