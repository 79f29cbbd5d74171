package dev.whetstone.workshop.stage;

import dev.whetstone.core.Remedy;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files of a source that were not staged.
///
/// @param passedOver how many, by what keeps them out: their extension, or that they are excluded,
///   links, no regular files, or locks of an Office program
/// @param rejected those that cannot be staged as they are, and why and what to do: their names
///   cannot be kept, or they are too large. At most [StagingFilter#MOST_NAMED] of them
/// @param moreRejected how many rejected files are not named
/// @param unreadable files and folders that could not be read, and why. Nothing is known of their
///   content: what was staged from there before stays
public record SkippedFiles(
    SortedMap<String, Integer> passedOver,
    SortedMap<String, Rejection> rejected,
    int moreRejected,
    SortedMap<String, String> unreadable,
    Pictures pictures) {
  /// Pictures without a text beside them, which hold nothing that can be read.
  ///
  /// @param named in the order of their paths, at most [StagingFilter#MOST_NAMED]
  /// @param more how many are not named
  public record Pictures(List<String> named, int more) {
    public Pictures {
      named = List.copyOf(named);
    }

    public int total() {
      return named.size() + more;
    }
  }

  /// @param reason what is wrong, and what to do about the file
  /// @param remedy what else can be done in the workspace; null for nothing
  public record Rejection(String reason, @Nullable Remedy remedy) {}

  public static final SkippedFiles NONE =
      new SkippedFiles(
          Collections.emptySortedMap(),
          Collections.emptySortedMap(),
          0,
          Collections.emptySortedMap(),
          new Pictures(List.of(), 0));

  public SkippedFiles {
    passedOver = copy(passedOver);
    rejected = copy(rejected);
    unreadable = copy(unreadable);
  }

  /// In part of a message; empty if nothing was skipped.
  String summary() {
    return Stream.of(
            passedOver.entrySet().stream().map(e -> e.getValue() + " × " + e.getKey()),
            Stream.of(pictures.total() + " × picture").filter(_ -> pictures.total() > 0),
            Stream.concat(
                    rejected.entrySet().stream().map(e -> named(e.getKey(), e.getValue().reason())),
                    unreadable.entrySet().stream().map(e -> named(e.getKey(), e.getValue())))
                .limit(StagingFilter.MOST_NAMED))
        .flatMap(parts -> parts)
        .collect(Collectors.joining(", "));
  }

  private static String named(String path, String reason) {
    return path + " (" + reason + ")";
  }

  private static <V> SortedMap<String, V> copy(Map<String, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
