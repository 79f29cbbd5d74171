package dev.whetstone.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Floats as little-endian bytes, in pieces.
final class FloatBytes {
  private static final int PIECE = 1 << 14;

  /// Takes one piece.
  @FunctionalInterface
  interface Sink {
    /// @param bytes used again for the next piece
    void take(byte[] bytes, int length) throws IOException;
  }

  private FloatBytes() {}

  static void each(float[] data, Sink sink) throws IOException {
    var bytes = new byte[4 * PIECE];
    var floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (int from = 0; from < data.length; from += PIECE) {
      int count = Math.min(PIECE, data.length - from);
      floats.put(0, data, from, count);
      sink.take(bytes, 4 * count);
    }
  }

  /// All of it at once.
  static byte[] of(float[] data) {
    var bytes = new byte[Math.multiplyExact(4, data.length)];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(data);
    return bytes;
  }
}
