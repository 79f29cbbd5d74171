package dev.whetstone.index.cluster;

import java.nio.charset.StandardCharsets;

/// The body of a request. The bytes handed in are kept, not copied.
public final class Payload {
  private final byte[] bytes;
  private final int length;
  private final String contentType;

  private Payload(byte[] bytes, int length, String contentType) {
    this.bytes = bytes;
    this.length = length;
    this.contentType = contentType;
  }

  public static Payload json(byte[] bytes) {
    return new Payload(bytes, bytes.length, "application/json");
  }

  public static Payload json(String json) {
    return json(json.getBytes(StandardCharsets.UTF_8));
  }

  /// Lines of JSON, each ended by a newline: the first `length` of `bytes`.
  static Payload lines(byte[] bytes, int length) {
    return new Payload(bytes, length, "application/x-ndjson");
  }

  public byte[] bytes() {
    return bytes;
  }

  /// How many of the bytes count.
  public int length() {
    return length;
  }

  public String contentType() {
    return contentType;
  }
}
