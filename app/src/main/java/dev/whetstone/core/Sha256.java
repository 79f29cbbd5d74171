package dev.whetstone.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 (FIPS 180-4) in lower-case hexadecimal, 64 digits.
public final class Sha256 {
  private final MessageDigest digest;

  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public Sha256 add(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  public Sha256 add(byte[] bytes, int from, int length) {
    digest.update(bytes, from, length);
    return this;
  }

  /// Adds the text's UTF-8 bytes and one NUL after them, so that ("ab", "c") and ("a", "bc")
  /// differ.
  public Sha256 add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    return this;
  }

  /// Ends the hash; this object then starts afresh.
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /// The first 16 digits of the hash of `parts`, each ended by NUL: enough for ids.
  public static String id(String... parts) {
    var hash = new Sha256();
    for (String part : parts) {
      hash.add(part);
    }
    return hash.hex().substring(0, 16);
  }

  public static String of(byte[] bytes) {
    return new Sha256().add(bytes).hex();
  }

  public static String of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in);
    }
  }

  /// Reads a stream to its end.
  public static String of(InputStream in) throws IOException {
    var hash = new Sha256();
    var buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      hash.add(buffer, 0, n);
    }
    return hash.hex();
  }
}
