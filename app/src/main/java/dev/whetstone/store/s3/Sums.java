package dev.whetstone.store.s3;

import dev.whetstone.core.Failure;
import dev.whetstone.core.Sha256;
import dev.whetstone.store.Content;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// The checksums of a content, from one reading of it: the SHA-256 of the whole, and the MD5 of
/// each part, which servers check as `Content-MD5` (RFC 1864) and give back as ETag. MD5 guards the
/// way there against accidents alone.
///
/// @param parts MD5 in lower-case hexadecimal, at least one
record Sums(String sha256, List<String> parts) {
  private static final int BUFFER = 1 << 16;

  static Sums of(Content content, long partBytes) {
    var whole = new Sha256();
    var parts = new ArrayList<String>();
    var part = md5();
    long left = partBytes;
    try (InputStream in = content.open(0, content.length())) {
      var buffer = new byte[BUFFER];
      for (int n = in.read(buffer, 0, (int) Math.min(left, BUFFER));
          n >= 0;
          n = in.read(buffer, 0, (int) Math.min(left, BUFFER))) {
        whole.add(buffer, 0, n);
        part.update(buffer, 0, n);
        left -= n;
        if (left == 0) {
          parts.add(HexFormat.of().formatHex(part.digest()));
          left = partBytes;
        }
      }
    } catch (IOException e) {
      throw new Failure.BadInput("cannot read " + content + ": " + e.getMessage(), e);
    }
    if (left < partBytes || parts.isEmpty()) {
      parts.add(HexFormat.of().formatHex(part.digest()));
    }
    return new Sums(whole.hex(), parts);
  }

  /// As the header wants it.
  String base64(int part) {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(parts.get(part)));
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
