package dev.whetstone.torch;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// An encoder's tensors (weights, or their gradients) in native memory, as [Layout] orders them:
/// one flat tensor and views into it by name; the word table beside it. Close it to free them.
public final class Weights implements AutoCloseable {
  private final Layout layout;
  private final Tensor words;
  private final Tensor flat;
  private final Map<String, Tensor> views;
  private final List<Pointer> owned;

  private Weights(
      Layout layout, Tensor words, Tensor flat, Map<String, Tensor> views, List<Pointer> owned) {
    this.layout = layout;
    this.words = words;
    this.flat = flat;
    this.views = views;
    this.owned = owned;
  }

  /// All zero, and an empty word table.
  static Weights zeros(Layout layout, ScalarType type) {
    try (var scope = new Scope()) {
      Tensor words = scope.keep(torch.zeros(new long[] {0}, new TensorOptions(type)));
      Tensor flat = scope.keep(torch.zeros(new long[] {layout.length()}, new TensorOptions(type)));
      return views(scope, layout, words, flat);
    }
  }

  /// Copies of the arrays that the layout asks for; others are left out.
  ///
  /// @throws Failure.CorruptArtifact naming a tensor that is missing or of another size
  static Weights of(Layout layout, NamedTensors source) {
    try (var scope = new Scope()) {
      Tensor words = scope.keep(torch.zeros(layout.shape().vocabulary(), layout.shape().hidden()));
      Tensor flat = scope.keep(torch.zeros(layout.length()));
      Weights weights = views(scope, layout, words, flat);
      weights.load(source);
      return weights;
    }
  }

  private static Weights views(Scope scope, Layout layout, Tensor words, Tensor flat) {
    var views = new HashMap<String, Tensor>();
    for (String name : layout.names()) {
      views.put(name, scope.keep(view(layout, flat, name)));
    }
    var owned = new ArrayList<Pointer>(views.values());
    owned.add(words);
    owned.add(flat);
    return new Weights(layout, words, flat, views, owned);
  }

  private static Tensor view(Layout layout, Tensor flat, String name) {
    Layout.Span span = layout.span(name);
    return flat.narrow(0, span.offset(), span.count()).view(layout.size(name));
  }

  /// The same tensors, but those of the matrix products in another type: copies, not shared.
  /// Closing it leaves this as it is.
  Weights withProducts(ScalarType type) {
    try (var scope = new Scope()) {
      Tensor cast = scope.keep(flat.to(type));
      var owned = new ArrayList<Pointer>(List.of(cast));
      var all = new HashMap<>(views);
      for (String name : layout.products()) {
        Tensor view = scope.keep(view(layout, cast, name));
        owned.add(view);
        all.put(name, view);
      }
      return new Weights(layout, words, cast, all, owned);
    }
  }

  /// A copy of everything in another type.
  Weights copy(ScalarType type) {
    try (var scope = new Scope()) {
      Tensor otherWords = words.to(type, false, true, new MemoryFormatOptional());
      Tensor otherFlat = flat.to(type, false, true, new MemoryFormatOptional());
      return views(scope, layout, scope.keep(otherWords), scope.keep(otherFlat));
    }
  }

  Layout layout() {
    return layout;
  }

  /// `[vocabulary, hidden]`
  Tensor words() {
    return words;
  }

  /// `[layout.length]`
  Tensor flat() {
    return flat;
  }

  /// A view of one tensor; not of the word table.
  Tensor get(String name) {
    Tensor view = views.get(name);
    if (view == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return view;
  }

  /// Copies out, under Hugging Face's names.
  NamedTensors export() {
    var out = new NamedTensors();
    Map<String, long[]> sizes = layout.huggingFace();
    FloatBuffer table = words.createBuffer();
    out.put(Layout.WORDS, array(sizes, Layout.WORDS, table));
    FloatBuffer buffer = flat.createBuffer();
    for (String name : layout.names()) {
      for (String part : Layout.parts(name)) {
        out.put(part, array(sizes, part, buffer));
      }
    }
    return out;
  }

  private static NamedTensors.Array array(
      Map<String, long[]> sizes, String name, FloatBuffer buffer) {
    long[] size = sizes.getOrDefault(name, new long[0]);
    float[] data = new float[Math.toIntExact(Layout.count(size))];
    buffer.get(data);
    return new NamedTensors.Array(size, data);
  }

  /// Overwrites all with copies of the arrays.
  void load(NamedTensors source) {
    Map<String, long[]> sizes = layout.huggingFace();
    sizes.forEach((name, size) -> check(source.get(name), name, size));
    FloatBuffer table = words.createBuffer();
    table.put(source.get(Layout.WORDS).data());
    FloatBuffer buffer = flat.createBuffer();
    for (String name : layout.names()) {
      for (String part : Layout.parts(name)) {
        buffer.put(source.get(part).data());
      }
    }
  }

  private static void check(NamedTensors.Array array, String name, long[] size) {
    if (!Arrays.equals(array.shape(), size)) {
      throw new Failure.CorruptArtifact(
          "tensor "
              + name
              + " is "
              + Arrays.toString(array.shape())
              + ", but the model's config asks for "
              + Arrays.toString(size));
    }
  }

  @Override
  public void close() {
    owned.forEach(Scope::free);
  }
}
