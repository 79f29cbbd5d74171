package dev.whetstone.model;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.whetstone.core.NamedTensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Puts an ONNX graph together (opset 17): inputs, constants and nodes in the order of the calls. A
/// node has the name of its output.
final class OnnxBuilder {
  static final int FLOAT = OnnxMl.TensorProto.DataType.FLOAT.getNumber();
  static final int INT8 = OnnxMl.TensorProto.DataType.INT8.getNumber();
  static final int UINT8 = OnnxMl.TensorProto.DataType.UINT8.getNumber();
  static final int INT64 = OnnxMl.TensorProto.DataType.INT64.getNumber();

  private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("encoder");

  void input(String name, int type, List<String> axes) {
    graph.addInput(value(name, type, axes));
  }

  void output(String name, int type, List<String> axes) {
    graph.addOutput(value(name, type, axes));
  }

  OnnxMl.ModelProto build() {
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("whetstone")
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
        .setGraph(graph)
        .build();
  }

  /// A node of one output.
  ///
  /// @return the output's name
  String op(String type, String output, String... inputs) {
    graph.addNode(node(type, output, inputs));
    return output;
  }

  /// The same with whole-number attributes: name, value, name, value.
  String op(String type, String output, List<String> inputs, Object... attributes) {
    var node = node(type, output, inputs.toArray(String[]::new));
    for (int i = 0; i < attributes.length; i += 2) {
      node.addAttribute(
          attribute((String) attributes[i], ((Number) attributes[i + 1]).longValue()));
    }
    graph.addNode(node);
    return output;
  }

  /// A node of several outputs.
  void ops(String type, List<String> outputs, List<String> inputs) {
    graph.addNode(
        OnnxMl.NodeProto.newBuilder()
            .setOpType(type)
            .setName(outputs.getFirst())
            .addAllInput(inputs)
            .addAllOutput(outputs));
  }

  String cast(String output, String input, int type) {
    return op("Cast", output, List.of(input), "to", type);
  }

  /// Cuts the last axis into equal parts.
  void split(String input, List<String> outputs) {
    graph.addNode(
        OnnxMl.NodeProto.newBuilder()
            .setOpType("Split")
            .setName(outputs.getFirst())
            .addInput(input)
            .addAllOutput(outputs)
            .addAttribute(attribute("axis", -1)));
  }

  String transpose(String input, String output, long... order) {
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

  /// The largest of the last axis, which stays with length 1.
  String largest(String output, String input) {
    graph.addNode(
        node("ReduceMax", output, input)
            .addAttribute(
                OnnxMl.AttributeProto.newBuilder()
                    .setName("axes")
                    .setType(OnnxMl.AttributeProto.AttributeType.INTS)
                    .addInts(-1)));
    return output;
  }

  String layerNorm(String output, List<String> inputs, double epsilon) {
    graph.addNode(
        node("LayerNormalization", output, inputs.toArray(String[]::new))
            .addAttribute(attribute("axis", -1))
            .addAttribute(
                OnnxMl.AttributeProto.newBuilder()
                    .setName("epsilon")
                    .setType(OnnxMl.AttributeProto.AttributeType.FLOAT)
                    .setF((float) epsilon)));
    return output;
  }

  void scalar(String name, float value) {
    constant(name, new long[0], new float[] {value});
  }

  void constant(String name, NamedTensors.Array array) {
    constant(name, array.shape(), array.data());
  }

  void constant(String name, long[] size, float[] data) {
    add(name, size, FLOAT, UnsafeByteOperations.unsafeWrap(FloatBytes.of(data)));
  }

  /// 8-bit numbers.
  void bytes(String name, long[] size, byte[] data) {
    add(name, size, INT8, UnsafeByteOperations.unsafeWrap(data));
  }

  /// One 8-bit number without a sign.
  void unsignedByte(String name, byte value) {
    add(name, new long[0], UINT8, ByteString.copyFrom(new byte[] {value}));
  }

  void integers(String name, long... values) {
    var bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    add(name, new long[] {values.length}, INT64, UnsafeByteOperations.unsafeWrap(bytes));
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
