package dev.whetstone.model;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.whetstone.core.EncoderShape;
import dev.whetstone.core.NamedTensors;
import java.util.List;

/// Builds a BERT encoder as an ONNX graph (opset 17): `input_ids`, `attention_mask`,
/// `token_type_ids` (int64 `[batch, tokens]`) to `last_hidden_state` (fp32 `[batch, tokens,
/// hidden]`). Nodes stand as exporters write them, so that ONNX Runtime finds the patterns it
/// fuses.
final class OnnxGraph {
  private static final int FLOAT = OnnxMl.TensorProto.DataType.FLOAT.getNumber();
  private static final int INT64 = OnnxMl.TensorProto.DataType.INT64.getNumber();

  private final EncoderShape shape;
  private final NamedTensors weights;
  private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("encoder");

  private OnnxGraph(EncoderShape shape, NamedTensors weights) {
    this.shape = shape;
    this.weights = weights;
  }

  /// @param weights under Hugging Face's names, dense ones `[out, in]`. They are taken out one by
  ///   one as they go into the graph, so that both together need the memory of one of them
  static OnnxMl.ModelProto of(EncoderShape shape, NamedTensors weights) {
    return new OnnxGraph(shape, weights).build();
  }

  private OnnxMl.ModelProto build() {
    for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
      graph.addInput(value(input, INT64, List.of("batch", "tokens")));
    }
    constants();
    String mask = mask();
    String state = embeddings();
    for (int i = 0; i < shape.layers(); i++) {
      state = layer(state, mask, i);
    }
    graph.addNode(node("Identity", "last_hidden_state", state));
    graph.addOutput(value("last_hidden_state", FLOAT, List.of("batch", "tokens", "hidden")));
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("whetstone")
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
        .setGraph(graph)
        .build();
  }

  private void constants() {
    float headSize = (float) shape.hidden() / shape.heads();
    scalar("one", 1f);
    scalar("masked", -10000f);
    scalar("root_of_head_size", (float) Math.sqrt(headSize));
    scalar("root_of_two", (float) Math.sqrt(2));
    scalar("half", .5f);
    integers("first", 0);
    integers("axis_1", 1);
    integers("axis_2", 2);
    integers("split", 0, 0, shape.heads(), (long) headSize);
    integers("joined", 0, 0, shape.hidden());
  }

  /// 0 where there is a token, -10000 where there is padding: `[batch, 1, 1, tokens]`.
  private String mask() {
    op("Unsqueeze", "mask_3", "attention_mask", "axis_1");
    op("Unsqueeze", "mask_4", "mask_3", "axis_2");
    graph.addNode(node("Cast", "mask_float", "mask_4").addAttribute(attribute("to", FLOAT)));
    op("Sub", "mask_inverse", "one", "mask_float");
    return op("Mul", "mask", "mask_inverse", "masked");
  }

  private String embeddings() {
    String words = "embeddings.word_embeddings";
    weight(words + ".weight");
    weight("embeddings.position_embeddings.weight");
    weight("embeddings.token_type_embeddings.weight");
    var positions = new long[shape.positions()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = i;
    }
    integers("positions", positions);
    graph.addNode(
        node("Shape", "length", "input_ids")
            .addAttribute(attribute("start", 1))
            .addAttribute(attribute("end", 2)));
    op("Slice", "position_ids", "positions", "first", "length");
    op("Gather", words, words + ".weight", "input_ids");
    op("Gather", "embeddings.types", "embeddings.token_type_embeddings.weight", "token_type_ids");
    op("Gather", "embeddings.places", "embeddings.position_embeddings.weight", "position_ids");
    op("Add", "embeddings.sum_1", words, "embeddings.types");
    op("Add", "embeddings.sum_2", "embeddings.sum_1", "embeddings.places");
    return norm("embeddings.sum_2", "embeddings.LayerNorm");
  }

  private String layer(String state, String mask, int number) {
    String name = "encoder.layer." + number;
    String attended = dense(attention(state, mask, name), name + ".attention.output.dense");
    String sum = op("Add", name + ".attention.output.sum", attended, state);
    String middle = norm(sum, name + ".attention.output.LayerNorm");
    String wide = gelu(dense(middle, name + ".intermediate.dense"), name + ".gelu");
    String narrow = dense(wide, name + ".output.dense");
    return norm(op("Add", name + ".output.sum", narrow, middle), name + ".output.LayerNorm");
  }

  /// softmax(QKᵀ / √head size + mask) V, heads side by side: `[batch, tokens, hidden]`.
  private String attention(String state, String mask, String layer) {
    String name = layer + ".attention.self";
    String query = heads(dense(state, name + ".query"), name + ".query", 0, 2, 1, 3);
    String key = heads(dense(state, name + ".key"), name + ".key", 0, 2, 3, 1);
    String value = heads(dense(state, name + ".value"), name + ".value", 0, 2, 1, 3);
    op("MatMul", name + ".products", query, key);
    op("Div", name + ".scaled", name + ".products", "root_of_head_size");
    op("Add", name + ".scores", name + ".scaled", mask);
    graph.addNode(
        node("Softmax", name + ".shares", name + ".scores").addAttribute(attribute("axis", -1)));
    op("MatMul", name + ".mixed", name + ".shares", value);
    transpose(name + ".mixed", name + ".rows", 0, 2, 1, 3);
    return op("Reshape", name, name + ".rows", "joined");
  }

  private String heads(String input, String name, long... order) {
    op("Reshape", name + ".split", input, "split");
    return transpose(name + ".split", name + ".heads", order);
  }

  private String transpose(String input, String output, long... order) {
    var attribute =
        OnnxMl.AttributeProto.newBuilder()
            .setName("perm")
            .setType(OnnxMl.AttributeProto.AttributeType.INTS);
    for (long axis : order) {
      attribute.addInts(axis);
    }
    graph.addNode(node("Transpose", output, input).addAttribute(attribute));
    return output;
  }

  /// x · Wᵀ + b.
  private String dense(String input, String name) {
    NamedTensors.Array turned = OnnxWeights.transposed(weights.take(name + ".weight"));
    constant(name + ".weight", turned.shape(), turned.data());
    weight(name + ".bias");
    op("MatMul", name + ".product", input, name + ".weight");
    return op("Add", name, name + ".product", name + ".bias");
  }

  /// x / 2 · (1 + erf(x / √2)).
  private String gelu(String input, String name) {
    op("Div", name + ".divided", input, "root_of_two");
    op("Erf", name + ".erf", name + ".divided");
    op("Add", name + ".plus", name + ".erf", "one");
    op("Mul", name + ".times", input, name + ".plus");
    return op("Mul", name, name + ".times", "half");
  }

  private String norm(String input, String name) {
    weight(name + ".weight");
    weight(name + ".bias");
    graph.addNode(
        node("LayerNormalization", name, input, name + ".weight", name + ".bias")
            .addAttribute(attribute("axis", -1))
            .addAttribute(
                OnnxMl.AttributeProto.newBuilder()
                    .setName("epsilon")
                    .setType(OnnxMl.AttributeProto.AttributeType.FLOAT)
                    .setF((float) shape.layerNormEpsilon())));
    return name;
  }

  private String op(String type, String output, String... inputs) {
    graph.addNode(node(type, output, inputs));
    return output;
  }

  private static OnnxMl.NodeProto.Builder node(String type, String output, String... inputs) {
    return OnnxMl.NodeProto.newBuilder()
        .setOpType(type)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private static OnnxMl.AttributeProto.Builder attribute(String name, long value) {
    return OnnxMl.AttributeProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.AttributeProto.AttributeType.INT)
        .setI(value);
  }

  private void weight(String name) {
    NamedTensors.Array array = weights.take(name);
    constant(name, array.shape(), array.data());
  }

  private void scalar(String name, float value) {
    constant(name, new long[0], new float[] {value});
  }

  private void constant(String name, long[] size, float[] data) {
    add(name, size, FLOAT, UnsafeByteOperations.unsafeWrap(FloatBytes.of(data)));
  }

  private void integers(String name, long... values) {
    var bytes =
        java.nio.ByteBuffer.allocate(8 * values.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    add(name, new long[] {values.length}, INT64, UnsafeByteOperations.unsafeWrap(bytes));
  }

  private void add(String name, long[] size, int type, ByteString bytes) {
    var tensor = OnnxMl.TensorProto.newBuilder().setName(name).setDataType(type).setRawData(bytes);
    for (long side : size) {
      tensor.addDims(side);
    }
    graph.addInitializer(tensor);
  }

  private static OnnxMl.ValueInfoProto value(String name, int type, List<String> axes) {
    var size = OnnxMl.TensorShapeProto.newBuilder();
    for (String axis : axes) {
      size.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam(axis));
    }
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder().setElemType(type).setShape(size)))
        .build();
  }
}
