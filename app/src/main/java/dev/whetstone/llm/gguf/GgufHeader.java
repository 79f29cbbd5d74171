package dev.whetstone.llm.gguf;

import dev.whetstone.core.Failure;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// What a GGUF file says about itself: where each value of the metadata and each tensor lies. All
/// of it is checked here, so that reading a value or a row later stays within the file.
///
/// Layout: `GGUF`, version (4 bytes), number of tensors, number of keys (8 bytes each), the keys
/// with their values, the tensors' names, shapes, types and offsets; then, aligned, the data.
/// Source: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.
///
/// Limits keep a hostile file from taking memory: of values only the places are kept.
final class GgufHeader {
  static final int LONGEST_TEXT = 64 << 20;

  private static final int MAGIC = 0x46554747; // "GGUF", little endian
  private static final int MOST_KEYS = 1 << 16;
  private static final int MOST_TENSORS = 1 << 16;
  private static final int LONGEST_NAME = 1024;
  private static final int DEEPEST_ARRAY = 4;

  /// The largest vocabularies have some 300,000 tokens and 600,000 merges.
  private static final int MOST_ELEMENTS = 1 << 22;

  private static final long LARGEST_ARRAY = 256L << 20;
  private static final int MOST_DIMENSIONS = 4;
  private static final int USUAL_ALIGNMENT = 32;
  private static final int LARGEST_ALIGNMENT = 1 << 20;

  /// Bytes that a key, a tensor and a nested array take at least.
  private static final int KEY_BYTES = 8 + 4 + 1;

  private static final int TENSOR_BYTES = 8 + 4 + 8 + 4 + 8;
  private static final int ARRAY_BYTES = 4 + 8;

  /// Kinds of values, by their numbers.
  enum Kind {
    U8(1),
    I8(1),
    U16(2),
    I16(2),
    U32(4),
    I32(4),
    F32(4),
    BOOL(1),
    TEXT(8), // at least: its length
    ARRAY(ARRAY_BYTES), // at least
    U64(8),
    I64(8),
    F64(8);

    final int bytes;

    Kind(int bytes) {
      this.bytes = bytes;
    }
  }

  /// A value of the metadata.
  ///
  /// @param element of an array; of others the kind again
  /// @param count of an array's elements; of others 1
  /// @param at of the value, or of an array's first element
  record Value(Kind kind, Kind element, int count, long at) {}

  /// A tensor.
  ///
  /// @param shape outermost dimension first
  /// @param at of the first byte in the file
  record Tensor(GgufType type, List<Long> shape, long at) {
    long columns() {
      return shape.getLast();
    }

    long rowBytes() {
      return columns() / type.values * type.bytes;
    }

    long rows() {
      return shape.subList(0, shape.size() - 1).stream().reduce(1L, (a, b) -> a * b);
    }
  }

  final Map<String, Value> values = new HashMap<>();
  final Map<String, Tensor> tensors = new HashMap<>();

  private final Path file;
  private final MemorySegment bytes;
  private final GgufCursor cursor;

  private GgufHeader(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
    this.cursor = new GgufCursor(file, bytes, 0);
  }

  /// @throws Failure.BadInput naming the file and what is wrong with it
  static GgufHeader read(Path file, MemorySegment bytes) {
    var header = new GgufHeader(file, bytes);
    header.read();
    return header;
  }

  private void read() {
    if (cursor.left() < 4 || cursor.four() != MAGIC) {
      throw bad("is not a GGUF file (it does not begin with \"GGUF\")");
    }
    int version = cursor.four();
    if (version != 2 && version != 3) {
      throw bad(
          "has the version %s of GGUF%s; versions 2 and 3, little endian, are read"
              .formatted(
                  Integer.toUnsignedString(version),
                  Integer.reverseBytes(version) == 3 ? " (it is big endian)" : ""));
    }
    long tensorCount = cursor.count("tensors", MOST_TENSORS, TENSOR_BYTES);
    long keyCount = cursor.count("keys", MOST_KEYS, KEY_BYTES);
    for (long i = 0; i < keyCount; i++) {
      String key = cursor.text(LONGEST_NAME);
      if (values.put(key, value(key)) != null) {
        throw bad("has the key \"" + key + "\" twice");
      }
    }
    tensors(tensorCount);
  }

  private Value value(String key) {
    Kind kind = kind(key);
    if (kind != Kind.ARRAY) {
      long at = cursor.at();
      skip(key, kind, 0);
      return new Value(kind, kind, 1, at);
    }
    Kind element = kind(key);
    int count = elements(element);
    long at = cursor.at();
    skipElements(key, element, count, 1);
    return new Value(kind, element, count, at);
  }

  private Kind kind(String key) {
    int number = cursor.four();
    if (number < 0 || number >= Kind.values().length) {
      throw bad(
          "has a value of an unknown kind (%s) under the key \"%s\""
              .formatted(Integer.toUnsignedString(number), key));
    }
    return Kind.values()[number];
  }

  private int elements(Kind element) {
    return (int) cursor.count("elements of an array", MOST_ELEMENTS, element.bytes);
  }

  private void skip(String key, Kind kind, int depth) {
    switch (kind) {
      case TEXT -> cursor.skipText(LONGEST_TEXT);
      case ARRAY -> {
        if (depth == DEEPEST_ARRAY) {
          throw bad("has arrays nested too deeply under the key \"" + key + "\"");
        }
        Kind element = kind(key);
        skipElements(key, element, elements(element), depth + 1);
      }
      case U8, I8, U16, I16, U32, I32, F32, BOOL, U64, I64, F64 -> cursor.skip(kind.bytes);
    }
  }

  private void skipElements(String key, Kind element, int count, int depth) {
    long from = cursor.at();
    if (element == Kind.TEXT || element == Kind.ARRAY) {
      for (int i = 0; i < count; i++) {
        skip(key, element, depth);
      }
    } else {
      cursor.skip((long) count * element.bytes);
    }
    if (cursor.at() - from > LARGEST_ARRAY) {
      throw bad("has too large an array under the key \"" + key + "\"");
    }
  }

  /// @param offset from the beginning of the data
  private record Entry(String name, GgufType type, List<Long> shape, long offset) {}

  private void tensors(long count) {
    var entries = LongStream.range(0, count).mapToObj(_ -> entry()).toList();
    int alignment = alignment();
    long data = (cursor.at() + alignment - 1) / alignment * alignment;
    for (Entry entry : entries) {
      if (tensors.put(entry.name, tensor(entry, data, alignment)) != null) {
        throw bad("has the tensor \"" + entry.name + "\" twice");
      }
    }
  }

  private Entry entry() {
    String name = cursor.text(LONGEST_NAME);
    int dimensions = cursor.four();
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
      throw bad(
          "says that the tensor \"%s\" has %s dimensions; from 1 to %d are read"
              .formatted(name, Integer.toUnsignedString(dimensions), MOST_DIMENSIONS));
    }
    List<Long> shape =
        LongStream.range(0, dimensions).mapToObj(_ -> cursor.eight()).toList().reversed();
    int number = cursor.four();
    GgufType type =
        GgufType.of(number)
            .orElseThrow(
                () ->
                    bad(
                        "stores the tensor \"%s\" as %s, which is not read; known are %s"
                            .formatted(name, GgufType.name(number), GgufType.all())));
    return new Entry(name, type, List.copyOf(shape), cursor.eight());
  }

  private int alignment() {
    Value value = values.get("general.alignment");
    if (value == null) {
      return USUAL_ALIGNMENT;
    }
    int alignment = value.kind == Kind.U32 ? new GgufCursor(file, bytes, value.at).four() : 0;
    if (alignment < 1 || alignment > LARGEST_ALIGNMENT || Integer.bitCount(alignment) != 1) {
      throw bad("has no power of two in general.alignment");
    }
    return alignment;
  }

  private Tensor tensor(Entry entry, long data, int alignment) {
    var tensor = new Tensor(entry.type, entry.shape, data + Math.max(0, entry.offset));
    long values = 1;
    for (long length : entry.shape) {
      if (length < 1 || length > Long.MAX_VALUE / Float.BYTES / values) {
        throw bad("gives the tensor \"%s\" the shape %s".formatted(entry.name, entry.shape));
      }
      values *= length;
    }
    if (tensor.columns() % entry.type.values != 0) {
      throw bad(
          "has rows of %,d values in the tensor \"%s\"; %s stores them by %d"
              .formatted(tensor.columns(), entry.name, entry.type, entry.type.values));
    }
    if (tensor.columns() > Integer.MAX_VALUE / Float.BYTES) {
      throw bad("has too long rows in the tensor \"%s\"".formatted(entry.name));
    }
    long left = bytes.byteSize() - data;
    if (entry.offset < 0
        || entry.offset % alignment != 0
        || entry.offset > left
        || tensor.rows() > (left - entry.offset) / tensor.rowBytes()) {
      throw bad(
          ("is damaged or cut off: the tensor \"%s\" of the shape %s is said to lie at byte %s"
                  + " of %,d bytes of data: fetch it again")
              .formatted(
                  entry.name, entry.shape, Long.toUnsignedString(entry.offset), Math.max(0, left)));
    }
    return tensor;
  }

  private Failure.BadInput bad(String what) {
    return new Failure.BadInput(file + " " + what);
  }
}
