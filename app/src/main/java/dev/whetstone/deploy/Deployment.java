package dev.whetstone.deploy;

import java.util.regex.Pattern;

/// A model under a name of its own at our server. It stays the same model when another is promoted.
///
/// @param id the name; letters, digits, dots, dashes and underscores
/// @param source where the model was said to be
/// @param folder where it stands; relative to the workspace when it stands there
/// @param name of the model itself
/// @param space it makes vectors of
/// @param content as [dev.whetstone.model.Model#content]; empty where an earlier version left it
///   out
/// @param created ISO 8601, UTC
public record Deployment(
    int format,
    String id,
    String source,
    String folder,
    String name,
    String space,
    int dimension,
    String content,
    String created) {
  static final int FORMAT = 1;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /// Whether it can be a deployment's name.
  public static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  public Deployment {
    if (!isId(id)) {
      throw new IllegalArgumentException("not a deployment's name: " + id);
    }
  }
}
