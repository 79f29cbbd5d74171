package dev.whetstone.store;

import dev.whetstone.core.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// Which names an object may have, so that no key leads out of a folder, wherever it came from.
public final class Keys {
  /// S3's and OSS's limit, in bytes of UTF-8, for the whole name.
  private static final int LONGEST = 1023;

  private Keys() {}

  /// Why a key cannot be a file's name here, as part of a sentence; empty where it can.
  public static Optional<String> trouble(String key) {
    if (key.isEmpty()) {
      return Optional.of("its name is empty");
    }
    if (key.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      return Optional.of("its name has more than " + LONGEST + " bytes");
    }
    if (key.indexOf('\\') >= 0) {
      return Optional.of("its name holds a backslash");
    }
    if (key.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
      return Optional.of("its name holds a control character");
    }
    for (String name : key.split("/", -1)) {
      if (name.isEmpty()) {
        return Optional.of("its name begins or ends with a slash, or has two in a row");
      }
      if (name.equals(".") || name.equals("..")) {
        return Optional.of("its name has a part " + name);
      }
    }
    return Optional.empty();
  }

  /// @param place where the key was found, for the message
  /// @return the key
  /// @throws Failure.BadInput if it is empty, too long, absolute, ends with `/`, or has an empty
  ///   name, `.`, `..`, a backslash or a control character in it
  public static String check(String place, String key) {
    Optional<String> trouble = trouble(key);
    if (trouble.isPresent()) {
      throw new Failure.BadInput(
          "'%s' in %s cannot be a file's name here (%s): rename that object"
              .formatted(key, place, trouble.get()));
    }
    return key;
  }

  /// The file that `key` is in `folder`, never outside of it.
  public static Path within(Path folder, String key) {
    return folder.resolve(check(folder.toString(), key));
  }

  /// The key of a file in `folder`: its path from there, with `/` on every system. A backslash in a
  /// name stays one where it is no separator.
  public static String of(Path folder, Path file) {
    return folder.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
  }
}
