package dev.whetstone.store.objects;

import dev.whetstone.core.Failure;
import dev.whetstone.store.Keys;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.ObjectStore;
import dev.whetstone.store.s3.S3Stores;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Opens object stores by the name a user gives: `s3://bucket/prefix`, `oss://bucket/prefix`,
/// `file:` or a plain path.
public final class ObjectStores {
  private static final Pattern BUCKET = Pattern.compile("(s3|oss)://([^/]*)(?:/(.*))?");

  private ObjectStores() {}

  /// Whether the name is one of a bucket, not of a folder on this machine.
  public static boolean isBucket(String name) {
    return name.startsWith("s3://") || name.startsWith("oss://");
  }

  /// Opens a store with the credentials and endpoints of this process's environment.
  ///
  /// @throws Failure.BadInput if the name or the environment's settings cannot be used
  public static ObjectStore open(String name) {
    return open(name, System.getenv(), MavenArtifact.defaultCache().resolve("uploads"));
  }

  /// @param environment holds credentials and endpoints; docs/object-store.md names the variables
  /// @param journal a folder of this machine that remembers uploads under way
  public static ObjectStore open(String name, Map<String, String> environment, Path journal) {
    Matcher bucket = BUCKET.matcher(name);
    if (bucket.matches()) {
      return S3Stores.open(
          bucket.group(1), bucket.group(2), prefix(name, bucket.group(3)), environment, journal);
    }
    return new FolderStore(folder(name));
  }

  /// The folder that a plain path or a `file:` URI names.
  ///
  /// @throws Failure.BadInput if it names none
  public static Path folder(String name) {
    if (name.startsWith("file:")) {
      try {
        return Path.of(URI.create(name));
      } catch (IllegalArgumentException e) {
        throw new Failure.BadInput(
            name + " names no folder: write it as file:///home/me/folder, or as a plain path", e);
      }
    }
    if (name.contains("://")) {
      throw new Failure.BadInput(
          name
              + " is no place for documents: name a folder, s3://bucket/prefix or"
              + " oss://bucket/prefix");
    }
    return Path.of(name);
  }

  /// Empty, or a key that ends with `/`.
  private static String prefix(String name, @Nullable String given) {
    String prefix = given == null ? "" : given.replaceFirst("/+$", "");
    return prefix.isEmpty() ? "" : Keys.check(name, prefix) + "/";
  }
}
