package dev.whetstone.llm.gguf;

/// Turns the blocks of a tensor into fp32. The layouts are ggml's (`ggml-common.h`, the structs
/// `block_q4_0` to `block_q6_K`); numbers are little endian, `d`, `m` and `min` are fp16.
///
/// | type | values | bytes of a block, in order |
/// |---|---|---|
/// | F32, F16, BF16 | 1 | the number |
/// | Q8_0 | 32 | d, 32 × int8 |
/// | Q4_0 | 32 | d, 16 of nibbles |
/// | Q4_1 | 32 | d, m, 16 of nibbles |
/// | Q5_0 | 32 | d, 4 of fifth bits, 16 of nibbles |
/// | Q5_1 | 32 | d, m, 4 of fifth bits, 16 of nibbles |
/// | Q2_K | 256 | 16 of scales (low nibble s, high nibble m), 64 of pairs of bits, d, min |
/// | Q3_K | 256 | 32 of third bits, 64 of pairs of bits, 12 of scales, d |
/// | Q4_K | 256 | d, min, 12 of scales, 128 of nibbles |
/// | Q5_K | 256 | d, min, 12 of scales, 32 of fifth bits, 128 of nibbles |
/// | Q6_K | 256 | 128 of nibbles, 64 of upper pairs of bits, 16 × int8 of scales, d |
///
/// With q the whole number of a value, s and m the scale and minimum that hold for it:
///
/// | type | value |
/// |---|---|
/// | Q8_0 | d·q |
/// | Q4_0, Q5_0 | d·(q − 8), d·(q − 16) |
/// | Q4_1, Q5_1 | d·q + m |
/// | Q2_K, Q4_K, Q5_K | d·s·q − min·m |
/// | Q3_K | d·(s − 32)·q, with q − 4 in place of q where the third bit is 0 |
/// | Q6_K | d·s·(q − 32) |
///
/// In blocks of 32 the low nibbles are the first 16 values, the high nibbles the others, and value
/// `v` has the bit `v` of the fifth bits.
///
/// In blocks of 256 a scale belongs to 16 values (Q2, Q3, Q6) or to 32 (Q4, Q5). Bits are stored by
/// runs of 32 values, of which each byte has one: of 32 bytes with pairs of bits the lowest pairs
/// are the first run, the highest the fourth; of 32 bytes with nibbles (Q4, Q5) the low ones are
/// the first run, the high ones the second; in Q6 the same for runs of 64. Of the third and fifth
/// bits, bit `r` of byte `i` belongs to value `i` of run `r`.
final class GgufBlocks {
  private static final int SMALL = 32;
  private static final int LARGE = 256;

  private GgufBlocks() {}

  /// Writes the values of whole blocks.
  ///
  /// @param bytes whole blocks of the type
  /// @param at where the first value is written
  static void decode(GgufType type, byte[] bytes, float[] out, int at) {
    int to = at;
    for (int from = 0; from < bytes.length; from += type.bytes) {
      switch (type) {
        case F32 -> out[to] = Float.intBitsToFloat(word(bytes, from));
        case F16 -> out[to] = half(bytes, from);
        case BF16 -> out[to] = Float.intBitsToFloat(two(bytes, from) << 16);
        case Q8_0 -> q8(bytes, from, out, to);
        case Q4_0 -> nibbles(bytes, from + 2, 0, half(bytes, from), -8, 0, out, to);
        case Q4_1 ->
            nibbles(bytes, from + 4, 0, half(bytes, from), 0, half(bytes, from + 2), out, to);
        case Q5_0 ->
            nibbles(bytes, from + 6, word(bytes, from + 2), half(bytes, from), -16, 0, out, to);
        case Q5_1 ->
            nibbles(
                bytes,
                from + 8,
                word(bytes, from + 4),
                half(bytes, from),
                0,
                half(bytes, from + 2),
                out,
                to);
        case Q2_K -> q2(bytes, from, out, to);
        case Q3_K -> q3(bytes, from, out, to);
        case Q4_K -> q4(bytes, from, out, to);
        case Q5_K -> q5(bytes, from, out, to);
        case Q6_K -> q6(bytes, from, out, to);
      }
      to += type.values;
    }
  }

  private static void q8(byte[] in, int from, float[] out, int to) {
    float d = half(in, from);
    for (int i = 0; i < SMALL; i++) {
      out[to + i] = in[from + 2 + i] * d;
    }
  }

  /// 32 values of four bits, or of five.
  ///
  /// @param fifth the fifth bits, 0 where there are none
  /// @param shift added to the whole number
  private static void nibbles(
      byte[] in, int from, int fifth, float d, int shift, float m, float[] out, int to) {
    for (int i = 0; i < SMALL / 2; i++) {
      int low = (in[from + i] & 15) | (((fifth >>> i) & 1) << 4);
      int high = ((in[from + i] >> 4) & 15) | (((fifth >>> (i + 16)) & 1) << 4);
      out[to + i] = d * (low + shift) + m;
      out[to + 16 + i] = d * (high + shift) + m;
    }
  }

  private static void q2(byte[] in, int from, float[] out, int to) {
    int bits = from + 16;
    float d = half(in, from + 80);
    float min = half(in, from + 82);
    for (int v = 0; v < LARGE; v += 16) {
      int packed = in[from + v / 16];
      float scale = d * (packed & 15);
      float m = min * ((packed >> 4) & 15);
      for (int i = v; i < v + 16; i++) {
        out[to + i] = scale * pair(in, bits, i) - m;
      }
    }
  }

  private static void q3(byte[] in, int from, float[] out, int to) {
    int bits = from + 32;
    int scales = from + 96;
    float d = half(in, from + 108);
    for (int v = 0; v < LARGE; v += 16) {
      int s = v / 16;
      int low = s < 8 ? in[scales + s] : in[scales + s - 8] >> 4;
      int high = in[scales + 8 + s % 4] >> (2 * (s / 4));
      float scale = d * (((low & 15) | ((high & 3) << 4)) - 32);
      for (int i = v; i < v + 16; i++) {
        int third = (in[from + i % 32] >> (i / 32)) & 1;
        out[to + i] = scale * (pair(in, bits, i) - 4 + 4 * third);
      }
    }
  }

  private static void q4(byte[] in, int from, float[] out, int to) {
    float d = half(in, from);
    float min = half(in, from + 2);
    for (int run = 0; run < 8; run++) {
      float scale = d * scale(in, from + 4, run);
      float m = min * minimum(in, from + 4, run);
      int bits = from + 16 + run / 2 * 32;
      int shift = run % 2 * 4;
      for (int i = 0; i < 32; i++) {
        out[to + run * 32 + i] = scale * ((in[bits + i] >> shift) & 15) - m;
      }
    }
  }

  private static void q5(byte[] in, int from, float[] out, int to) {
    float d = half(in, from);
    float min = half(in, from + 2);
    int fifths = from + 16;
    for (int run = 0; run < 8; run++) {
      float scale = d * scale(in, from + 4, run);
      float m = min * minimum(in, from + 4, run);
      int bits = from + 48 + run / 2 * 32;
      int shift = run % 2 * 4;
      for (int i = 0; i < 32; i++) {
        int q = ((in[bits + i] >> shift) & 15) | (((in[fifths + i] >> run) & 1) << 4);
        out[to + run * 32 + i] = scale * q - m;
      }
    }
  }

  private static void q6(byte[] in, int from, float[] out, int to) {
    int upper = from + 128;
    float d = half(in, from + 208);
    for (int v = 0; v < LARGE; v += 16) {
      float scale = d * in[from + 192 + v / 16];
      int shift = v % 128 / 64 * 4;
      for (int i = v; i < v + 16; i++) {
        int low = (in[from + i / 128 * 64 + i % 64] >> shift) & 15;
        out[to + i] = scale * ((low | (pair(in, upper, i) << 4)) - 32);
      }
    }
  }

  /// The pair of bits of a value of a block of 256.
  private static int pair(byte[] in, int from, int value) {
    return (in[from + value / 128 * 32 + value % 32] >> (value % 128 / 32 * 2)) & 3;
  }

  /// Scale of a run in Q4_K and Q5_K: six bits. Those of the first four runs are whole, the upper
  /// two bits of the others fill the bytes of the first.
  private static int scale(byte[] in, int from, int run) {
    return run < 4
        ? in[from + run] & 63
        : (in[from + 4 + run] & 15) | (((in[from + run - 4] >> 6) & 3) << 4);
  }

  /// Minimum of a run in Q4_K and Q5_K, packed in the same way.
  private static int minimum(byte[] in, int from, int run) {
    return run < 4
        ? in[from + 4 + run] & 63
        : ((in[from + 4 + run] >> 4) & 15) | (((in[from + run] >> 6) & 3) << 4);
  }

  private static int two(byte[] in, int at) {
    return (in[at] & 255) | ((in[at + 1] & 255) << 8);
  }

  private static int word(byte[] in, int at) {
    return two(in, at) | (two(in, at + 2) << 16);
  }

  private static float half(byte[] in, int at) {
    return Float.float16ToFloat((short) two(in, at));
  }
}
