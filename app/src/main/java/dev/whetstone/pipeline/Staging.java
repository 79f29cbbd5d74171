package dev.whetstone.pipeline;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.ObjectStores;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Copies the documents of a folder or a bucket into the workspace's `raw/`, as a mirror: unchanged
/// files are not copied again, and files that are gone from there go from the workspace. What
/// cannot be read there stays in the workspace as it was.
public final class Staging {

  /// What a staging did.
  ///
  /// @param gone documents that were staged before and are no more
  /// @param unchanged documents that are as before, or that nothing could be learnt about
  public record Result(
      Manifest manifest,
      int added,
      int changed,
      List<String> gone,
      int unchanged,
      LeftOut leftOut) {}

  private static final String FORMATS =
      "PDF, DOCX, PPTX, XLSX, HTML, Markdown, AsciiDoc, plain text";

  private final Workspace workspace;

  public Staging(Workspace workspace) {
    this.workspace = workspace;
  }

  /// Stages a folder. Files that other places were staged from stay.
  ///
  /// @throws Failure.BadInput if the folder is missing or unreadable, holds nothing that can be
  ///   parsed, or a name in it clashes with one staged from elsewhere
  public Result stage(Path source, Progress progress) {
    try (var folder = new FolderSource(source)) {
      Path root = Path.of(folder.name());
      if (workspace.folder().startsWith(root) || root.startsWith(workspace.raw())) {
        throw new Failure.BadInput(
            root
                + " holds the workspace itself: stage a folder that lies beside or below "
                + workspace.folder());
      }
      return stage(folder, progress);
    }
  }

  /// Stages a folder, or the documents of a bucket: `s3://bucket/prefix`, `oss://bucket/prefix`.
  public Result stage(String source, Progress progress) {
    if (!ObjectStores.isBucket(source)) {
      return stage(ObjectStores.folder(source), progress);
    }
    try (var bucket = new BucketSource(ObjectStores.open(source))) {
      return stage(bucket, progress);
    }
  }

  /// Why a folder that was staged before cannot be what it was: a share that is not mounted shows
  /// as no folder, or as an empty one, and must not take its documents out of what serves.
  ///
  /// @return null if it is there, and for a bucket
  @Nullable String missing(String source) {
    if (ObjectStores.isBucket(source)) {
      return null;
    }
    if (!Files.isDirectory(Path.of(source))) {
      return "there is no such folder now; what was staged stays";
    }
    try (var folder = new FolderSource(Path.of(source))) {
      if (!folder.find(new LeftOut()).isEmpty()) {
        return null;
      }
    }
    return "it holds no document now; what was staged stays, and `whet stage "
        + source
        + "` takes it out";
  }

  Result stage(StagingSource source, Progress progress) {
    var leftOut = new LeftOut();
    NavigableMap<String, StagingSource.Found> found = source.find(leftOut);
    Manifest before = Manifest.read(workspace);
    if (found.isEmpty() && before.from(source.name()).isEmpty()) {
      throw nothing(source.name(), leftOut);
    }
    return mirror(source, found, before, leftOut, progress);
  }

  static Failure nothing(String source, LeftOut leftOut) {
    String words = leftOut.words();
    return new Failure.BadInput(
        source
            + " holds no document that can be read ("
            + FORMATS
            + ")"
            + (words.isEmpty() ? "" : "; it holds " + words));
  }

  private Result mirror(
      StagingSource source,
      NavigableMap<String, StagingSource.Found> found,
      Manifest before,
      LeftOut leftOut,
      Progress progress) {
    var kept = new TreeMap<String, Manifest.Entry>();
    var byPath = new HashMap<String, Manifest.Entry>();
    for (Manifest.Entry entry : before.documents()) {
      byPath.put(entry.path(), entry);
      if (!entry.source().equals(source.name())) {
        kept.put(entry.path(), entry);
      }
    }
    refuseClashes(source, found, kept);
    int others = kept.size();
    var wanted = new LinkedHashMap<String, StagingSource.Wanted>();
    found.forEach(
        (path, file) -> {
          Manifest.Entry old = byPath.get(path);
          Path staged = workspace.raw().resolve(path);
          boolean there = old != null && holds(staged, old);
          if (old != null
              && there
              && old.bytes() == file.bytes()
              && old.modified().equals(file.modified())) {
            kept.put(path, old);
          } else {
            wanted.put(
                path,
                new StagingSource.Wanted(
                    staged, file.bytes(), old != null && there ? old.sha256() : null));
          }
        });
    int added = 0;
    int changed = 0;
    for (var fetched : source.fetch(wanted, leftOut, progress).entrySet()) {
      String path = fetched.getKey();
      var file = Objects.requireNonNull(found.get(path));
      Manifest.Entry old = byPath.get(path);
      kept.put(
          path,
          new Manifest.Entry(
              path, fetched.getValue(), file.bytes(), file.modified(), source.name()));
      added += old == null ? 1 : 0;
      changed += old == null || old.sha256().equals(fetched.getValue()) ? 0 : 1;
    }
    byPath.forEach(
        (path, old) -> {
          if (leftOut.hides(path)) {
            kept.putIfAbsent(path, old);
          }
        });
    int unchanged = kept.size() - others - added - changed;
    var manifest = new Manifest(List.copyOf(kept.values()));
    if (!manifest.equals(before)) {
      manifest.write(workspace);
    }
    sweep(kept.keySet());
    var gone = byPath.keySet().stream().filter(path -> !kept.containsKey(path)).sorted().toList();
    return new Result(manifest, added, changed, gone, unchanged, leftOut);
  }

  private static void refuseClashes(
      StagingSource source,
      NavigableMap<String, StagingSource.Found> found,
      Map<String, Manifest.Entry> others) {
    var lowerCase = new HashMap<String, String>();
    others.keySet().forEach(path -> lowerCase.put(path.toLowerCase(Locale.ROOT), path));
    for (String path : found.keySet()) {
      String clash = lowerCase.put(path.toLowerCase(Locale.ROOT), path);
      if (clash != null) {
        throw new Failure.BadInput(
            path
                + " of "
                + source.name()
                + " would overwrite the staged document "
                + clash
                + ": rename one of them");
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
  /// staging left.
  private void sweep(Set<String> kept) {
    Path raw = workspace.raw();
    if (!Files.isDirectory(raw)) {
      return;
    }
    try (Stream<Path> files = Files.walk(raw)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!kept.contains(raw.relativize(file).toString().replace('\\', '/'))) {
          WholeFile.delete(file);
        }
      }
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot tidy " + raw + ": " + e.getMessage(), e);
    }
  }
}
