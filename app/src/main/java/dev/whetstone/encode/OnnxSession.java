package dev.whetstone.encode;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.whetstone.core.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/// A graph opened by ONNX Runtime: token ids in, the first output out. Safe for many threads; close
/// it to free the weights.
final class OnnxSession implements AutoCloseable {
  /// Sessions that are open in this process.
  static final AtomicInteger OPEN = new AtomicInteger();

  private final OrtEnvironment environment;
  private final OrtSession session;

  private OnnxSession(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  /// @throws Failure.CorruptArtifact if it is no graph
  static OnnxSession open(Path graph, int threads) {
    var environment = OrtEnvironment.getEnvironment();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.setMemoryPatternOptimization(false);
      var session = environment.createSession(graph.toString(), options);
      OPEN.incrementAndGet();
      return new OnnxSession(environment, session);
    } catch (OrtException e) {
      throw new Failure.CorruptArtifact(
          graph + " cannot be opened by ONNX Runtime: " + e.getMessage(), e);
    }
  }

  /// Computes a batch.
  ///
  /// @param ids token sequences, padded here to the longest
  /// @param secondFrom for each, where its tokens of type 1 begin; empty where there are none
  /// @param read takes the longest length and the output, which is gone when it returns
  <T> T run(List<int[]> ids, int[] secondFrom, BiFunction<Integer, FloatBuffer, T> read) {
    int tokens = ids.stream().mapToInt(x -> x.length).max().orElse(0);
    LongBuffer words = longs(ids.size() * tokens);
    LongBuffer mask = longs(ids.size() * tokens);
    LongBuffer types = longs(ids.size() * tokens);
    for (int row = 0; row < ids.size(); row++) {
      int[] sequence = ids.get(row);
      int second = secondFrom.length == 0 ? sequence.length : secondFrom[row];
      for (int i = 0; i < sequence.length; i++) {
        words.put(row * tokens + i, sequence[i]);
        mask.put(row * tokens + i, 1);
        types.put(row * tokens + i, i < second ? 0 : 1);
      }
    }
    var buffers = Map.of("input_ids", words, "attention_mask", mask, "token_type_ids", types);
    long[] shape = {ids.size(), tokens};
    var inputs = new HashMap<String, OnnxTensor>();
    try {
      for (String name : session.getInputNames()) {
        LongBuffer buffer = buffers.get(name);
        if (buffer == null) {
          throw new IllegalStateException("the graph asks for " + name);
        }
        inputs.put(name, OnnxTensor.createTensor(environment, buffer, shape));
      }
      try (var result = session.run(inputs)) {
        return read.apply(tokens, ((OnnxTensor) result.get(0)).getFloatBuffer());
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
