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

  /// How many numbers they have together. Makes no names, so that the sizes may be anything.
  ///
  /// @throws ArithmeticException if there are more than a long counts
  static long count(EncoderShape shape) {
    long hidden = shape.hidden();
    long rows = (long) shape.vocabulary() + shape.positions() + shape.tokenTypes() + 2;
    long attention = 4 * (hidden * hidden + hidden) + 2 * hidden;
    long forward = 2 * hidden * shape.intermediate() + shape.intermediate() + 3 * hidden;
    return Math.addExact(
        Math.multiplyExact(rows, hidden), Math.multiplyExact(shape.layers(), attention + forward));
  }

  /// Where the tensors that the shape asks for are among those found, in order; others (a pooler,
  /// heads of pre-training, position ids) are left out.
  ///
  /// @param found the size of each tensor, by name
  /// @param where the file, for messages
  /// @return the name among those found, by the name without a prefix
  /// @throws Failure.CorruptArtifact naming a tensor that is missing or of another size
  static Map<String, String> select(EncoderShape shape, Map<String, long[]> found, String where) {
    String prefix = prefix(found);
    var selected = new LinkedHashMap<String, String>();
    sizes(shape)
        .forEach(
            (name, size) -> {
              String there =
                  find(found, prefix + name)
                      .orElseThrow(
                          () ->
                              new Failure.CorruptArtifact(
                                  where + " lacks the tensor " + prefix + name));
              long[] given = found.getOrDefault(there, new long[0]);
              if (!Arrays.equals(given, size)) {
                throw new Failure.CorruptArtifact(
                    where
                        + ": the tensor "
                        + name
                        + " is "
                        + Arrays.toString(given)
                        + ", but config.json asks for "
                        + Arrays.toString(size));
              }
              selected.put(name, there);
            });
    return selected;
  }

  /// The tensors of `found` that the shape asks for, in order. Copies no data.
  ///
  /// @throws Failure.CorruptArtifact naming a tensor that is missing, of another size or not finite
  static NamedTensors select(EncoderShape shape, NamedTensors found, String where) {
    var sizes = new LinkedHashMap<String, long[]>();
    found.names().forEach(name -> sizes.put(name, found.get(name).shape()));
    var selected = new NamedTensors();
    select(shape, sizes, where)
        .forEach(
            (name, there) -> {
              requireFinite(found.get(there).data(), name, where);
              selected.put(name, found.get(there));
            });
    return selected;
  }

  private static String prefix(Map<String, long[]> found) {
    return PREFIXES.stream()
        .filter(prefix -> found.containsKey(prefix + "embeddings.word_embeddings.weight"))
        .findFirst()
        .orElse("");
  }

  /// Checkpoints of TensorFlow descent call a LayerNorm's weight gamma and its bias beta.
  private static Optional<String> find(Map<String, long[]> found, String name) {
    String old =
        name.replace("LayerNorm.weight", "LayerNorm.gamma")
            .replace("LayerNorm.bias", "LayerNorm.beta");
    return found.containsKey(name)
        ? Optional.of(name)
        : found.containsKey(old) ? Optional.of(old) : Optional.empty();
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
