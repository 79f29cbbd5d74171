package dev.whetstone.vectors;

import java.util.Arrays;

/// Floats that become more. Not safe for many threads.
final class Floats {
  private float[] data;
  private int size;

  /// @param expected how many there will be, as far as one knows
  Floats(int expected) {
    data = new float[expected];
  }

  void add(float[] more) {
    int needed = Math.addExact(size, more.length);
    if (needed > data.length) {
      data =
          Arrays.copyOf(data, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * size)));
    }
    System.arraycopy(more, 0, data, size, more.length);
    size = needed;
  }

  float[] toArray() {
    return data.length == size ? data : Arrays.copyOf(data, size);
  }
}
