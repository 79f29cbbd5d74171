package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkDescription.DenseModule;
import dev.whetstone.core.NetworkDescription.EmbeddingTable;
import dev.whetstone.core.NetworkDescription.Layer;
import dev.whetstone.core.NetworkDescription.LayerNorm;
import dev.whetstone.core.NetworkDescription.Linear;
import dev.whetstone.core.NetworkDescription.Parameter;
import dev.whetstone.core.NetworkDescription.Projections;
import dev.whetstone.core.NetworkOutput.HeadModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where each tensor of a network stands in one flat run of floats, so that the optimiser, the norm
/// of the gradient and a cast each take one pass. The word table is on its own: a step touches few
/// of its rows.
///
/// Names are those of the description, but where query, key and value of a layer are three tensors
/// there, they are one here ([#queryKeyValue], `[3 * width, hidden]`), so that they are one matrix
/// product.
///
/// The order is: weights of the layers' linear maps, tables, weights of the head; then, without
/// weight decay, biases of the layers' linear maps, LayerNorms, biases of the head. Checkpoints of
/// a training hold the optimiser's moments in this order.
final class ParameterLayout {
  /// A tensor's place: `[offset, offset + count)`.
  record Span(long offset, long count) {}

  private final NetworkDescription description;
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final Map<String, Span> spans = new HashMap<>();
  private final Map<String, List<String>> parts = new HashMap<>();
  private final List<Linear> queryKeyValue = new ArrayList<>();
  private final List<String> linearNames = new ArrayList<>();
  private final List<Span> linearSpans;
  private final long decayEnd;
  private long length;

  ParameterLayout(NetworkDescription description) {
    this.description = description;
    var linears = new ArrayList<Linear>();
    for (Layer layer : description.stack().layers()) {
      Linear fused = fused(layer.attention().projections());
      queryKeyValue.add(fused);
      linears.add(fused);
      linears.add(layer.attention().output());
      linears.add(layer.feedForward().up());
      linears.add(layer.feedForward().down());
    }
    var tables = new ArrayList<Parameter>();
    var norms = new ArrayList<Parameter>();
    for (Parameter parameter : description.parameters()) {
      switch (parameter) {
        case EmbeddingTable table -> tables.add(table);
        case LayerNorm norm -> norms.add(norm);
        case Linear _ -> {}
      }
    }
    tables.remove(description.embeddings().words());
    var head = new ArrayList<Linear>();
    for (HeadModule module : description.output().modules()) {
      if (module instanceof DenseModule(Linear linear, _)) {
        head.add(linear);
      }
    }

    linears.forEach(this::placeWeight);
    var linearWeights = new Span(0, length);
    tables.forEach(this::placeWeight);
    head.forEach(this::placeWeight);
    this.decayEnd = length;
    linears.forEach(this::placeBias);
    var linearBiases = new Span(decayEnd, length - decayEnd);
    for (Parameter norm : norms) {
      placeWeight(norm);
      placeBias(norm);
    }
    head.forEach(this::placeBias);
    for (Linear linear : linears) {
      linearNames.add(linear.weightName());
      if (linear.bias()) {
        linearNames.add(linear.biasName());
      }
    }
    this.linearSpans = List.of(linearWeights, linearBiases);
  }

  private Linear fused(Projections projections) {
    return switch (projections) {
      case Projections.Fused(Linear all) -> all;
      case Projections.Separate(Linear query, Linear key, Linear value) -> {
        var all =
            new Linear(query.name() + "+key+value", query.in(), 3 * query.out(), query.bias());
        List<Linear> three = List.of(query, key, value);
        parts.put(all.weightName(), three.stream().map(Parameter::weightName).toList());
        parts.put(all.biasName(), three.stream().map(Parameter::biasName).toList());
        yield all;
      }
    };
  }

  private void placeWeight(Parameter parameter) {
    place(parameter.weightName(), parameter.shape());
  }

  private void placeBias(Parameter parameter) {
    if (parameter.bias()) {
      place(parameter.biasName(), new long[] {parameter.shape()[0]});
    }
  }

  private void place(String name, long[] shape) {
    long count = count(shape);
    shapes.put(name, shape);
    spans.put(name, new Span(length, count));
    length += count;
  }

  NetworkDescription description() {
    return description;
  }

  /// What makes queries, keys and values of a layer, in one product.
  Linear queryKeyValue(int layer) {
    return queryKeyValue.get(layer);
  }

  /// All tensors but the word table, in their order.
  List<String> names() {
    return List.copyOf(shapes.keySet());
  }

  /// Weights and biases of the layers' linear maps: those that bf16 computes with.
  List<String> linearNames() {
    return linearNames;
  }

  /// The others: tables, LayerNorms, the head.
  List<String> otherNames() {
    var others = new ArrayList<>(shapes.keySet());
    others.removeAll(Set.copyOf(linearNames));
    return others;
  }

  long[] shape(String name) {
    long[] shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return shape;
  }

  Span span(String name) {
    Span span = spans.get(name);
    if (span == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return span;
  }

  /// Where the tensors of [#linearNames] stand.
  List<Span> linearSpans() {
    return linearSpans;
  }

  /// A run of floats whose learning rate is this share of the step's.
  record RateSpan(Span span, double factor) {}

  /// All floats in runs of one learning rate, of which none crosses [#decayEnd]. The top layer, the
  /// final norm and the head have the whole rate, a layer below `layerDecay` times that of the one
  /// above it, tables and the embeddings' norm that of a layer below the lowest.
  ///
  /// @param layerDecay 1: two runs
  List<RateSpan> rateSpans(double layerDecay) {
    Map<String, Integer> below = layersBelowTop();
    var runs = new ArrayList<RateSpan>();
    for (String name : names()) {
      Span span = span(name);
      double factor = Math.pow(layerDecay, below.getOrDefault(name, 0));
      RateSpan last = runs.isEmpty() ? null : runs.getLast();
      if (last != null && last.factor() == factor && span.offset() != decayEnd) {
        runs.removeLast();
        span = new Span(last.span().offset(), last.span().count() + span.count());
      }
      runs.add(new RateSpan(span, factor));
    }
    return runs;
  }

  /// Of the embeddings' rates, as of [#rateSpans].
  double embeddingFactor(double layerDecay) {
    return Math.pow(layerDecay, description.stack().layers().size());
  }

  /// Those that are not here are at the top.
  private Map<String, Integer> layersBelowTop() {
    var below = new HashMap<String, Integer>();
    List<Layer> layers = description.stack().layers();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      var parameters = new ArrayList<Parameter>();
      parameters.add(queryKeyValue.get(i));
      parameters.add(layer.attention().output());
      parameters.add(layer.feedForward().up());
      parameters.add(layer.feedForward().down());
      layer.attentionNorm().ifPresent(parameters::add);
      parameters.add(layer.feedForwardNorm());
      for (Parameter parameter : parameters) {
        below.put(parameter.weightName(), layers.size() - 1 - i);
        below.put(parameter.biasName(), layers.size() - 1 - i);
      }
    }
    for (Parameter parameter : description.parameters()) {
      if (parameter instanceof EmbeddingTable) {
        below.put(parameter.weightName(), layers.size());
      }
    }
    description
        .embeddings()
        .norm()
        .ifPresent(
            norm -> {
              below.put(norm.weightName(), layers.size());
              below.put(norm.biasName(), layers.size());
            });
    return below;
  }

  /// Floats before this place are subject to weight decay.
  long decayEnd() {
    return decayEnd;
  }

  long length() {
    return length;
  }

  /// The description's tensors that make up one of ours, in order along its first side.
  List<String> parts(String name) {
    return parts.getOrDefault(name, List.of(name));
  }

  /// Every tensor's shape under the description's names, the word table first, in the order of this
  /// layout.
  Map<String, long[]> descriptionShapes() {
    var all = new LinkedHashMap<String, long[]>();
    all.put(
        description.embeddings().words().weightName(), description.embeddings().words().shape());
    shapes.forEach(
        (name, shape) -> {
          List<String> each = parts(name);
          for (String part : each) {
            long[] share = shape.clone();
            share[0] /= each.size();
            all.put(part, share);
          }
        });
    return all;
  }

  static long count(long[] shape) {
    long count = 1;
    for (long side : shape) {
      count *= side;
    }
    return count;
  }
}
