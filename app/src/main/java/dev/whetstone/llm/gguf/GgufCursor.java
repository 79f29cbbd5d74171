package dev.whetstone.llm.gguf;

import dev.whetstone.core.Failure;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Reads the header of a GGUF file from front to back. Each length is held against what is left of
/// the file before it is used. For one thread.
final class GgufCursor {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment bytes;
  private long at;

  GgufCursor(Path file, MemorySegment bytes, long at) {
    this.file = file;
    this.bytes = bytes;
    this.at = at;
  }

  long at() {
    return at;
  }

  long left() {
    return bytes.byteSize() - at;
  }

  byte one() {
    return bytes.get(ValueLayout.JAVA_BYTE, passed(1));
  }

  short two() {
    return bytes.get(SHORT, passed(2));
  }

  int four() {
    return bytes.get(INT, passed(4));
  }

  long eight() {
    return bytes.get(LONG, passed(8));
  }

  /// A count or length of things that take at least so many bytes each.
  ///
  /// @param what for the message: "keys"
  long count(String what, long most, long bytesEach) {
    long count = eight();
    if (count < 0 || count > left() / bytesEach) {
      throw new Failure.BadInput(
          ("%s is damaged or cut off: it announces %s %s at byte %,d, and %,d bytes are left: "
                  + "fetch it again")
              .formatted(file, Long.toUnsignedString(count), what, at - 8, left()));
    }
    if (count > most) {
      throw new Failure.BadInput(
          "%s cannot be read: it has %,d %s at byte %,d; at most %,d are read"
              .formatted(file, count, what, at - 8, most));
    }
    return count;
  }

  String text(int longest) {
    int length = (int) count("bytes of text", longest, 1);
    var text = new byte[length];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, passed(length), text, 0, length);
    return new String(text, StandardCharsets.UTF_8);
  }

  void skipText(int longest) {
    long length = count("bytes of text", longest, 1);
    var _ = passed(length);
  }

  void skip(long length) {
    var _ = passed(length);
  }

  /// Moves on.
  ///
  /// @return where it was
  private long passed(long length) {
    if (length > left()) {
      throw new Failure.BadInput(
          "%s is cut off: its header goes on after its end at byte %,d: fetch it again"
              .formatted(file, bytes.byteSize()));
    }
    long from = at;
    at += length;
    return from;
  }
}
