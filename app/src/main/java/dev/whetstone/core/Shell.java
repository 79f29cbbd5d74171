package dev.whetstone.core;

import java.util.regex.Pattern;

/// Words of a command line for a POSIX shell, for scripts and for commands that are shown to be
/// pasted. Names, paths and addresses come from files that others may have written.
public final class Shell {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private Shell() {}

  /// A text as one word that the shell does not interpret: as it is where that is plain, otherwise
  /// in single quotes, within which a quote alone means something and is written `'\''`.
  public static String word(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
