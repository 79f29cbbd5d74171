package dev.whetstone.model;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads and writes safetensors files: eight bytes of header length (little-endian), a JSON header
/// `{name: {dtype, shape, data_offsets: [from, to]}}`, then the data, without holes. Every field of
/// the header is checked before it is used. Format:
/// <https://huggingface.co/docs/safetensors/index#format>.
final class SafeTensors {
  /// Ten thousand tensors fit; the format itself allows 100 MB.
  private static final long MAX_HEADER = 8L << 20;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Some 70,000 tensors.
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder().maxTokenCount(1_000_000).build();

  private static final JsonMapper STRICT = Json.strict(LIMITS);

  /// How a number is stored.
  private enum Type {
    F32(4),
    F16(2),
    BF16(2);

    final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  /// One tensor of the header; offsets count from the end of the header.
  private record TensorEntry(String name, Type type, List<Long> shape, long from, long to) {
    long[] size() {
      return shape.stream().mapToLong(Long::longValue).toArray();
    }
  }

  private SafeTensors() {}

  /// Chooses among the tensors of a file before any data is read.
  @FunctionalInterface
  interface TensorSelection {
    /// @param sizes of all floating-point tensors by name, in the order of the data
    /// @return the names of those to read, by the name each is to have
    Map<String, String> of(Map<String, long[]> sizes);
  }

  /// Reads tensors as fp32. Integer tensors (position ids) are left out. The file is memory-mapped
  /// only while this runs.
  ///
  /// @throws Failure.CorruptArtifact naming the file and what is wrong with it
  static NamedTensors read(Path file, TensorSelection choice) {
    try (var arena = Arena.ofConfined();
        var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      long header = headerLength(file, all);
      MemorySegment data = all.asSlice(8 + header);
      var entries = new LinkedHashMap<String, TensorEntry>();
      var sizes = new LinkedHashMap<String, long[]>();
      for (TensorEntry entry : entries(file, all.asSlice(8, header), data.byteSize())) {
        entries.put(entry.name(), entry);
        sizes.put(entry.name(), entry.size());
      }
      var tensors = new NamedTensors();
      choice
          .of(sizes)
          .forEach(
              (name, there) ->
                  tensors.put(name, array(file, requireNonNull(entries.get(there)), data)));
      return tensors;
    } catch (IOException e) {
      throw new Failure.Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static long headerLength(Path file, MemorySegment all) {
    if (all.byteSize() < 10) {
      throw corrupt(file, "it has only " + all.byteSize() + " bytes");
    }
    long length = all.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    if (length < 2 || length > MAX_HEADER || length > all.byteSize() - 8) {
      throw corrupt(
          file,
          "its header claims "
              + Long.toUnsignedString(length)
              + " bytes, the file has "
              + all.byteSize());
    }
    return length;
  }

  /// All floating-point tensors, after checking that the spans of all tensors tile the data.
  private static List<TensorEntry> entries(Path file, MemorySegment header, long size) {
    JsonNode root = parse(file, header);
    var spans = new ArrayList<long[]>();
    var entries = new ArrayList<TensorEntry>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals("__metadata__")) {
        continue;
      }
      String name = field.getKey();
      JsonNode value = field.getValue();
      long from = whole(file, name, value.path("data_offsets").path(0));
      long to = whole(file, name, value.path("data_offsets").path(1));
      if (from > to || to > size || value.path("data_offsets").size() != 2) {
        throw corrupt(
            file, "the tensor " + name + " claims bytes " + from + " to " + to + " of " + size);
      }
      spans.add(new long[] {from, to});
      String type = value.path("dtype").asText();
      if (type.matches("F32|F16|BF16")) {
        entries.add(entry(file, name, Type.valueOf(type), value.path("shape"), from, to));
      } else if (!type.matches("I64|I32|I16|I8|U8|U16|U32|U64|BOOL")) {
        throw corrupt(
            file, "the tensor " + name + " is of type " + type + "; F32, F16 and BF16 are read");
      }
    }
    requireTiled(file, spans, size);
    entries.sort(Comparator.comparingLong(TensorEntry::from));
    return entries;
  }

  private static JsonNode parse(Path file, MemorySegment header) {
    try (JsonParser parser = STRICT.createParser(header.toArray(ValueLayout.JAVA_BYTE))) {
      JsonNode root = STRICT.readTree(parser);
      if (root == null || !root.isObject()) {
        throw corrupt(file, "its header is no JSON object");
      }
      return root;
    } catch (IOException _) {
      throw corrupt(file, "its header is no JSON object of distinct keys");
    }
  }

  private static long whole(Path file, String name, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < 0) {
      throw corrupt(file, "the tensor " + name + " has an impossible size or offset: " + node);
    }
    return node.asLong();
  }

  private static TensorEntry entry(
      Path file, String name, Type type, JsonNode shape, long from, long to) {
    if (!shape.isArray()) {
      throw corrupt(file, "the tensor " + name + " has no shape");
    }
    var sides = new ArrayList<Long>();
    long count = 1;
    for (JsonNode side : shape) {
      sides.add(whole(file, name, side));
      try {
        count = Math.multiplyExact(count, side.asLong());
      } catch (ArithmeticException _) {
        throw corrupt(file, "the tensor " + name + " claims an impossible shape: " + shape);
      }
    }
    if (count > Integer.MAX_VALUE - 8 || count * type.bytes != to - from) {
      throw corrupt(
          file,
          "the tensor "
              + name
              + " of shape "
              + shape
              + " in "
              + type
              + " cannot be "
              + (to - from)
              + " bytes");
    }
    return new TensorEntry(name, type, sides, from, to);
  }

  private static void requireTiled(Path file, List<long[]> spans, long size) {
    spans.sort(
        Comparator.<long[]>comparingLong(span -> span[0]).thenComparingLong(span -> span[1]));
    long at = 0;
    for (long[] span : spans) {
      if (span[0] != at) {
        throw corrupt(
            file, (span[0] < at ? "tensors overlap" : "there is a hole") + " at byte " + at);
      }
      at = span[1];
    }
    if (at != size) {
      throw corrupt(file, "its tensors end at byte " + at + ", its data at " + size);
    }
  }

  private static NamedTensors.Array array(Path file, TensorEntry entry, MemorySegment data) {
    int count = Math.toIntExact((entry.to() - entry.from()) / entry.type().bytes);
    var values = new float[count];
    switch (entry.type()) {
      case F32 -> MemorySegment.copy(data, FLOAT, entry.from(), values, 0, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          values[i] = Float.float16ToFloat(data.get(SHORT, entry.from() + 2L * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          values[i] = Float.intBitsToFloat(data.get(SHORT, entry.from() + 2L * i) << 16);
        }
      }
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw corrupt(file, "the tensor " + entry.name() + " holds " + value);
      }
    }
    return new NamedTensors.Array(entry.size(), values);
  }

  /// Writes all tensors as fp32 in their order, whole or not at all.
  static void write(Path file, NamedTensors tensors) {
    var header = new LinkedHashMap<String, Object>();
    header.put("__metadata__", Map.of("format", "pt"));
    long at = 0;
    for (String name : tensors.names()) {
      NamedTensors.Array array = tensors.get(name);
      long to = at + 4L * array.data().length;
      var entry = new LinkedHashMap<String, Object>();
      entry.put("dtype", "F32");
      entry.put("shape", array.shape());
      entry.put("data_offsets", List.of(at, to));
      header.put(name, entry);
      at = to;
    }
    String json = Json.line(header);
    // the data begins at a multiple of eight
    byte[] bytes =
        (json + " ".repeat((8 - json.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    WholeFile.write(
        file,
        out -> {
          out.write(
              ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length).array());
          out.write(bytes);
          for (String name : tensors.names()) {
            write(out, tensors.get(name).data());
          }
        });
  }

  private static void write(OutputStream out, float[] data) throws IOException {
    FloatBytes.each(data, (bytes, length) -> out.write(bytes, 0, length));
  }

  private static Failure.CorruptArtifact corrupt(Path file, String what) {
    return new Failure.CorruptArtifact(
        file
            + " is not a valid safetensors file: "
            + what
            + ". Restore it, or download the model again");
  }
}
