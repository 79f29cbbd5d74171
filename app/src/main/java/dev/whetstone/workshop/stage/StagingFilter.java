package dev.whetstone.workshop.stage;

import dev.whetstone.corpus.FileFormat;
import dev.whetstone.store.Keys;
import dev.whetstone.workspace.ExcludePatterns;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Decides which files of a source are staged, and records why the others are not. Hidden files and
/// folders are ignored; every other file is staged, counted here by its kind, or named here.
///
/// A source may hold any number of files with any names, so the record is bounded: the names of the
/// first [#MOST_NAMED] rejected files and the number of the others, and at most [#MOST_KINDS]
/// kinds.
public final class StagingFilter {
  /// The longest name of common file systems, in bytes of UTF-8.
  private static final int LONGEST_NAME = 255;

  /// The longest name that leaves room for the suffix of an unfinished file.
  static final int LONGEST_FILE_NAME = LONGEST_NAME - 17;

  /// Of a document's whole path, in bytes: buckets take keys of 1,023, and a workspace there puts a
  /// prefix and a part of the SHA-256 beside it.
  static final int LONGEST_PATH = 900;

  static final int MOST_NAMED = 100;
  private static final int MOST_KINDS = 40;

  /// Longer endings are no file types.
  private static final int LONGEST_ENDING = 16;

  private static final String EXCLUDED = "excluded";
  private static final String OTHERS = "other endings";

  /// The prefix of the lock file that Office writes beside an open document.
  private static final String OPEN_DOCUMENT = "~$";

  private final ExcludePatterns patterns;
  private final long largest;
  private final SortedMap<String, Integer> passedOver = new TreeMap<>();
  private final SortedMap<String, SkippedFiles.Rejection> rejected = new TreeMap<>();
  private final SortedMap<String, String> unreadable = new TreeMap<>();
  private int moreRejected;
  private final List<String> pictures = new ArrayList<>();
  private int morePictures;

  StagingFilter() {
    this(ExcludePatterns.NONE, Long.MAX_VALUE);
  }

  /// @param largest file that is staged, in bytes
  StagingFilter(ExcludePatterns patterns, long largest) {
    this.patterns = patterns;
    this.largest = largest;
  }

  /// Whether a file or folder is not wanted; counts it if so.
  boolean excludes(String path) {
    boolean excluded = patterns.match(path);
    if (excluded) {
      passOver(EXCLUDED);
    }
    return excluded;
  }

  /// Whether anything was not wanted.
  boolean excluded() {
    return passedOver.containsKey(EXCLUDED);
  }

  /// What was not staged so far.
  public SkippedFiles skipped() {
    return new SkippedFiles(
        passedOver,
        rejected,
        moreRejected,
        unreadable,
        new SkippedFiles.Pictures(pictures, morePictures));
  }

  /// Whether a file can be staged; counts or names it if not.
  ///
  /// @param path from where the staging begins, with `/`
  boolean accepts(String path, long bytes) {
    if (!acceptsName(path)) {
      return false;
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (name.startsWith(OPEN_DOCUMENT)) {
      passOver("lock file of an open document");
      return false;
    }
    if (FileFormat.ofName(name).isEmpty()) {
      int dot = name.lastIndexOf('.');
      passOver(
          dot < 0
              ? "no extension"
              : name.length() - dot > LONGEST_ENDING ? OTHERS : name.substring(dot));
      return false;
    }
    if (bytes > largest) {
      reject(
          path,
          "%,d MB, and parse.max_file_mb is %,d: raise it, or split the file"
              .formatted((bytes + (1 << 20) - 1) >> 20, largest >> 20));
      return false;
    }
    return true;
  }

  /// Whether a path can be kept: in a folder of this machine, and in a bucket. Names it if not.
  boolean acceptsName(String path) {
    Optional<String> trouble = nameTrouble(path);
    trouble.ifPresent(reason -> reject(path, reason + ": rename it and stage again"));
    return trouble.isEmpty();
  }

  /// Why a document cannot have this path, as part of a sentence; empty where it can. The one rule
  /// for all ways by which a document comes into a workspace.
  public static Optional<String> nameTrouble(String path) {
    return Keys.trouble(path).or(() -> nameTooLong(path)).or(() -> unsupportedName(path));
  }

  private static Optional<String> nameTooLong(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (bytes(name) > LONGEST_FILE_NAME
        || Arrays.stream(path.split("/")).anyMatch(part -> bytes(part) > LONGEST_NAME)) {
      return Optional.of("a name of more than " + LONGEST_FILE_NAME + " bytes");
    }
    return bytes(path) > LONGEST_PATH
        ? Optional.of("a path of more than " + LONGEST_PATH + " bytes")
        : Optional.empty();
  }

  private static Optional<String> unsupportedName(String path) {
    try {
      var _ = Path.of(path);
      return Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.of(
          "this system has no such names (%s; on Linux, LC_ALL=C.UTF-8 gives it all letters)"
              .formatted(e.getReason()));
    }
  }

  private static int bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }

  void passOver(String kind) {
    String counted = passedOver.size() < MOST_KINDS || passedOver.containsKey(kind) ? kind : OTHERS;
    passedOver.merge(counted, 1, Integer::sum);
  }

  /// Names a picture without a text beside it.
  void picture(String path) {
    if (pictures.size() < MOST_NAMED) {
      pictures.add(path);
    } else {
      morePictures++;
    }
  }

  /// @param reason what is wrong and what to do
  void reject(String path, String reason) {
    reject(path, new SkippedFiles.Rejection(reason, null));
  }

  void reject(String path, SkippedFiles.Rejection rejection) {
    if (rejected.size() < MOST_NAMED) {
      rejected.put(path, rejection);
    } else {
      moreRejected++;
    }
  }

  /// @param reason what is wrong and what to do
  void cannotRead(String path, String reason) {
    unreadable.put(path, reason);
  }

  /// Whether a path, or a folder that it lies in, could not be read.
  boolean couldNotRead(String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (unreadable.containsKey(path.substring(0, end))) {
        return true;
      }
    }
    return false;
  }
}
