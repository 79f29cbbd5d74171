package dev.whetstone.store;

import dev.whetstone.core.Failure;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// A canned access list, as S3 and OSS name them.
public enum Acl {
  /// What the bucket says; nothing is sent.
  DEFAULT,
  PRIVATE,
  PUBLIC_READ,
  PUBLIC_READ_WRITE,
  /// S3 alone.
  AUTHENTICATED_READ,
  /// S3 alone.
  BUCKET_OWNER_READ,
  /// S3 alone.
  BUCKET_OWNER_FULL_CONTROL;

  /// As it is written: `public-read`.
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Whether OSS knows it.
  public boolean knownToOss() {
    return switch (this) {
      case DEFAULT, PRIVATE, PUBLIC_READ, PUBLIC_READ_WRITE -> true;
      case AUTHENTICATED_READ, BUCKET_OWNER_READ, BUCKET_OWNER_FULL_CONTROL -> false;
    };
  }

  /// @throws Failure.BadInput naming the ones there are
  public static Acl of(String key) {
    return Arrays.stream(values())
        .filter(acl -> acl.key().equals(key.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure.BadInput(
                    "there is no access list '"
                        + key
                        + "': give one of "
                        + Arrays.stream(values()).map(Acl::key).collect(Collectors.joining(", "))));
  }
}
