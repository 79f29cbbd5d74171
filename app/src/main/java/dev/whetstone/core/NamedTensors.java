package dev.whetstone.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The fp32 weights of a network under their Hugging Face names without a prefix
/// (`embeddings.word_embeddings.weight`, `encoder.layer.0.attention.self.query.weight`: `[out,
/// in]`), in the order they were put. Not safe for writing from several threads.
public final class NamedTensors {
  /// One tensor, row-major. Not a record: arrays have no value equality.
  public static final class Array {
    private final long[] shape;
    private final float[] data;

    /// Keeps both arrays, copies neither.
    public Array(long[] shape, float[] data) {
      long size = 1;
      for (long side : shape) {
        size *= side;
      }
      if (size != data.length) {
        throw new IllegalArgumentException(data.length + " floats for a tensor of " + size);
      }
      this.shape = shape;
      this.data = data;
    }

    public long[] shape() {
      return shape;
    }

    public float[] data() {
      return data;
    }
  }

  private final Map<String, Array> tensors = new LinkedHashMap<>();

  public void put(String name, Array array) {
    tensors.put(name, array);
  }

  /// @throws Failure.CorruptArtifact if there is none of that name
  public Array get(String name) {
    Array array = tensors.get(name);
    if (array == null) {
      throw new Failure.CorruptArtifact("the weights lack a tensor named " + name);
    }
    return array;
  }

  /// Gets a tensor and keeps it no longer, so that its memory is free as soon as the caller's is.
  ///
  /// @throws Failure.CorruptArtifact if there is none of that name
  public Array take(String name) {
    Array array = get(name);
    tensors.remove(name);
    return array;
  }

  /// Those of the same names; shares the data.
  public NamedTensors copy() {
    var copy = new NamedTensors();
    tensors.forEach(copy::put);
    return copy;
  }

  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }
}
