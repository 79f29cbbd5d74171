package dev.whetstone.workshop.stage;

import dev.whetstone.corpus.FileFormat;
import dev.whetstone.store.Keys;
import dev.whetstone.workspace.Exclusions;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Decides what a staging leaves out, and keeps why. Hidden files and folders are ignored; every
/// other file is staged, counted here as passed over, or named here.
///
/// A place may hold any number of files, with any names, so what is kept of them is bounded: the
/// names of the first [#MOST_NAMED] and the number of the others, and at most [#MOST_KINDS] kinds.
public final class LeftOut {
  /// What file systems take, in bytes of UTF-8.
  private static final int LONGEST_NAME = 255;

  /// What is left of it while a file is written beside its place.
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

  /// What the name of the file begins with that Office keeps beside a document while it is open.
  private static final String OPEN_DOCUMENT = "~$";

  private final Exclusions exclusions;
  private final long largest;
  private final SortedMap<String, Integer> passedOver = new TreeMap<>();
  private final SortedMap<String, String> named = new TreeMap<>();
  private final SortedMap<String, String> unread = new TreeMap<>();
  private int unnamed;

  LeftOut() {
    this(Exclusions.NONE, Long.MAX_VALUE);
  }

  /// @param largest file that is staged, in bytes
  LeftOut(Exclusions exclusions, long largest) {
    this.exclusions = exclusions;
    this.largest = largest;
  }

  /// Whether a file or folder is not wanted; counts it if so.
  boolean excludes(String path) {
    boolean excluded = exclusions.match(path);
    if (excluded) {
      passOver(EXCLUDED);
    }
    return excluded;
  }

  /// Whether anything was not wanted.
  boolean excluded() {
    return passedOver.containsKey(EXCLUDED);
  }

  /// How many files were passed over, by what keeps them out: their extension, or that they are
  /// links, no regular files, or locks of an Office program.
  public SortedMap<String, Integer> passedOver() {
    return Collections.unmodifiableSortedMap(passedOver);
  }

  /// The files and folders that cannot be staged as they are, and why: their names cannot be kept,
  /// or they are too large. The first [#MOST_NAMED] of them.
  public SortedMap<String, String> named() {
    return Collections.unmodifiableSortedMap(named);
  }

  /// The files and folders that could not be read, and why. Nothing is known about what is in them:
  /// what was staged from there before is kept.
  public SortedMap<String, String> unread() {
    return Collections.unmodifiableSortedMap(unread);
  }

  /// For people, one a line.
  public List<String> lines() {
    var lines = new ArrayList<String>();
    passedOver.forEach((kind, count) -> lines.add("passed over: " + count + " × " + kind));
    named.forEach((path, reason) -> lines.add("left out: " + path + ": " + reason));
    if (unnamed > 0) {
      lines.add("left out: %,d more for reasons as above".formatted(unnamed));
    }
    unread.forEach(
        (path, reason) ->
            lines.add("not read: " + path + ": " + reason + "; what was staged of it stays"));
    return lines;
  }

  /// What was left out, in part of a line; empty if nothing was.
  String words() {
    return Stream.of(
            passedOver.entrySet().stream().map(e -> e.getValue() + " × " + e.getKey()),
            Stream.concat(named.entrySet().stream(), unread.entrySet().stream())
                .limit(MOST_NAMED)
                .map(e -> e.getKey() + " (" + e.getValue() + ")"))
        .flatMap(parts -> parts)
        .collect(Collectors.joining(", "));
  }

  /// Whether a file can be staged; counts or names it if not.
  ///
  /// @param path from where the staging begins, with `/`
  boolean takes(String path, long bytes) {
    if (!names(path)) {
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
      leave(
          path,
          "%,d MB, and parse.max_file_mb is %,d: raise it, or split the file"
              .formatted((bytes + (1 << 20) - 1) >> 20, largest >> 20));
      return false;
    }
    return true;
  }

  /// Whether a path can be kept: in a folder of this machine, and in a bucket. Names it if not.
  boolean names(String path) {
    Optional<String> trouble = Keys.trouble(path).or(() -> tooLong(path)).or(() -> strange(path));
    trouble.ifPresent(reason -> leave(path, reason + ": rename it and stage again"));
    return trouble.isEmpty();
  }

  private static Optional<String> tooLong(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (bytes(name) > LONGEST_FILE_NAME
        || Arrays.stream(path.split("/")).anyMatch(part -> bytes(part) > LONGEST_NAME)) {
      return Optional.of("a name of more than " + LONGEST_FILE_NAME + " bytes");
    }
    return bytes(path) > LONGEST_PATH
        ? Optional.of("a path of more than " + LONGEST_PATH + " bytes")
        : Optional.empty();
  }

  private static Optional<String> strange(String path) {
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

  /// @param reason what is wrong and what to do
  void leave(String path, String reason) {
    if (named.size() < MOST_NAMED) {
      named.put(path, reason);
    } else {
      unnamed++;
    }
  }

  /// @param reason what is wrong and what to do
  void cannotRead(String path, String reason) {
    unread.put(path, reason);
  }

  /// Whether a path, or a folder that it lies in, could not be read.
  boolean hides(String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (unread.containsKey(path.substring(0, end))) {
        return true;
      }
    }
    return false;
  }
}
