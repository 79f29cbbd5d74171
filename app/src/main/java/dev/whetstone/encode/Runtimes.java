package dev.whetstone.encode;

import dev.whetstone.core.Failure;
import dev.whetstone.model.Model;
import dev.whetstone.torch.Network;
import dev.whetstone.torch.Precision;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The runtimes of one model, each opened when it is first needed.
final class Runtimes implements AutoCloseable {
  /// Fewer tokens than this are sooner embedded than all runtimes are tried, which takes as long as
  /// some 20,000 in fp32: the fastest has twice its rate.
  private static final long WORTH_A_TRIAL = 40_000;

  private final Model model;
  private final EncoderSettings settings;
  private final Map<RuntimeChoice, BatchRuntime> open = new EnumMap<>(RuntimeChoice.class);
  private @Nullable BatchRuntime int8;
  private @Nullable QuestionTrial questions;
  private @Nullable Network network;
  private @Nullable RuntimeTrial trial;
  private int compared; // texts, in the settings' precision and in fp32
  private boolean closed;

  Runtimes(Model model, EncoderSettings settings) {
    this.model = model;
    this.settings = settings;
  }

  /// For questions: always the same runtime, so that their vectors do not depend on how many come.
  BatchRuntime forQueries(List<int[]> ids) {
    return settings.runtime() == RuntimeChoice.AUTO ? ofQuestions() : asked(ids);
  }

  /// The runtime that the settings name. Another precision is held against fp32: by a trial that
  /// was kept, or on the first texts themselves.
  ///
  /// @throws Failure.Refused if its vectors are not of the model's space
  private synchronized BatchRuntime asked(List<int[]> ids) {
    if (settings.runtime() == RuntimeChoice.TORCH_INT8 && !Network.computesInt8()) {
      throw new Failure.Refused(
          "libtorch cannot multiply 8-bit numbers on this processor. Set `model.runtime: auto`");
    }
    BatchRuntime runtime = get(settings.runtime());
    if (!settings.runtime().rounds() || ids.isEmpty() || compared >= RuntimeTrial.TEXTS) {
      return runtime;
    }
    var kept = RuntimeTrial.kept(model, settings);
    double cosine =
        kept.isPresent()
            ? kept.get().cosine().getOrDefault(settings.runtime().name(), -1.0)
            : RuntimeTrial.cosine(runtime, get(RuntimeChoice.ONNX_FP32), ids, model.dimension());
    if (!(cosine >= RuntimeTrial.SAME_SPACE)) {
      throw new Failure.Refused(
          String.format(
              Locale.ROOT,
              "%s makes other vectors of %s than fp32 does here: the lowest cosine is %.4f,"
                  + " and %.3f is asked for. Set `model.runtime: onnx_fp32`, or `auto`, which"
                  + " measures",
              settings.runtime().name().toLowerCase(Locale.ROOT),
              model.name(),
              cosine,
              RuntimeTrial.SAME_SPACE));
    }
    compared += kept.isPresent() ? RuntimeTrial.TEXTS : ids.size();
    if (compared >= RuntimeTrial.TEXTS) {
      BatchRuntime reference = open.remove(RuntimeChoice.ONNX_FP32);
      if (reference != null) {
        reference.close();
      }
    }
    return runtime;
  }

  /// For these sequences as passages.
  synchronized BatchRuntime forPassages(List<int[]> ids) {
    if (settings.runtime() != RuntimeChoice.AUTO) {
      return asked(ids);
    }
    if (settings.use() == EncoderSettings.Use.SERVING) {
      return get(RuntimeChoice.ONNX_FP32); // what is kept is exact
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

  /// In 8 bits where [#chooseForQuestions] found them as good and faster.
  private synchronized BatchRuntime ofQuestions() {
    return questions != null && questions.int8() ? int8() : get(RuntimeChoice.ONNX_FP32);
  }

  /// Lets a trial decide what computes questions, where there was none yet, and opens that. Before
  /// the first question: the runtime that is not used is closed.
  ///
  /// @param ids of questions
  /// @throws RuntimeException if 8 bits cannot be computed: then fp32 is used
  synchronized void chooseForQuestions(List<int[]> ids) {
    if (settings.runtime() != RuntimeChoice.AUTO || !QuestionTrial.pays(model)) {
      var _ = forQueries(List.of());
      return;
    }
    boolean open8 = false;
    try {
      QuestionTrial trial =
          QuestionTrial.run(model, settings, () -> get(RuntimeChoice.ONNX_FP32), this::int8, ids);
      if (trial.int8()) {
        var _ = int8();
        open8 = true;
        questions = trial;
      }
    } finally {
      BatchRuntime unused = open8 ? open.remove(RuntimeChoice.ONNX_FP32) : int8;
      if (!open8) {
        int8 = null;
      }
      if (unused != null) {
        unused.close();
      }
    }
    var _ = ofQuestions();
  }

  private synchronized BatchRuntime int8() {
    requireOpen();
    if (int8 == null) {
      int8 = OnnxEach.open(model.onnxInt8(), VectorHead.of(model), settings.threads());
    }
    return int8;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the encoder of " + model.name() + " is closed");
    }
  }

  synchronized BatchRuntime get(RuntimeChoice choice) {
    requireOpen();
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
      case ONNX_FP32 -> OnnxRuntime.open(model.onnx(), VectorHead.of(model), settings.threads());
      case TORCH_FP32 -> new TorchRuntime(network(), Precision.FP32);
      case TORCH_BF16 -> new TorchRuntime(network(), Precision.BF16);
      case TORCH_INT8 -> new TorchRuntime(network(), Precision.INT8);
    };
  }

  private Network network() {
    if (network == null) {
      network = Network.of(model.network(), model.weights());
    }
    return network;
  }

  @Override
  public synchronized void close() {
    closed = true;
    open.values().forEach(BatchRuntime::close);
    open.clear();
    if (int8 != null) {
      int8.close();
    }
    closeNetwork();
  }

  private void closeNetwork() {
    open.remove(RuntimeChoice.TORCH_FP32);
    open.remove(RuntimeChoice.TORCH_BF16);
    open.remove(RuntimeChoice.TORCH_INT8);
    if (network != null) {
      network.close();
      network = null;
    }
  }
}
