package dev.whetstone.workshop.stage;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Remedy;
import dev.whetstone.workspace.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Chooses the documents that can stand in `raw/` beside each other. Two names are one file where
/// the file system does not tell them apart (`A.md` and `a.md`), and no file system has a file
/// `a.md` beside a folder `a.md`; a bucket has both. Of those that clash, one stands and the others
/// are named:
///
/// 1. what was staged from elsewhere stays;
/// 2. a file gives way to a folder, which may hold many;
/// 3. what was staged before goes before what is new, and then the order of names decides.
final class StagedNames {
  private final UnaryOperator<String> same;
  private final Map<String, String> files = new HashMap<>();
  private final Set<String> folders = new HashSet<>();
  private final Map<String, Manifest.Entry> others;

  /// @param same gives names that are one file to the file system the same form
  /// @param others what was staged from elsewhere, by path
  StagedNames(UnaryOperator<String> same, Map<String, Manifest.Entry> others) {
    this.same = same;
    this.others = others;
    others.keySet().forEach(this::take);
  }

  /// How the file system of a folder takes names.
  ///
  /// @return gives those that it does not tell apart the same form
  static UnaryOperator<String> sameness(Path folder) {
    String probe = ".Probe-" + UUID.randomUUID();
    String suffix = ".part"; // the suffix of unfinished files, which no step reads
    try {
      Files.createDirectories(folder);
      boolean cases = same(folder, probe + suffix, probe.toLowerCase(Locale.ROOT) + suffix);
      boolean forms = same(folder, probe + "\u00E9" + suffix, probe + "e\u0301" + suffix);
      return name -> {
        String formed = forms ? Normalizer.normalize(name, Normalizer.Form.NFC) : name;
        return cases ? formed.toLowerCase(Locale.ROOT) : formed;
      };
    } catch (IOException e) {
      return UnaryOperator.identity(); // what cannot be written is told when a document is
    }
  }

  private static boolean same(Path folder, String name, String other) throws IOException {
    try {
      Path file = Files.createFile(folder.resolve(name));
      try {
        return Files.exists(folder.resolve(other));
      } finally {
        Files.delete(file);
      }
    } catch (InvalidPathException _) {
      return false; // the system has no such letters
    }
  }

  /// @param source where they were found, for messages
  /// @param found by path
  /// @param before paths that were staged from there before
  /// @param filter is told of those that cannot stand
  /// @throws Failure.BadInput if each of them is staged from elsewhere, as those of a folder that
  ///   has moved are
  NavigableMap<String, StagingSource.SourceEntry> choose(
      String source,
      NavigableMap<String, StagingSource.SourceEntry> found,
      Set<String> before,
      StagingFilter filter) {
    var chosen = new TreeMap<String, StagingSource.SourceEntry>();
    var inside = new HashSet<String>();
    found.keySet().forEach(path -> folders(path).forEach(inside::add));
    var inOrder = new ArrayList<>(found.keySet());
    inOrder.sort(
        Comparator.comparing((String path) -> inside.contains(same.apply(path)))
            .thenComparing(path -> !before.contains(path)));
    @Nullable Failure first = null;
    for (String path : inOrder) {
      var file = Objects.requireNonNull(found.get(path));
      SkippedFiles.@Nullable Rejection clash = clash(path);
      if (clash == null) {
        take(path);
        chosen.put(path, file);
      } else if (file.bytes() > 0 || !inside.contains(same.apply(path))) {
        filter.reject(path, clash); // an empty object may stand for the folder
        first = first == null ? failure(path, source, clash) : first;
      }
    }
    if (chosen.isEmpty() && first != null) {
      throw first;
    }
    return chosen;
  }

  private void take(String path) {
    files.put(same.apply(path), path);
    folders.addAll(folders(path));
  }

  private static Failure failure(String path, String source, SkippedFiles.Rejection clash) {
    String message = path + " of " + source + " cannot be staged: " + clash.reason();
    Remedy remedy = clash.remedy();
    return remedy == null ? new Failure.BadInput(message) : new Failure.BadInput(message, remedy);
  }

  /// Why a path cannot stand beside those that were taken; null if it can.
  private SkippedFiles.@Nullable Rejection clash(String path) {
    String form = same.apply(path);
    @Nullable String other = files.get(form);
    if (other != null) {
      return rejection(
          others.containsKey(other)
              ? "it would overwrite the staged document "
              : "it would overwrite ",
          other,
          others.containsKey(other) ? "" : " beside it");
    }
    if (folders.contains(form)) {
      return new SkippedFiles.Rejection(
          "a folder of this name is staged: rename one of them", null);
    }
    for (String folder : folders(path)) {
      @Nullable String file = files.get(folder);
      if (file != null) {
        return others.containsKey(file)
            ? rejection("no folder can stand where the staged document does: ", file, "")
            : rejection("no folder can stand where ", file, " does");
      }
    }
    return null;
  }

  private SkippedFiles.Rejection rejection(String before, String path, String after) {
    Manifest.@Nullable Entry other = others.get(path);
    return other == null
        ? new SkippedFiles.Rejection(before + path + after + ": rename one of them", null)
        : new SkippedFiles.Rejection(
            before
                + path
                + " of "
                + other.source()
                + ": rename one of them, or take the others out",
            new Remedy.Unstage(other.source()));
  }

  /// The folders that a path lies in, in the form that compares.
  private List<String> folders(String path) {
    var folders = new ArrayList<String>();
    for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      folders.add(same.apply(path.substring(0, end)));
    }
    return folders;
  }
}
