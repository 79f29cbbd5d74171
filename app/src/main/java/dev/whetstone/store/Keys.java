package dev.whetstone.store;

import dev.whetstone.core.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Which names an object may have, so that no key leads out of a folder, wherever it came from.
public final class Keys {
  /// S3's and OSS's limit, in bytes of UTF-8, for the whole name.
  private static final int LONGEST = 1023;

  private Keys() {}

  /// @param place where the key was found, for the message
  /// @return the key
  /// @throws Failure.BadInput if it is empty, too long, absolute, ends with `/`, or has an empty
  ///   name, `.`, `..`, a backslash or a control character in it
  public static String check(String place, String key) {
    boolean bad =
        key.isEmpty()
            || key.getBytes(StandardCharsets.UTF_8).length > LONGEST
            || key.chars().anyMatch(c -> c < ' ' || c == 0x7F || c == '\\');
    for (String name : key.split("/", -1)) {
      bad |= name.isEmpty() || name.equals(".") || name.equals("..");
    }
    if (bad) {
      throw new Failure.BadInput(
          "'" + key + "' in " + place + " cannot be a file's name here: rename that object");
    }
    return key;
  }

  /// The file that `key` is in `folder`, never outside of it.
  static Path within(Path folder, String key) {
    return folder.resolve(check(folder.toString(), key));
  }
}
