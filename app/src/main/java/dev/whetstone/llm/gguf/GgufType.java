package dev.whetstone.llm.gguf;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// How the values of a tensor are stored: in blocks of a fixed number of values and bytes. The
/// numbers are those of `enum ggml_type`.
enum GgufType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  BF16(30, 1, 2);

  /// Types of ggml that are not read, for messages.
  private static final Map<Integer, String> OTHERS =
      Map.ofEntries(
          Map.entry(9, "Q8_1"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(20, "IQ4_NL"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(23, "IQ4_XS"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"));

  /// Number in the file.
  private final int number;

  /// Values of a block.
  final int values;

  /// Bytes of a block.
  final int bytes;

  GgufType(int number, int values, int bytes) {
    this.number = number;
    this.values = values;
    this.bytes = bytes;
  }

  /// The type with this number; empty where it is not read.
  static Optional<GgufType> of(int number) {
    return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
  }

  /// A type's name in ggml, for messages.
  static String name(int number) {
    return of(number)
        .map(GgufType::name)
        .orElse(OTHERS.getOrDefault(number, "number " + Integer.toUnsignedString(number)));
  }

  /// The types that are read, for messages.
  static String all() {
    return Arrays.stream(values()).map(GgufType::name).collect(Collectors.joining(", "));
  }
}
