package dev.whetstone.servers;

import java.nio.file.Files;
import java.nio.file.Path;

/// The servers that the `servers` module puts together.
public enum ServerKind {
  ELASTICSEARCH("elasticsearch"),
  OPENSEARCH("opensearch"),
  S3PROXY("s3proxy");

  private final String folder;

  ServerKind(String folder) {
    this.folder = folder;
  }

  /// Its name on the command line, and the name of its folder.
  public String id() {
    return folder;
  }

  /// Where it was put together: below the folder that the environment's `WHETSTONE_SERVERS` names,
  /// or below `servers/target` of the project that the working folder lies in.
  ///
  /// @throws IllegalStateException if it was not, with the command that does it
  public Path home() {
    var named = System.getenv("WHETSTONE_SERVERS");
    for (var up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
      var home = (named == null ? up.resolve("servers/target") : Path.of(named)).resolve(folder);
      if (Files.isDirectory(home.resolve("main"))) {
        return home;
      }
    }
    throw new IllegalStateException(
        "%s is not put together: run `make servers` in the project's folder%s"
            .formatted(folder, named == null ? "" : " or unset WHETSTONE_SERVERS=" + named));
  }

  static ServerKind named(String id) {
    for (var kind : values()) {
      if (kind.folder.equals(id)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "no server is called '" + id + "': elasticsearch, opensearch or s3proxy");
  }
}
