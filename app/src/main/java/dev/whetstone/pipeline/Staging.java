package dev.whetstone.pipeline;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Progress;
import dev.whetstone.core.Sha256;
import dev.whetstone.corpus.Parsers;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Copies a folder's documents into the workspace's `raw/`, as a mirror: unchanged files are not
/// copied again, and files that are gone from the folder go from the workspace.
public final class Staging {

  /// What a staging did.
  ///
  /// @param gone documents that were staged before and are no more
  /// @param passedOver files of formats that cannot be read, by extension
  public record Result(
      Manifest manifest,
      int added,
      int changed,
      List<String> gone,
      int unchanged,
      Map<String, Integer> passedOver) {}

  private static final String FORMATS =
      "PDF, DOCX, PPTX, XLSX, HTML, Markdown, AsciiDoc, plain text";
  private static final int LONGEST_NAME = 200;

  private final Workspace workspace;

  public Staging(Workspace workspace) {
    this.workspace = workspace;
  }

  /// Stages `source`. Files that other folders were staged from stay.
  ///
  /// @throws Failure.BadInput if the folder is missing or unreadable, holds nothing that can be
  ///   parsed, or a name in it clashes with one staged from elsewhere
  public Result stage(Path source, Progress progress) {
    Path root = source.toAbsolutePath().normalize();
    if (!Files.isDirectory(root)) {
      throw new Failure.BadInput(
          "no such folder: " + root + ". Name a folder of documents, as in `whet stage ./docs`");
    }
    if (workspace.folder().startsWith(root) || root.startsWith(workspace.raw())) {
      throw new Failure.BadInput(
          root
              + " holds the workspace itself: stage a folder that lies beside or below "
              + workspace.folder());
    }
    var passedOver = new TreeMap<String, Integer>();
    NavigableMap<String, Path> found = find(root, passedOver);
    Manifest before = Manifest.read(workspace);
    if (found.isEmpty() && before.from(root).isEmpty()) {
      throw new Failure.BadInput(
          root
              + " holds no document that can be read ("
              + FORMATS
              + ")"
              + (passedOver.isEmpty() ? "" : "; it holds " + words(passedOver)));
    }
    return mirror(root, found, before, passedOver, progress);
  }

  private Result mirror(
      Path root,
      NavigableMap<String, Path> found,
      Manifest before,
      Map<String, Integer> passedOver,
      Progress progress) {
    var kept = new TreeMap<String, Manifest.Entry>();
    var lowerCase = new HashMap<String, String>();
    for (Manifest.Entry entry : before.documents()) {
      if (!entry.source().equals(root.toString())) {
        kept.put(entry.path(), entry);
        lowerCase.put(entry.path().toLowerCase(Locale.ROOT), entry.path());
      }
    }
    var byPath = new HashMap<String, Manifest.Entry>();
    before.documents().forEach(entry -> byPath.put(entry.path(), entry));
    int added = 0;
    int changed = 0;
    int unchanged = 0;
    try (var task = progress.start("stage", found.size(), "files")) {
      for (var file : found.entrySet()) {
        String clash = lowerCase.put(file.getKey().toLowerCase(Locale.ROOT), file.getKey());
        if (clash != null) {
          throw new Failure.BadInput(
              root.resolve(file.getKey())
                  + " would overwrite the staged document "
                  + clash
                  + ": rename one of them");
        }
        Manifest.Entry old = byPath.get(file.getKey());
        Manifest.Entry now = copy(root, file.getKey(), file.getValue(), old);
        kept.put(now.path(), now);
        if (old == null) {
          added++;
        } else if (old.sha256().equals(now.sha256())) {
          unchanged++;
        } else {
          changed++;
        }
        task.advance(1);
      }
    }
    var manifest = new Manifest(List.copyOf(kept.values()));
    if (!manifest.equals(before)) {
      manifest.write(workspace);
    }
    sweep(kept.keySet());
    var gone = byPath.keySet().stream().filter(path -> !kept.containsKey(path)).sorted().toList();
    return new Result(manifest, added, changed, gone, unchanged, passedOver);
  }

  private Manifest.Entry copy(Path root, String path, Path file, Manifest.@Nullable Entry old) {
    try {
      long bytes = Files.size(file);
      String modified = Files.getLastModifiedTime(file).toInstant().toString();
      Path staged = workspace.raw().resolve(path);
      boolean there = Files.isRegularFile(staged) && Files.size(staged) == bytes;
      if (old != null && there && old.bytes() == bytes && old.modified().equals(modified)) {
        return old;
      }
      String sha256 = Sha256.of(file);
      if (old == null || !there || !old.sha256().equals(sha256)) {
        WholeFile.copy(file, staged);
        if (!Sha256.of(staged).equals(sha256)) {
          throw new Failure.Unavailable(
              file + " changed while it was copied; run the same command again");
        }
      }
      return new Manifest.Entry(path, sha256, bytes, modified, root.toString());
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + file + ": " + e.getMessage(), e);
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

  /// Hidden files and folders are passed over, and links are not followed.
  private static NavigableMap<String, Path> find(Path root, Map<String, Integer> passedOver) {
    var found = new TreeMap<String, Path>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              boolean hidden =
                  !folder.equals(root) && folder.getFileName().toString().startsWith(".");
              return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String name = file.getFileName().toString();
              if (!attributes.isRegularFile() || name.startsWith(".")) {
                return FileVisitResult.CONTINUE;
              }
              String path = root.relativize(file).toString().replace('\\', '/');
              if (Parsers.supports(name) && name.length() <= LONGEST_NAME) {
                found.put(path, file);
              } else {
                int dot = name.lastIndexOf('.');
                passedOver.merge(dot < 0 ? "no extension" : name.substring(dot), 1, Integer::sum);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read the folder " + root + ": " + e.getMessage(), e);
    }
    return found;
  }

  private static String words(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .map(e -> e.getValue() + " × " + e.getKey())
        .collect(Collectors.joining(", "));
  }
}
