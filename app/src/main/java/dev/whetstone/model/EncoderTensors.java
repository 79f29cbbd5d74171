package dev.whetstone.model;

import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which tensors a BERT encoder consists of, and their sizes.
final class EncoderTensors {
  private static final List<String> PREFIXES =
      List.of("0.auto_model.", "auto_model.", "bert.", "model.");

  private EncoderTensors() {}

  /// Every tensor's size by Hugging Face's name, in the order of the network.
  static Map<String, long[]> sizes(EncoderShape shape) {
    long hidden = shape.hidden();
    var sizes = new LinkedHashMap<String, long[]>();
    sizes.put("embeddings.word_embeddings.weight", new long[] {shape.vocabulary(), hidden});
    sizes.put("embeddings.position_embeddings.weight", new long[] {shape.positions(), hidden});
    sizes.put("embeddings.token_type_embeddings.weight", new long[] {shape.tokenTypes(), hidden});
    norm(sizes, "embeddings.LayerNorm", hidden);
    for (int i = 0; i < shape.layers(); i++) {
      String layer = "encoder.layer." + i;
      for (String part : List.of("query", "key", "value")) {
        dense(sizes, layer + ".attention.self." + part, hidden, hidden);
      }
      dense(sizes, layer + ".attention.output.dense", hidden, hidden);
      norm(sizes, layer + ".attention.output.LayerNorm", hidden);
      dense(sizes, layer + ".intermediate.dense", shape.intermediate(), hidden);
      dense(sizes, layer + ".output.dense", hidden, shape.intermediate());
      norm(sizes, layer + ".output.LayerNorm", hidden);
    }
    return sizes;
  }

  private static void dense(Map<String, long[]> sizes, String name, long out, long in) {
    sizes.put(name + ".weight", new long[] {out, in});
    sizes.put(name + ".bias", new long[] {out});
  }

  private static void norm(Map<String, long[]> sizes, String name, long width) {
    sizes.put(name + ".weight", new long[] {width});
    sizes.put(name + ".bias", new long[] {width});
  }

  /// The tensors of `found` that the shape asks for, in order, without a prefix; others (a pooler,
  /// heads of pre-training, position ids) are left out. Copies no data.
  ///
  /// @param where the file, for messages
  /// @throws Failure.CorruptArtifact naming a tensor that is missing, of another size or not finite
  static NamedTensors select(EncoderShape shape, NamedTensors found, String where) {
    String prefix = prefix(found);
    var selected = new NamedTensors();
    sizes(shape)
        .forEach(
            (name, size) -> {
              NamedTensors.Array array =
                  find(found, prefix + name)
                      .orElseThrow(
                          () ->
                              new Failure.CorruptArtifact(
                                  where + " lacks the tensor " + prefix + name));
              if (!Arrays.equals(array.shape(), size)) {
                throw new Failure.CorruptArtifact(
                    where
                        + ": the tensor "
                        + name
                        + " is "
                        + Arrays.toString(array.shape())
                        + ", but config.json asks for "
                        + Arrays.toString(size));
              }
              requireFinite(array.data(), name, where);
              selected.put(name, array);
            });
    return selected;
  }

  private static String prefix(NamedTensors found) {
    return PREFIXES.stream()
        .filter(prefix -> found.has(prefix + "embeddings.word_embeddings.weight"))
        .findFirst()
        .orElse("");
  }

  /// Checkpoints of TensorFlow descent call a LayerNorm's weight gamma and its bias beta.
  private static Optional<NamedTensors.Array> find(NamedTensors found, String name) {
    String old =
        name.replace("LayerNorm.weight", "LayerNorm.gamma")
            .replace("LayerNorm.bias", "LayerNorm.beta");
    return found.has(name)
        ? Optional.of(found.get(name))
        : found.has(old) ? Optional.of(found.get(old)) : Optional.empty();
  }

  private static void requireFinite(float[] data, String name, String where) {
    for (int i = 0; i < data.length; i++) {
      if (!Float.isFinite(data[i])) {
        throw new Failure.CorruptArtifact(
            where
                + ": the tensor "
                + name
                + " holds "
                + data[i]
                + " at "
                + i
                + "; weights must be finite");
      }
    }
  }
}
