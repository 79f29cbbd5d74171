package dev.whetstone.llm.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes GGUF files for tests, well formed or not.
final class GgufBytes {
  static final int U32 = 4;
  static final int TEXT = 8;
  static final int ARRAY = 9;

  private final ByteArrayOutputStream keys = new ByteArrayOutputStream();
  private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private int version = 3;
  private long keyCount;
  private long tensorCount;

  GgufBytes version(int number) {
    version = number;
    return this;
  }

  GgufBytes counts(long tensorsSaid, long keysSaid) {
    tensorCount = tensorsSaid;
    keyCount = keysSaid;
    return this;
  }

  GgufBytes text(String key, String value) {
    key(key, TEXT);
    put(keys, value);
    return this;
  }

  GgufBytes integer(String key, int value) {
    key(key, U32);
    put(keys, value, 4);
    return this;
  }

  GgufBytes flag(String key, boolean value) {
    key(key, 7);
    put(keys, value ? 1 : 0, 1);
    return this;
  }

  GgufBytes texts(String key, List<String> values) {
    array(key, TEXT, values.size());
    values.forEach(value -> put(keys, value));
    return this;
  }

  GgufBytes integers(String key, List<Integer> values) {
    array(key, 5, values.size());
    values.forEach(value -> put(keys, value, 4));
    return this;
  }

  /// The head of an array, whose elements may be missing.
  GgufBytes array(String key, int element, long count) {
    key(key, ARRAY);
    put(keys, element, 4);
    put(keys, count, 8);
    return this;
  }

  /// Bytes among the keys.
  GgufBytes raw(long value, int bytes) {
    put(keys, value, bytes);
    return this;
  }

  /// @param shape as the file has it: innermost dimension first
  GgufBytes tensor(String name, int type, long offset, long... shape) {
    put(tensors, name);
    put(tensors, shape.length, 4);
    for (long length : shape) {
      put(tensors, length, 8);
    }
    put(tensors, type, 4);
    put(tensors, offset, 8);
    tensorCount++;
    return this;
  }

  /// A tensor of F32 numbers behind those that were added before.
  ///
  /// @param shape as the file has it: innermost dimension first
  GgufBytes floats(String name, float[] values, long... shape) {
    data.writeBytes(new byte[(32 - data.size() % 32) % 32]);
    tensor(name, 0, data.size(), shape);
    var all = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    all.asFloatBuffer().put(values);
    data.writeBytes(all.array());
    return this;
  }

  GgufBytes number(String key, float value) {
    key(key, 6);
    put(keys, Integer.toUnsignedLong(Float.floatToIntBits(value)), 4);
    return this;
  }

  GgufBytes data(int bytes) {
    data.writeBytes(new byte[bytes]);
    return this;
  }

  GgufBytes key(String key, int kind) {
    put(keys, key);
    put(keys, kind, 4);
    keyCount++;
    return this;
  }

  byte[] bytes() {
    var out = new ByteArrayOutputStream();
    out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    put(out, version, 4);
    put(out, tensorCount, 8);
    put(out, keyCount, 8);
    out.writeBytes(keys.toByteArray());
    out.writeBytes(tensors.toByteArray());
    out.writeBytes(new byte[(32 - out.size() % 32) % 32]);
    out.writeBytes(data.toByteArray());
    return out.toByteArray();
  }

  Path in(Path folder) {
    return write(folder, bytes());
  }

  GgufFile open(Path folder) {
    return GgufFile.open(in(folder));
  }

  static Path write(Path folder, byte[] bytes) {
    try {
      return Files.write(folder.resolve("model.gguf"), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put(out, bytes.length, 8);
    out.writeBytes(bytes);
  }

  private static void put(ByteArrayOutputStream out, long value, int bytes) {
    byte[] all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(all, 0, bytes);
  }
}
