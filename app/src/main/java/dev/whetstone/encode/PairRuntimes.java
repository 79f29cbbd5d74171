package dev.whetstone.encode;

import dev.whetstone.core.PairTokens;
import dev.whetstone.encode.PairTrial.Way;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.torch.Network;
import dev.whetstone.torch.Precision;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The runtimes of one reranker, each opened when it is first needed. Safe for many threads.
final class PairRuntimes implements AutoCloseable {
  private final CrossEncoderModel model;
  private final EncoderSettings settings;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<Way, PairRuntime> open = new EnumMap<>(Way.class);
  private @Nullable Network network;
  private @Nullable Way chosen;
  private boolean closed;

  PairRuntimes(CrossEncoderModel model, EncoderSettings settings) {
    this.model = model;
    this.settings = settings;
  }

  /// Scores batches: by what the settings name, or what the trial found that was kept, else in
  /// fp32.
  ///
  /// @param finished gets the number of a batch and its scores, one call at a time
  void scoreAll(List<List<PairTokens>> batches, BiConsumer<Integer, float[]> finished) {
    lock.readLock().lock();
    try {
      PairRuntime runtime = get(way());
      for (int i = 0; i < batches.size(); i++) {
        finished.accept(i, runtime.score(batches.get(i)));
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /// What [#scoreAll] uses.
  synchronized Way way() {
    if (chosen == null) {
      chosen = asked().orElseGet(() -> kept().orElse(Way.ONNX_FP32));
    }
    return chosen;
  }

  /// Opens what [#scoreAll] uses.
  void open() {
    var _ = get(way());
  }

  private Optional<Way> kept() {
    return PairTrial.kept(model, settings).map(PairTrial::fastest);
  }

  private Optional<Way> asked() {
    return switch (settings.runtime()) {
      case AUTO, TORCH_INT8 -> Optional.empty(); // 8 bits are held against fp32 first
      case ONNX_FP32 -> Optional.of(Way.ONNX_FP32);
      case TORCH_FP32 -> Optional.of(Way.TORCH_FP32);
      case TORCH_BF16 -> Optional.of(Way.TORCH_BF16);
    };
  }

  /// Tries all ways on these pairs, unless the settings name one or a trial was kept, and keeps
  /// open what is fastest.
  void choose(List<PairTokens> pairs) {
    if (asked().isPresent() || pairs.size() < 2) {
      return;
    }
    lock.writeLock().lock(); // nothing is closed while it scores
    try {
      use(PairTrial.run(model, settings, this::get, pairs).fastest());
    } finally {
      lock.writeLock().unlock();
    }
  }

  private synchronized void use(Way fastest) {
    chosen = fastest;
    for (Way way : Way.values()) {
      if (way != fastest && open.containsKey(way)) {
        open.remove(way).close();
      }
    }
    if (fastest != Way.TORCH_FP32 && fastest != Way.TORCH_BF16) {
      closeNetwork();
    }
  }

  private synchronized PairRuntime get(Way way) {
    if (closed) {
      throw new IllegalStateException("the reranker " + model.name() + " is closed");
    }
    PairRuntime runtime = open.get(way);
    if (runtime == null) {
      runtime =
          switch (way) {
            case ONNX_FP32 -> PairRuntime.Onnx.open(model.onnx(), settings.threads());
            case ONNX_INT8 -> PairRuntime.Onnx.open(model.onnxInt8(), settings.threads());
            case TORCH_FP32 -> new PairRuntime.Torch(network(), Precision.FP32);
            case TORCH_BF16 -> new PairRuntime.Torch(network(), Precision.BF16);
          };
      open.put(way, runtime);
    }
    return runtime;
  }

  private Network network() {
    if (network == null) {
      network = Network.of(model.network(), model.weights());
    }
    return network;
  }

  private void closeNetwork() {
    if (network != null) {
      network.close();
      network = null;
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closeAll();
    } finally {
      lock.writeLock().unlock();
    }
  }

  private synchronized void closeAll() {
    closed = true;
    open.values().forEach(PairRuntime::close);
    open.clear();
    closeNetwork();
  }
}
