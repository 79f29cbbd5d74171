package dev.whetstone.model.hub;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// Holds a file that was fetched against what the hub's list says of it.
final class DownloadCheck {
  private static final int BUFFER = 1 << 16;

  private DownloadCheck() {}

  /// Checks before anything is fetched that everything can be checked: without its size and a hash
  /// a file of a mirror may be any other. Some mirrors leave them out of their lists.
  ///
  /// @throws Failure.Refused if the list lacks the size or the hash of a file
  static void requireListed(Hub hub, String id, WantedFiles wanted) {
    for (HubFile file : wanted.all()) {
      boolean hashed = file.sha256() != null || file.gitSha1() != null;
      if (!hashed || file.size() < 0) {
        throw new Failure.Refused(
            "%s lists %s of %s without its %s, so a download could not be checked: nothing was fetched. Set %s to a hub that lists sizes and hashes, or add a folder with the model's files"
                .formatted(
                    hub.name(), file.path(), id, hashed ? "size" : "hash", hub.endpointVariable()));
      }
    }
  }

  /// @param file with size and hash
  /// @return what is wrong; empty where size and hash are those of the list
  static Optional<String> wrong(HubFile file, Path fetched) throws IOException {
    long size = Files.exists(fetched) ? Files.size(fetched) : 0;
    if (size != file.size()) {
      return Optional.of("it has %,d bytes instead of %,d".formatted(size, file.size()));
    }
    if (file.sha256() != null && !Sha256.of(fetched).equals(file.sha256())) {
      return Optional.of("its SHA-256 is another");
    }
    if (file.gitSha1() != null && !gitSha1(fetched, size).equals(file.gitSha1())) {
      return Optional.of("its git hash is another");
    }
    return Optional.empty();
  }

  /// Git hashes `blob SIZE\0` and the content.
  private static String gitSha1(Path file, long size) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
      var buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
