package dev.whetstone.encode;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.whetstone.core.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// ONNX Runtime over a graph that gives `last_hidden_state`; a [VectorHead] makes vectors of it.
final class OnnxRuntime implements BatchRuntime {
  /// Sessions that are open in this process.
  static final AtomicInteger OPEN = new AtomicInteger();

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final VectorHead head;

  private OnnxRuntime(OrtEnvironment environment, OrtSession session, VectorHead head) {
    this.environment = environment;
    this.session = session;
    this.head = head;
  }

  static OnnxRuntime open(Path graph, VectorHead head, int threads) {
    var environment = OrtEnvironment.getEnvironment();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.setMemoryPatternOptimization(false);
      var session = environment.createSession(graph.toString(), options);
      OPEN.incrementAndGet();
      return new OnnxRuntime(environment, session, head);
    } catch (OrtException e) {
      throw new Failure.CorruptArtifact(
          graph + " cannot be opened by ONNX Runtime: " + e.getMessage(), e);
    }
  }

  @Override
  public float[] embed(List<int[]> ids) {
    int tokens = ids.stream().mapToInt(x -> x.length).max().orElse(0);
    if (tokens == 0) {
      return new float[0];
    }
    LongBuffer words = longs(ids.size() * tokens);
    LongBuffer mask = longs(ids.size() * tokens);
    for (int row = 0; row < ids.size(); row++) {
      int[] sequence = ids.get(row);
      for (int i = 0; i < sequence.length; i++) {
        words.put(row * tokens + i, sequence[i]);
        mask.put(row * tokens + i, 1);
      }
    }
    return run(ids, tokens, Map.of("input_ids", words, "attention_mask", mask));
  }

  private float[] run(List<int[]> ids, int tokens, Map<String, LongBuffer> buffers) {
    long[] shape = {ids.size(), tokens};
    var inputs = new HashMap<String, OnnxTensor>();
    try {
      for (String name : session.getInputNames()) {
        LongBuffer buffer = buffers.get(name);
        inputs.put(
            name,
            OnnxTensor.createTensor(
                environment, buffer == null ? longs(ids.size() * tokens) : buffer, shape));
      }
      try (var result = session.run(inputs)) {
        return head.vectors(ids, tokens, ((OnnxTensor) result.get(0)).getFloatBuffer());
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refused a batch: " + e.getMessage(), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static LongBuffer longs(int count) {
    return ByteBuffer.allocateDirect(8 * count).order(ByteOrder.nativeOrder()).asLongBuffer();
  }

  @Override
  public void close() {
    try {
      session.close();
      OPEN.decrementAndGet();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close a session", e);
    }
  }
}
