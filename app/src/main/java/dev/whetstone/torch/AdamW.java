package dev.whetstone.torch;

import dev.whetstone.core.NamedTensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Adam with decoupled weight decay (Loshchilov & Hutter, ICLR 2019), β = (.9, .999), ε = 1e-8, and
/// the gradient's norm clipped; no decay of biases and LayerNorms. Rows of the word table (and
/// their moments) move only in steps where their word occurs, as in TensorFlow's LazyAdam: the
/// table is half of a small encoder and a step sees a tenth of it. The rate may fall from layer to
/// layer (Howard & Ruder, ACL 2018): lower layers hold what is common to all texts.
final class AdamW implements AutoCloseable {
  private static final String STEP = "adamw.step";

  private final Weights weights;
  private final double weightDecay;
  private final double maximalNorm;
  private final List<ParameterLayout.RateSpan> rates;
  private final double rateOfWords;
  private final Tensor first;
  private final Tensor second;
  private final Tensor firstOfWords;
  private final Tensor secondOfWords;
  private long steps;

  /// @param weights what is optimised; outlives this
  /// @param layerDecay factor of the rate from a layer to the one below
  AdamW(Weights weights, double weightDecay, double maximalNorm, double layerDecay) {
    this.rates = weights.layout().rateSpans(layerDecay);
    this.rateOfWords = weights.layout().embeddingFactor(layerDecay);
    this.weights = weights;
    this.weightDecay = weightDecay;
    this.maximalNorm = maximalNorm;
    try (var scope = new Scope()) {
      this.first = scope.keep(torch.zeros_like(weights.flat()));
      this.second = scope.keep(torch.zeros_like(weights.flat()));
      this.firstOfWords = scope.keep(torch.zeros_like(weights.words()));
      this.secondOfWords = scope.keep(torch.zeros_like(weights.words()));
    }
  }

  /// Updates the weights.
  ///
  /// @param gradient of all but the words, `[layout.length]`; used up
  /// @param rows of the word table, each once: `[u]`
  /// @param ofRows their gradient: `[u, hidden]`; used up
  /// @return the norm of the whole gradient, before clipping
  double step(Tensor gradient, Tensor rows, Tensor ofRows, double rate) {
    try (var _ = new Scope()) {
      double norm = Math.hypot(gradient.norm().item_double(), ofRows.norm().item_double());
      if (!Double.isFinite(norm)) {
        return norm;
      }
      steps++;
      Tensor divisor = Device.number(Math.max(1, norm / maximalNorm));
      Tensor count = Device.number((double) steps);
      for (ParameterLayout.RateSpan run : rates) {
        update(run, gradient, rate, divisor, count);
      }

      Tensor words = torch.index_select(weights.words(), 0, rows);
      Tensor firsts = torch.index_select(firstOfWords, 0, rows);
      Tensor seconds = torch.index_select(secondOfWords, 0, rows);
      Kernels.adamW(
          words, ofRows, firsts, seconds, count, rateOfWords * rate, weightDecay, divisor);
      weights.words().index_copy_(0, rows, words);
      firstOfWords.index_copy_(0, rows, firsts);
      secondOfWords.index_copy_(0, rows, seconds);
      return norm;
    }
  }

  private void update(
      ParameterLayout.RateSpan run, Tensor gradient, double rate, Tensor divisor, Tensor step) {
    long from = run.span().offset();
    long count = run.span().count();
    Kernels.adamW(
        weights.flat().narrow(0, from, count),
        gradient.narrow(0, from, count),
        first.narrow(0, from, count),
        second.narrow(0, from, count),
        step,
        run.factor() * rate,
        from < weights.layout().decayEnd() ? weightDecay : 0,
        divisor);
  }

  long steps() {
    return steps;
  }

  /// Copies of the moments and the number of steps.
  NamedTensors state() {
    var state = new NamedTensors();
    state.put(STEP, new NamedTensors.Array(new long[] {2}, new float[] {steps >> 20, low()}));
    for (int i = 0; i < moments().size(); i++) {
      float[] data = Device.read(moments().get(i));
      state.put(name(i), new NamedTensors.Array(new long[] {data.length}, data));
    }
    return state;
  }

  private float low() {
    return steps & 0xFFFFF; // a float holds 24 bits exactly
  }

  void restore(NamedTensors state) {
    float[] step = state.get(STEP).data();
    steps = ((long) step[0] << 20) + (long) step[1];
    for (int i = 0; i < moments().size(); i++) {
      Device.memory(moments().get(i)).put(state.get(name(i)).data());
    }
  }

  private static String name(int moment) {
    return "adamw.moment." + moment;
  }

  private List<Tensor> moments() {
    return List.of(first, second, firstOfWords, secondOfWords);
  }

  @Override
  public void close() {
    new ArrayList<Pointer>(moments()).forEach(Scope::free);
  }
}
