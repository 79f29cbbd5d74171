package dev.whetstone.remote;

import java.util.ArrayList;
import java.util.List;

/// Tells what is new in a log that is read again and again in overlapping windows, whose lines
/// carry no number: the longest end of what was seen that the window begins with is old.
final class LogTail {
  private static final int KEPT = 4000;

  private final List<String> seen = new ArrayList<>();

  /// @param window lines since some time, oldest first
  /// @return those that were in no window before
  List<String> fresh(List<String> window) {
    int old = Math.min(seen.size(), window.size());
    while (old > 0
        && !seen.subList(seen.size() - old, seen.size()).equals(window.subList(0, old))) {
      old--;
    }
    List<String> fresh = List.copyOf(window.subList(old, window.size()));
    seen.addAll(fresh);
    if (seen.size() > KEPT) {
      seen.subList(0, seen.size() - KEPT).clear();
    }
    return fresh;
  }

  /// The last lines, oldest first.
  List<String> last(int lines) {
    return List.copyOf(seen.subList(Math.max(0, seen.size() - lines), seen.size()));
  }
}
