package dev.whetstone.torch;

import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.Tensor;

/// The network's tensors by name. Names are Hugging Face's, but query, key and value of a layer are
/// one tensor, `encoder.layer.N.attention.qkv.weight` (`[3 * hidden, hidden]`) and `.bias`, so that
/// they are one matrix product.
final class Weights implements AutoCloseable {
  static final String WORDS = "embeddings.word_embeddings.weight";
  static final String POSITIONS = "embeddings.position_embeddings.weight";
  static final String TYPES = "embeddings.token_type_embeddings.weight";
  static final String EMBEDDING_NORM = "embeddings.LayerNorm";

  private static final List<String> QKV = List.of("query", "key", "value");

  /// Names of one layer, each to be ended by `.weight` or `.bias`.
  record LayerNames(
      String qkv, String attentionOut, String attentionNorm, String up, String down, String norm) {
    static LayerNames of(int layer) {
      String prefix = "encoder.layer." + layer;
      return new LayerNames(
          prefix + ".attention.qkv",
          prefix + ".attention.output.dense",
          prefix + ".attention.output.LayerNorm",
          prefix + ".intermediate.dense",
          prefix + ".output.dense",
          prefix + ".output.LayerNorm");
    }

    List<String> products() {
      return List.of(qkv, attentionOut, up, down);
    }
  }

  private final Map<String, Tensor> tensors;

  Weights(Map<String, Tensor> tensors) {
    this.tensors = tensors;
  }

  /// Copies the arrays that the shape asks for; others are left out.
  ///
  /// @throws Failure.CorruptArtifact naming a tensor that is missing or of another size
  static Weights of(EncoderShape shape, NamedTensors source) {
    try (var scope = new Scope()) {
      var tensors = new LinkedHashMap<String, Tensor>();
      expected(shape)
          .forEach((name, size) -> tensors.put(name, scope.keep(tensor(source, name, size))));
      return new Weights(tensors);
    }
  }

  /// Every tensor's size, in the order of the network.
  static Map<String, long[]> expected(EncoderShape shape) {
    long hidden = shape.hidden();
    var sizes = new LinkedHashMap<String, long[]>();
    sizes.put(WORDS, new long[] {shape.vocabulary(), hidden});
    sizes.put(POSITIONS, new long[] {shape.positions(), hidden});
    sizes.put(TYPES, new long[] {shape.tokenTypes(), hidden});
    putNorm(sizes, EMBEDDING_NORM, hidden);
    for (int i = 0; i < shape.layers(); i++) {
      var layer = LayerNames.of(i);
      putDense(sizes, layer.qkv(), 3 * hidden, hidden);
      putDense(sizes, layer.attentionOut(), hidden, hidden);
      putNorm(sizes, layer.attentionNorm(), hidden);
      putDense(sizes, layer.up(), shape.intermediate(), hidden);
      putDense(sizes, layer.down(), hidden, shape.intermediate());
      putNorm(sizes, layer.norm(), hidden);
    }
    return sizes;
  }

  /// Every tensor's size under Hugging Face's names: query, key and value on their own.
  static Map<String, long[]> huggingFace(EncoderShape shape) {
    var sizes = new LinkedHashMap<String, long[]>();
    expected(shape)
        .forEach(
            (name, size) -> {
              if (name.contains(".qkv.")) {
                for (int i = 0; i < 3; i++) {
                  sizes.put(separate(name, i), third(size));
                }
              } else {
                sizes.put(name, size);
              }
            });
    return sizes;
  }

  private static long[] third(long[] size) {
    long[] third = size.clone();
    third[0] /= 3;
    return third;
  }

  private static void putDense(Map<String, long[]> sizes, String name, long out, long in) {
    sizes.put(name + ".weight", new long[] {out, in});
    sizes.put(name + ".bias", new long[] {out});
  }

  private static void putNorm(Map<String, long[]> sizes, String name, long width) {
    sizes.put(name + ".weight", new long[] {width});
    sizes.put(name + ".bias", new long[] {width});
  }

  private static Tensor tensor(NamedTensors source, String name, long[] size) {
    return AbstractTensor.create(array(source, name, size), size);
  }

  private static float[] array(NamedTensors source, String name, long[] size) {
    if (!name.contains(".qkv.")) {
      return checked(source, name, size);
    }
    long[] third = third(size);
    float[] all = new float[Math.toIntExact(count(size))];
    for (int i = 0; i < 3; i++) {
      float[] part = checked(source, separate(name, i), third);
      System.arraycopy(part, 0, all, i * part.length, part.length);
    }
    return all;
  }

  private static String separate(String name, int which) {
    return name.replace("qkv", "self." + QKV.get(which));
  }

  private static float[] checked(NamedTensors source, String name, long[] size) {
    NamedTensors.Array array = source.get(name);
    if (!Arrays.equals(array.shape(), size)) {
      throw new Failure.CorruptArtifact(
          "tensor "
              + name
              + " is "
              + Arrays.toString(array.shape())
              + ", but the model's config asks for "
              + Arrays.toString(size));
    }
    return array.data();
  }

  private static long count(long[] size) {
    long count = 1;
    for (long side : size) {
      count *= side;
    }
    return count;
  }

  /// Copies out, under Hugging Face's names.
  NamedTensors export(EncoderShape shape) {
    var out = new NamedTensors();
    expected(shape)
        .forEach(
            (name, size) -> {
              float[] data = floats(get(name), Math.toIntExact(count(size)));
              if (!name.contains(".qkv.")) {
                out.put(name, new NamedTensors.Array(size, data));
                return;
              }
              int n = data.length / 3;
              for (int i = 0; i < 3; i++) {
                float[] part = Arrays.copyOfRange(data, i * n, (i + 1) * n);
                out.put(separate(name, i), new NamedTensors.Array(third(size), part));
              }
            });
    return out;
  }

  static float[] floats(Tensor tensor, int count) {
    float[] data = new float[count];
    FloatBuffer buffer = tensor.createBuffer();
    buffer.get(data);
    return data;
  }

  /// Writes the arrays into the tensors that are there.
  void load(EncoderShape shape, NamedTensors source) {
    expected(shape)
        .forEach(
            (name, size) -> {
              FloatBuffer buffer = get(name).createBuffer();
              buffer.put(array(source, name, size));
            });
  }

  Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return tensor;
  }

  List<String> names() {
    return new ArrayList<>(tensors.keySet());
  }

  /// A view with some tensors replaced. Not to be closed: it owns none.
  Weights with(Weights others) {
    var all = new LinkedHashMap<>(tensors);
    all.putAll(others.tensors);
    return new Weights(all);
  }

  /// Names of the weights and biases of every matrix product.
  static List<String> products(EncoderShape shape) {
    var names = new ArrayList<String>();
    for (int i = 0; i < shape.layers(); i++) {
      for (String name : LayerNames.of(i).products()) {
        names.add(name + ".weight");
        names.add(name + ".bias");
      }
    }
    return names;
  }

  @Override
  public void close() {
    tensors.values().forEach(Scope::free);
  }
}
