package dev.whetstone.llm.gguf;

import dev.whetstone.core.Failure;
import dev.whetstone.llm.ChatModels;
import dev.whetstone.llm.gguf.GgufHeader.Kind;
import dev.whetstone.llm.gguf.GgufHeader.Tensor;
import dev.whetstone.llm.gguf.GgufHeader.Value;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A GGUF file, memory-mapped: the metadata of a model and its weights, which are turned into fp32
/// row by row. Versions 2 and 3, little endian.
///
/// Its header is checked when it is opened; values and rows are read when they are asked for, and
/// nothing of them is kept. Safe for reading by many threads. Closing unmaps it; the file must not
/// be shortened before.
public final class GgufFile implements AutoCloseable {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final Arena arena;
  private final MemorySegment bytes;
  private final GgufHeader header;

  private GgufFile(Path file, Arena arena, MemorySegment bytes) {
    this.file = file;
    this.arena = arena;
    this.bytes = bytes;
    this.header = GgufHeader.read(file, bytes);
  }

  /// Opens a file.
  ///
  /// @throws Failure.BadInput if it cannot be read, is no GGUF file, is cut off, or holds what is
  ///   not known: a version, a kind of value, a tensor's type
  public static GgufFile open(Path file) {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      var gguf = new GgufFile(file, arena, bytes);
      opened = true;
      return gguf;
    } catch (IOException e) {
      throw ChatModels.unreadable(file, e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /// Where it lies, for messages.
  Path path() {
    return file;
  }

  /// A text of the metadata; empty where the key is absent.
  ///
  /// @throws Failure.BadInput if the key has a value of another kind
  public Optional<String> text(String key) {
    Value value = header.values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value.kind() != Kind.TEXT) {
      throw unexpected(key, value, "a text");
    }
    return Optional.of(cursor(value).text(GgufHeader.LONGEST_TEXT));
  }

  /// A whole number of any size, or a truth value as 0 or 1; empty where the key is absent.
  ///
  /// @throws Failure.BadInput if the key has a value of another kind, or one above 2⁶³ − 1
  public OptionalLong integer(String key) {
    Value value = header.values.get(key);
    return value == null
        ? OptionalLong.empty()
        : OptionalLong.of(whole(key, value, value.kind(), cursor(value)));
  }

  /// A number, whole or not; empty where the key is absent.
  ///
  /// @throws Failure.BadInput if the key has a value of another kind
  public OptionalDouble number(String key) {
    Value value = header.values.get(key);
    if (value == null) {
      return OptionalDouble.empty();
    }
    GgufCursor cursor = cursor(value);
    return OptionalDouble.of(
        switch (value.kind()) {
          case F32 -> Float.intBitsToFloat(cursor.four());
          case F64 -> Double.longBitsToDouble(cursor.eight());
          case U8, I8, U16, I16, U32, I32, U64, I64, BOOL, TEXT, ARRAY ->
              whole(key, value, value.kind(), cursor);
        });
  }

  /// The texts of an array, in order; empty where the key is absent.
  ///
  /// @throws Failure.BadInput if the key has a value of another kind
  public List<String> texts(String key) {
    Value value = array(key);
    if (value == null) {
      return List.of();
    }
    if (value.element() != Kind.TEXT) {
      throw unexpected(key, value, "an array of texts");
    }
    GgufCursor cursor = cursor(value);
    var texts = new ArrayList<String>(value.count());
    for (int i = 0; i < value.count(); i++) {
      texts.add(cursor.text(GgufHeader.LONGEST_TEXT));
    }
    return texts;
  }

  /// The whole numbers of an array, in order; empty where the key is absent.
  ///
  /// @throws Failure.BadInput if the key has a value of another kind, or numbers beyond 32 bits
  public List<Integer> integers(String key) {
    Value value = array(key);
    if (value == null) {
      return List.of();
    }
    GgufCursor cursor = cursor(value);
    var numbers = new ArrayList<Integer>(value.count());
    for (int i = 0; i < value.count(); i++) {
      long number = whole(key, value, value.element(), cursor);
      if (number != (int) number) {
        throw unexpected(key, value, "numbers of 32 bits");
      }
      numbers.add((int) number);
    }
    return numbers;
  }

  /// Whether there is a tensor of this name.
  public boolean has(String name) {
    return header.tensors.containsKey(name);
  }

  /// The names of all tensors.
  public Set<String> tensors() {
    return Collections.unmodifiableSet(header.tensors.keySet());
  }

  /// A tensor's shape, outermost dimension first: a matrix has `[rows, columns]`, and the values of
  /// a row lie side by side. From one to four dimensions, each at least 1.
  ///
  /// @throws Failure.BadInput if there is no such tensor
  public long[] shape(String name) {
    return tensor(name).shape().stream().mapToLong(Long::longValue).toArray();
  }

  /// Rows of a matrix as fp32, `[count, columns]`. A vector is one row; the rows of a tensor of
  /// more dimensions are counted through.
  ///
  /// @param count so many that the values fit an array
  /// @throws Failure.BadInput if there is no such tensor
  public float[] rows(String name, long from, int count) {
    var out = new float[Math.multiplyExact((int) tensor(name).columns(), count)];
    var _ = rows(name, from, count, out);
    return out;
  }

  /// The same into an array, from its first place.
  ///
  /// @return how many values were written
  /// @throws IllegalArgumentException if the array is too short
  public int rows(String name, long from, int count, float[] out) {
    Tensor tensor = tensor(name);
    if (from < 0 || count < 0 || from > tensor.rows() - count) {
      throw new IllegalArgumentException(
          "rows from %d, %d of them, of \"%s\" with %d"
              .formatted(from, count, name, tensor.rows()));
    }
    int columns = (int) tensor.columns();
    int values = Math.multiplyExact(columns, count);
    if (values > out.length) {
      throw new IllegalArgumentException(
          "\"%s\" has %d values in %d rows, and there is room for %d"
              .formatted(name, values, count, out.length));
    }
    long at = tensor.at() + from * tensor.rowBytes();
    if (tensor.type() == GgufType.F32) {
      MemorySegment.copy(bytes, FLOAT, at, out, 0, values);
      return values;
    }
    var row = new byte[(int) tensor.rowBytes()];
    for (int r = 0; r < count; r++) {
      MemorySegment.copy(
          bytes, ValueLayout.JAVA_BYTE, at + (long) r * row.length, row, 0, row.length);
      GgufBlocks.decode(tensor.type(), row, out, r * columns);
    }
    return values;
  }

  private Tensor tensor(String name) {
    Tensor tensor = header.tensors.get(name);
    if (tensor == null) {
      throw new Failure.BadInput(file + " has no tensor \"" + name + "\"");
    }
    return tensor;
  }

  private @Nullable Value array(String key) {
    Value value = header.values.get(key);
    if (value != null && value.kind() != Kind.ARRAY) {
      throw unexpected(key, value, "an array");
    }
    return value;
  }

  private GgufCursor cursor(Value value) {
    return new GgufCursor(file, bytes, value.at());
  }

  private long whole(String key, Value value, Kind kind, GgufCursor cursor) {
    return switch (kind) {
      case U8 -> Byte.toUnsignedLong(cursor.one());
      case I8 -> cursor.one();
      case U16 -> Short.toUnsignedLong(cursor.two());
      case I16 -> cursor.two();
      case U32 -> Integer.toUnsignedLong(cursor.four());
      case I32 -> cursor.four();
      case BOOL -> cursor.one() == 0 ? 0 : 1;
      case I64 -> cursor.eight();
      case U64 -> {
        long number = cursor.eight();
        if (number < 0) {
          throw unexpected(key, value, "a number below 2^63");
        }
        yield number;
      }
      case F32, F64, TEXT, ARRAY -> throw unexpected(key, value, "a number");
    };
  }

  private Failure.BadInput unexpected(String key, Value value, String wanted) {
    return new Failure.BadInput(
        "%s has %s under the key \"%s\", and not %s"
            .formatted(
                file,
                value.kind() == Kind.ARRAY ? "an array of " + value.element() : value.kind(),
                key,
                wanted));
  }

  @Override
  public void close() {
    arena.close();
  }
}
