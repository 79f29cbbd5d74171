package dev.whetstone.encode;

import dev.whetstone.model.Model;
import dev.whetstone.torch.Network;
import dev.whetstone.torch.Precision;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The runtimes of one model, each opened when it is first needed.
final class Runtimes implements AutoCloseable {
  /// Fewer tokens than this are sooner embedded than libtorch is loaded and tried.
  private static final long WORTH_A_TRIAL = 8_000;

  private final Model model;
  private final EncoderSettings settings;
  private final Map<RuntimeChoice, BatchRuntime> open = new EnumMap<>(RuntimeChoice.class);
  private @Nullable Network network;
  private @Nullable RuntimeTrial trial;
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
  synchronized BatchRuntime forPassages(List<int[]> ids) {
    if (settings.runtime() != RuntimeChoice.AUTO) {
      return get(settings.runtime());
    }
    if (trial == null) {
      trial = RuntimeTrial.kept(model, settings).orElse(null);
    }
    if (trial == null) {
      if (ids.stream().mapToLong(x -> x.length).sum() < WORTH_A_TRIAL) {
        return get(RuntimeChoice.ONNX_FP32);
      }
      trial = RuntimeTrial.run(model, settings, this::get, ids);
      if (trial.fastest() == RuntimeChoice.ONNX_FP32) {
        closeNetwork();
      }
    }
    return get(trial.fastest());
  }

  synchronized BatchRuntime get(RuntimeChoice choice) {
    if (closed) {
      throw new IllegalStateException("the encoder of " + model.name() + " is closed");
    }
    BatchRuntime runtime = open.get(choice);
    if (runtime == null) {
      runtime = start(choice);
      open.put(choice, runtime);
    }
    return runtime;
  }

  private BatchRuntime start(RuntimeChoice choice) {
    return switch (choice) {
      case AUTO -> throw new IllegalArgumentException("AUTO is no runtime");
      case ONNX_FP32 ->
          OnnxRuntime.open(model.onnx(), model.pooling(), model.dimension(), settings.threads());
      case TORCH_FP32 -> new TorchRuntime(network(), Precision.FP32);
      case TORCH_BF16 -> new TorchRuntime(network(), Precision.BF16);
    };
  }

  private Network network() {
    if (network == null) {
      network = Network.of(model.shape(), model.weights(), model.pooling());
    }
    return network;
  }

  @Override
  public synchronized void close() {
    closed = true;
    open.values().forEach(BatchRuntime::close);
    open.clear();
    closeNetwork();
  }

  private void closeNetwork() {
    open.remove(RuntimeChoice.TORCH_FP32);
    open.remove(RuntimeChoice.TORCH_BF16);
    if (network != null) {
      network.close();
      network = null;
    }
  }
}
