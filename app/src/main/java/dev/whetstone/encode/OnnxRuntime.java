package dev.whetstone.encode;

import java.nio.file.Path;
import java.util.List;

/// ONNX Runtime over a graph that gives `last_hidden_state`; a [VectorHead] makes vectors of it.
record OnnxRuntime(OnnxSession session, VectorHead head) implements BatchRuntime {
  private static final int[] ONE_TYPE = {};

  static OnnxRuntime open(Path graph, VectorHead head, int threads) {
    return new OnnxRuntime(OnnxSession.open(graph, threads), head);
  }

  @Override
  public float[] embed(List<int[]> ids) {
    return ids.isEmpty()
        ? new float[0]
        : session.run(ids, ONE_TYPE, (tokens, states) -> head.vectors(ids, tokens, states));
  }

  @Override
  public void close() {
    session.close();
  }
}
