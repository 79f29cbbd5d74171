package dev.whetstone.pipeline;

import dev.whetstone.corpus.Parsers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a staging leaves out, and why. Hidden files and folders are nobody's documents and no part
/// of it; whatever else is there is staged, or counted here as passed over, or named here as
/// unread.
public final class LeftOut {
  /// What file systems take, in bytes of UTF-8.
  private static final int LONGEST_NAME = 255;

  /// What is left of it while a file is written beside its place.
  static final int LONGEST_FILE_NAME = LONGEST_NAME - 17;

  private static final String EXCLUDED = "excluded";

  /// What the name of the file begins with that Office keeps beside a document while it is open.
  private static final String LOCK = "~$";

  private final Exclusions exclusions;
  private final SortedMap<String, Integer> passedOver = new TreeMap<>();
  private final SortedMap<String, String> unread = new TreeMap<>();

  LeftOut() {
    this(Exclusions.NONE);
  }

  LeftOut(Exclusions exclusions) {
    this.exclusions = exclusions;
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
  /// links, no regular files, lock files, or have names too long to be kept.
  public SortedMap<String, Integer> passedOver() {
    return Collections.unmodifiableSortedMap(passedOver);
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
    unread.forEach(
        (path, reason) ->
            lines.add("not read: " + path + ": " + reason + "; what was staged of it stays"));
    return lines;
  }

  /// What was left out, in part of a line; empty if nothing was.
  String words() {
    return Stream.concat(
            passedOver.entrySet().stream().map(e -> e.getValue() + " × " + e.getKey()),
            unread.entrySet().stream().map(e -> e.getKey() + " (" + e.getValue() + ")"))
        .collect(Collectors.joining(", "));
  }

  /// Whether a file of this name can be staged; counts it if not.
  boolean takes(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (!Parsers.supports(name)) {
      int dot = name.lastIndexOf('.');
      passOver(dot < 0 ? "no extension" : name.substring(dot));
      return false;
    }
    if (name.startsWith(LOCK)) {
      passOver("lock file of an open document");
      return false;
    }
    boolean fits =
        bytes(name) <= LONGEST_FILE_NAME
            && Arrays.stream(path.split("/")).allMatch(part -> bytes(part) <= LONGEST_NAME);
    if (!fits) {
      passOver("name of more than " + LONGEST_FILE_NAME + " bytes");
    }
    return fits;
  }

  private static int bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }

  void passOver(String kind) {
    passedOver.merge(kind, 1, Integer::sum);
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
