package dev.whetstone.encode;

import dev.whetstone.model.Model;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The runtimes of one model, each opened when it is first needed.
final class Runtimes implements AutoCloseable {
  private final Model model;
  private final EncoderSettings settings;
  private final Map<RuntimeChoice, BatchRuntime> open = new EnumMap<>(RuntimeChoice.class);
  private boolean closed;

  Runtimes(Model model, EncoderSettings settings) {
    this.model = model;
    this.settings = settings;
  }

  /// For questions: always the same runtime, so that their vectors do not depend on how many come.
  BatchRuntime forQueries() {
    return get(
        settings.runtime() == RuntimeChoice.AUTO ? RuntimeChoice.ONNX_FP32 : settings.runtime());
  }

  /// For these sequences as passages.
  BatchRuntime forPassages(List<int[]> ids) {
    return forQueries();
  }

  synchronized BatchRuntime get(RuntimeChoice choice) {
    if (closed) {
      throw new IllegalStateException("the encoder of " + model.name() + " is closed");
    }
    return open.computeIfAbsent(choice, this::start);
  }

  private BatchRuntime start(RuntimeChoice choice) {
    return OnnxRuntime.open(model.onnx(), model.pooling(), model.dimension(), settings.threads());
  }

  @Override
  public synchronized void close() {
    closed = true;
    open.values().forEach(BatchRuntime::close);
    open.clear();
  }
}
