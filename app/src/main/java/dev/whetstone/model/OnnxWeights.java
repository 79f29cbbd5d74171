package dev.whetstone.model;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.CodedInputStream;
import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the weights out of an exported BERT graph, under their Hugging Face names. An exporter
/// keeps the names of embeddings, biases and LayerNorms, but folds a dense layer's transposition
/// into a nameless constant `[in, out]`; the bias that is added to its product tells whose it is.
final class OnnxWeights {
  private static final int FLOAT = OnnxMl.TensorProto.DataType.FLOAT.getNumber();

  private OnnxWeights() {}

  /// @param where the file, for messages
  /// @return dense weights as `[out, in]`
  /// @throws Failure.CorruptArtifact if it is no ONNX model, or has its data elsewhere
  static NamedTensors read(InputStream in, String where) throws IOException {
    var coded = CodedInputStream.newInstance(in, 1 << 16);
    coded.setSizeLimit(Integer.MAX_VALUE);
    OnnxMl.GraphProto graph;
    try {
      graph = OnnxMl.ModelProto.parseFrom(coded).getGraph();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new Failure.CorruptArtifact(where + " is no ONNX model: " + e.getMessage(), e);
    }
    Map<String, String> dense = denseNames(graph);
    var tensors = new NamedTensors();
    for (OnnxMl.TensorProto tensor : graph.getInitializerList()) {
      if (tensor.getDataLocation() == OnnxMl.TensorProto.DataLocation.EXTERNAL) {
        throw new Failure.CorruptArtifact(
            where + " keeps the tensor " + tensor.getName() + " in another file; that is not read");
      }
      if (tensor.getDataType() == FLOAT) {
        String name = dense.get(tensor.getName());
        tensors.put(
            name == null ? tensor.getName() : name,
            name == null ? array(tensor, where) : transposed(array(tensor, where)));
      }
    }
    return tensors;
  }

  /// From a constant's name to the weight it is.
  private static Map<String, String> denseNames(OnnxMl.GraphProto graph) {
    Set<String> constants = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> constants.add(tensor.getName()));
    var biasAddedTo = new HashMap<String, String>();
    for (OnnxMl.NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Add")) {
        List<String> inputs = node.getInputList();
        for (int i = 0; i < 2; i++) {
          if (constants.contains(inputs.get(i)) && inputs.get(i).endsWith(".bias")) {
            biasAddedTo.put(inputs.get(1 - i), inputs.get(i));
          }
        }
      }
    }
    var names = new HashMap<String, String>();
    for (OnnxMl.NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("MatMul") && constants.contains(node.getInput(1))) {
        String bias = biasAddedTo.get(node.getOutput(0));
        if (bias != null) {
          names.put(
              node.getInput(1), bias.substring(0, bias.length() - ".bias".length()) + ".weight");
        }
      }
    }
    return names;
  }

  private static NamedTensors.Array array(OnnxMl.TensorProto tensor, String where) {
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    long count = 1;
    for (long side : shape) {
      count *= side;
    }
    boolean raw = tensor.getFloatDataCount() == 0;
    long there = raw ? tensor.getRawData().size() / 4L : tensor.getFloatDataCount();
    if (count != there) {
      throw new Failure.CorruptArtifact(
          where
              + ": the tensor "
              + tensor.getName()
              + " has "
              + there
              + " numbers instead of "
              + count);
    }
    var data = new float[Math.toIntExact(count)];
    if (raw) {
      tensor
          .getRawData()
          .asReadOnlyByteBuffer()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(data);
    } else {
      for (int i = 0; i < data.length; i++) {
        data[i] = tensor.getFloatData(i);
      }
    }
    return new NamedTensors.Array(shape, data);
  }

  /// A matrix with rows and columns exchanged.
  static NamedTensors.Array transposed(NamedTensors.Array matrix) {
    int rows = Math.toIntExact(matrix.shape()[0]);
    int columns = Math.toIntExact(matrix.shape()[1]);
    var out = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        out[c * rows + r] = matrix.data()[r * columns + c];
      }
    }
    return new NamedTensors.Array(new long[] {columns, rows}, out);
  }
}
