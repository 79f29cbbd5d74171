package dev.whetstone.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whetstone.core.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;

/// SentencePiece's table of replaced characters, `precompiled_charsmap`: four bytes of length
/// (little-endian), a double-array trie of so many bytes, and the replacements as UTF-8, each ended
/// by NUL. The native library follows the trie without looking at its bounds, and an index outside
/// of it ends the process; so every state that some text can reach is visited here first.
///
/// A unit of the trie has 32 bits: the label in bits 0 to 7 and 31, whether a value follows in bit
/// 8, and the distance to its children in bits 10 to 30, shifted by 8 where bit 9 is set. The child
/// of the state `p` by the byte `b` is the unit `p ^ b`, where its label is `b`. Source: Susumu
/// Yata's darts-clone, <https://github.com/s-yata/darts-clone>.
final class Charsmap {
  private static final int HAS_VALUE = 1 << 8;
  private static final int LABEL = 1 << 31 | 0xFF;
  private static final int VALUE = ~(1 << 31);
  private static final int LONGEST = 64;

  private final Path file;
  private final int[] units;
  private final byte[] texts;
  private int longest = 1;

  /// @throws Failure.CorruptArtifact if it can lead the library outside of it
  Charsmap(Path file, JsonNode base64) {
    this.file = file;
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64.asText());
    } catch (IllegalArgumentException _) {
      throw corrupt();
    }
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = bytes.length < 8 ? -1 : buffer.getInt();
    if (length < 4 || length % 4 != 0 || length >= buffer.remaining()) {
      throw corrupt();
    }
    units = new int[length / 4];
    buffer.asIntBuffer().get(units);
    texts = java.util.Arrays.copyOfRange(bytes, 4 + length, bytes.length);
    check();
  }

  /// How many times longer it can make a text: the longest replacement stands for one byte.
  double growth() {
    return longest;
  }

  private void check() {
    if (texts[texts.length - 1] != 0) {
      throw corrupt();
    }
    try {
      var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
    } catch (CharacterCodingException _) {
      throw corrupt();
    }
    var seen = new BitSet(units.length);
    var states = new ArrayDeque<Integer>();
    states.add(children(0, 0));
    seen.set(states.getFirst());
    while (!states.isEmpty()) {
      int state = states.remove();
      if ((state | 0xFF) >= units.length) {
        throw corrupt(); // some byte leads outside
      }
      for (int label = 1; label <= 0xFF; label++) {
        int at = state ^ label;
        if ((units[at] & LABEL) == label) {
          int next = children(at, at);
          if ((units[at] & HAS_VALUE) != 0) {
            value(next);
          }
          if (!seen.get(next)) {
            seen.set(next);
            states.add(next);
          }
        }
      }
    }
  }

  private int children(int at, int state) {
    int unit = units[at];
    int next = state ^ ((unit >>> 10) << ((unit & 1 << 9) >>> 6));
    if (next < 0 || next >= units.length) {
      throw corrupt();
    }
    return next;
  }

  /// A replacement begins at a character and ends at the next NUL.
  private void value(int at) {
    int from = units[at] & VALUE;
    if (from >= texts.length || (texts[from] & 0xC0) == 0x80) {
      throw corrupt();
    }
    int to = from;
    while (texts[to] != 0) {
      to++;
    }
    longest = Math.max(longest, to - from);
    if (longest > LONGEST) {
      throw new Failure.BadInput(
          file + " asks for the normalizer Precompiled with a character of more than 64 bytes");
    }
  }

  private Failure corrupt() {
    return new Failure.CorruptArtifact(file + " has a damaged precompiled_charsmap");
  }
}
