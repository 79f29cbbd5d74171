package dev.whetstone.pipeline;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// Which documents of a folder or bucket are not wanted, by patterns much as `.gitignore` has them.
/// One without a slash is for the name of a file or folder, wherever that is; one with a slash for
/// the path from where the staging begins. `*` and `?` stay within a name, `**` does not. What lies
/// in an excluded folder is excluded, too.
final class Exclusions {
  private final List<PathMatcher> names = new ArrayList<>();
  private final List<PathMatcher> paths = new ArrayList<>();

  /// @throws PatternSyntaxException if one of them is no pattern
  Exclusions(List<String> patterns) {
    for (String pattern : patterns) {
      String inner = pattern.replaceFirst("^\\*\\*/", "").replaceFirst("/$", "");
      if (inner.isBlank()) {
        throw new PatternSyntaxException("it names nothing", pattern, -1);
      }
      if (inner.contains("/")) {
        paths.add(glob(pattern.replaceFirst("^/", "").replaceFirst("/$", "")));
      } else {
        names.add(glob(inner));
      }
    }
  }

  /// `**/` also stands for no folder at all.
  private static PathMatcher glob(String pattern) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern.replace("**/", "{**/,}"));
  }

  /// @param path from where the staging begins, with `/`
  boolean match(String path) {
    Path whole = Path.of(path);
    for (int end = 1; end <= whole.getNameCount(); end++) {
      Path at = whole.subpath(0, end);
      if (paths.stream().anyMatch(pattern -> pattern.matches(at))
          || names.stream().anyMatch(pattern -> pattern.matches(at.getFileName()))) {
        return true;
      }
    }
    return false;
  }
}
