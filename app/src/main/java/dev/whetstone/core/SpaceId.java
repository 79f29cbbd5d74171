package dev.whetstone.core;

/// Names a vector space: the hash of everything that shapes a passage vector (fp32 weights,
/// tokenizer, pooling, normalisation, passage prompt, maximum length, dimension). Vectors of two
/// spaces never mix.
///
/// @param value 16 lower-case hexadecimal digits
public record SpaceId(String value) {
  public SpaceId {
    if (!value.matches("[0-9a-f]{16}")) {
      throw new IllegalArgumentException("not a space id: " + value);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
