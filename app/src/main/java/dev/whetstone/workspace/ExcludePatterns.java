package dev.whetstone.workspace;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// Which documents of a folder or bucket are not wanted, by patterns much as `.gitignore` has them.
/// One without a slash is for the name of a file or folder, wherever that is; one with a slash for
/// the path from where the staging begins. `*` and `?` stay within a name, `**` does not. What lies
/// in an excluded folder is excluded, too.
public final class ExcludePatterns {
  public static final ExcludePatterns NONE = new ExcludePatterns(List.of());

  private final List<PathMatcher> names = new ArrayList<>();
  private final List<PathMatcher> paths = new ArrayList<>();

  /// @throws PatternSyntaxException if one of them is no pattern
  public ExcludePatterns(List<String> patterns) {
    for (String given : patterns) {
      String pattern = composed(given);
      if (pattern.startsWith("!")) {
        throw new PatternSyntaxException("none takes back what others exclude", given, -1);
      }
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

  private static PathMatcher glob(String pattern) {
    FileSystem system = FileSystems.getDefault();
    PathMatcher plain;
    try {
      plain = system.getPathMatcher("glob:" + pattern);
    } catch (PatternSyntaxException e) { // it may name a part of the pattern
      throw new PatternSyntaxException(e.getDescription(), pattern, -1);
    }
    boolean nested = pattern.contains("{"); // groups in groups are none
    return nested || !pattern.contains("**/")
        ? plain
        // also stands for no folder at all
        : system.getPathMatcher("glob:" + pattern.replace("**/", "{**/,}"));
  }

  /// Letters with marks are one sign or several, as the system that named a file has it.
  private static String composed(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  /// @param path from where the staging begins, with `/`
  public boolean match(String path) {
    Path whole;
    try {
      whole = Path.of(composed(path));
    } catch (InvalidPathException _) {
      return false; // no name of this system
    }
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
