package dev.whetstone.model;

import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.Sha256;
import dev.whetstone.core.SpaceId;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Computes the name of a model's vector space: a hash of all that shapes a passage vector, and of
/// nothing else (not of the query prompt, the model's name or its files' form).
final class Spaces {
  private Spaces() {}

  /// @param tokenizer the SHA-256 of its file
  static SpaceId of(Layout layout, NamedTensors weights, String tokenizer) {
    EncoderShape shape = layout.shape();
    var hash = new Sha256();
    hash.add("whetstone space 1").add(tokenizer).add(layout.pooling().name()).add("unit length");
    hash.add(layout.prompts().passage()).add("" + layout.maxTokens());
    hash.add("" + shape.hidden()).add("" + shape.heads());
    hash.add("" + shape.layerNormEpsilon());
    EncoderTensors.sizes(shape)
        .keySet()
        .forEach(
            name -> {
              hash.add(name);
              add(hash, weights.get(name).data());
            });
    return new SpaceId(hash.hex().substring(0, 16));
  }

  private static void add(Sha256 hash, float[] data) {
    try {
      FloatBytes.each(data, (bytes, length) -> hash.add(bytes, 0, length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
