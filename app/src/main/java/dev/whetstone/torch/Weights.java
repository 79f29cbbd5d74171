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
import org.bytedeco.pytorch.global.torch.ScalarType;

/// An encoder's tensors (weights, or their gradients) in native memory, as [ParameterLayout] orders
/// them: one flat tensor and views into it by name; the word table beside it. Close it to free
/// them.
final class Weights implements AutoCloseable {
  private final ParameterLayout layout;
  private final Tensor words;
  private final Tensor flat;
  private final Map<String, Tensor> views;
  private final List<Pointer> owned;

  private Weights(
      ParameterLayout layout,
      Tensor words,
      Tensor flat,
      Map<String, Tensor> views,
      List<Pointer> owned) {
    this.layout = layout;
    this.words = words;
    this.flat = flat;
    this.views = views;
    this.owned = owned;
  }

  /// All zero, and an empty word table.
  static Weights zeros(ParameterLayout layout, ScalarType type) {
    try (var scope = new Scope()) {
      Tensor words = scope.keep(Device.zeros(type, 0));
      Tensor flat = scope.keep(Device.zeros(type, layout.length()));
      return views(scope, layout, words, flat);
    }
  }

  /// All zero: those of the layers' linear maps in one type, the others in fp32; an empty word
  /// table.
  static Weights zerosOf(ParameterLayout layout, ScalarType linears) {
    try (var scope = new Scope()) {
      Tensor words = scope.keep(Device.zeros(ScalarType.Float, 0));
      Tensor flat = scope.keep(Device.zeros(linears, layout.length()));
      var views = new HashMap<String, Tensor>();
      for (String name : layout.linearNames()) {
        views.put(name, scope.keep(view(layout, flat, name)));
      }
      for (String name : layout.otherNames()) {
        views.put(name, scope.keep(Device.zeros(ScalarType.Float, layout.shape(name))));
      }
      var owned = new ArrayList<Pointer>(views.values());
      owned.add(words);
      owned.add(flat);
      return new Weights(layout, words, flat, views, owned);
    }
  }

  /// Copies of the arrays that the layout asks for; others are left out.
  ///
  /// @throws Failure.CorruptArtifact naming a tensor that is missing or of another size
  static Weights of(ParameterLayout layout, NamedTensors source) {
    var table = layout.description().embeddings().words();
    try (var scope = new Scope()) {
      Tensor words = scope.keep(Device.zeros(ScalarType.Float, table.rows(), table.width()));
      Tensor flat = scope.keep(Device.zeros(ScalarType.Float, layout.length()));
      Weights weights = views(scope, layout, words, flat);
      weights.load(source);
      return weights;
    }
  }

  private static Weights views(Scope scope, ParameterLayout layout, Tensor words, Tensor flat) {
    var views = new HashMap<String, Tensor>();
    for (String name : layout.names()) {
      views.put(name, scope.keep(view(layout, flat, name)));
    }
    var owned = new ArrayList<Pointer>(views.values());
    owned.add(words);
    owned.add(flat);
    return new Weights(layout, words, flat, views, owned);
  }

  private static Tensor view(ParameterLayout layout, Tensor flat, String name) {
    ParameterLayout.Span span = layout.span(name);
    return flat.narrow(0, span.offset(), span.count()).view(layout.shape(name));
  }

  /// The same tensors, but those of the layers' linear maps in another type: copies, not shared.
  /// Closing it leaves this as it is.
  Weights withLinears(ScalarType type) {
    try (var scope = new Scope()) {
      Tensor cast = scope.keep(flat.to(type));
      var owned = new ArrayList<Pointer>(List.of(cast));
      var all = new HashMap<>(views);
      for (String name : layout.linearNames()) {
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

  /// Adds each tensor but the word table to that of other weights.
  void addTo(Weights sum) {
    for (ParameterLayout.Span span : layout.linearSpans()) {
      sum.flat
          .narrow(0, span.offset(), span.count())
          .add_(flat.narrow(0, span.offset(), span.count()));
    }
    for (String name : layout.otherNames()) {
      sum.get(name).add_(get(name));
    }
  }

  ParameterLayout layout() {
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

  /// The same tensors, each as a leaf of automatic differentiation: they share the memory, and
  /// their gradients are by name at [Tensor#grad] after a backward pass. They belong to the open
  /// scope; this need not be closed.
  Weights leaves() {
    var leaves = new HashMap<String, Tensor>();
    views.forEach((name, view) -> leaves.put(name, view.detach().set_requires_grad(true)));
    return new Weights(layout, words, flat, leaves, List.of());
  }

  private String wordsName() {
    return layout.description().embeddings().words().weightName();
  }

  /// A view of one tensor; not of the word table.
  Tensor get(String name) {
    Tensor view = views.get(name);
    if (view == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return view;
  }

  /// Copies out, under the names of the description.
  NamedTensors export() {
    var out = new NamedTensors();
    Map<String, long[]> shapes = layout.descriptionShapes();
    FloatBuffer table = Device.memory(words);
    out.put(wordsName(), array(shapes, wordsName(), table));
    FloatBuffer buffer = Device.memory(flat);
    for (String name : layout.names()) {
      for (String part : layout.parts(name)) {
        out.put(part, array(shapes, part, buffer));
      }
    }
    return out;
  }

  private static NamedTensors.Array array(
      Map<String, long[]> shapes, String name, FloatBuffer buffer) {
    long[] shape = shapes.getOrDefault(name, new long[0]);
    float[] data = new float[Math.toIntExact(ParameterLayout.count(shape))];
    buffer.get(data);
    return new NamedTensors.Array(shape, data);
  }

  /// Overwrites all with copies of the arrays.
  void load(NamedTensors source) {
    Map<String, long[]> shapes = layout.descriptionShapes();
    shapes.forEach((name, shape) -> check(source.get(name), name, shape));
    FloatBuffer table = Device.memory(words);
    table.put(source.get(wordsName()).data());
    FloatBuffer buffer = Device.memory(flat);
    for (String name : layout.names()) {
      for (String part : layout.parts(name)) {
        buffer.put(source.get(part).data());
      }
    }
  }

  private static void check(NamedTensors.Array array, String name, long[] shape) {
    if (!Arrays.equals(array.shape(), shape)) {
      throw new Failure.CorruptArtifact(
          "tensor "
              + name
              + " is "
              + Arrays.toString(array.shape())
              + ", but the model's config asks for "
              + Arrays.toString(shape));
    }
  }

  @Override
  public void close() {
    owned.forEach(Scope::free);
  }
}
