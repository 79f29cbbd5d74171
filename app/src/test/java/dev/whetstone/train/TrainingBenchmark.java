package dev.whetstone.train;

import com.google.errorprone.annotations.FormatMethod;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.Pooling;
import dev.whetstone.torch.Calibration;
import dev.whetstone.torch.ContrastiveBatch;
import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Network;
import dev.whetstone.torch.Precision;
import dev.whetstone.torch.RandomWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// Prints how fast bge-small (random weights of its shape) trains and embeds on this machine: batch
/// 32, questions of 24 tokens, passages of 128; then passages of mixed lengths, median 100, as real
/// pairs have. Each figure is the best of a few repetitions.
///
/// Arguments: `[precision] [repetitions]`, for example `BF16 8`.
public final class TrainingBenchmark {
  private static final int LAYERS = 12;
  private static final int HIDDEN = 384;
  private static final int INTERMEDIATE = 1536;
  private static final NetworkDescription BGE_SMALL =
      NetworkFamilies.bert(
          new NetworkFamilies.Sizes(LAYERS, 12, HIDDEN, INTERMEDIATE, 30_522, 512, 1e-12), 2);

  private static final int BATCH = 32;
  private static final int QUESTION = 24;

  private TrainingBenchmark() {}

  public static void main(String[] arguments) {
    Calibration calibration = Calibration.measure();
    print("%s%n", calibration);
    int repetitions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    for (Precision precision : Precision.values()) {
      boolean asked = arguments.length == 0 || Precision.valueOf(arguments[0]) == precision;
      boolean tried = precision == Precision.FP32 || calibration.bf16().training() > 0;
      if (asked && tried) {
        double peak =
            precision == Precision.FP32 ? calibration.fp32().gflops() : calibration.bf16().gflops();
        measure(precision, repetitions, peak);
      }
    }
    System.exit(0); // native threads do not end by themselves
  }

  private static void measure(Precision precision, int repetitions, double peak) {
    try (var network =
            Network.of(BGE_SMALL.withPooling(Pooling.CLS), RandomWeights.of(BGE_SMALL, 1));
        var training =
            new ContrastiveTraining(network, ContrastiveTraining.StepSettings.usual(precision))) {
      train("128 tokens", training, repetitions, peak, _ -> 128);
      train("mixed, median 100 tokens", training, repetitions, peak, i -> 40 + 4 * i);
      for (int length : new int[] {128, 256}) {
        List<int[]> passages = sequences(length, i -> length);
        double seconds = best(repetitions, () -> network.embed(passages, precision));
        print(
            "%s embeds %,.0f tokens/s (%d tokens, batch %d)%n",
            precision, BATCH * length / seconds, length, BATCH);
      }
    }
  }

  private static void train(
      String what,
      ContrastiveTraining training,
      int repetitions,
      double peak,
      IntUnaryOperator passageLength) {
    List<int[]> questions = sequences(1, _ -> QUESTION);
    List<int[]> passages = sequences(2, passageLength);
    var batch =
        new ContrastiveBatch(
            questions, passages, IntStream.range(0, BATCH).toArray(), new boolean[BATCH * BATCH]);
    double seconds = best(repetitions, () -> training.step(batch, 1e-6));
    double rate = operations(questions) + operations(passages);
    print(
        "%s trains %.1f pairs/s (%s), %.0f GFLOPS = %.0f %% of the GEMM peak%n",
        training.precision(),
        BATCH / seconds,
        what,
        rate / seconds / 1e9,
        rate / seconds / 1e7 / peak);
  }

  /// Of a whole step: twice a multiplication for each weight and token, and attention's products;
  /// three times that, for the backward pass makes two products of each. Layers in full, though
  /// with CLS pooling the last computes less.
  private static double operations(List<int[]> sequences) {
    double sum = 0;
    for (int[] sequence : sequences) {
      double weights = 4.0 * HIDDEN + 2.0 * INTERMEDIATE;
      double perToken = 2 * HIDDEN * (weights + 2.0 * sequence.length);
      sum += 3 * sequence.length * LAYERS * perToken;
    }
    return sum;
  }

  /// Seconds of the best run, after two to warm up.
  private static double best(int repetitions, Runnable work) {
    work.run();
    work.run();
    long best = Long.MAX_VALUE;
    for (int i = 0; i < repetitions; i++) {
      long start = System.nanoTime();
      work.run();
      best = Math.min(best, System.nanoTime() - start);
    }
    return best / 1e9;
  }

  private static List<int[]> sequences(long seed, IntUnaryOperator length) {
    var random = new Random(seed);
    var sequences = new ArrayList<int[]>();
    for (int i = 0; i < BATCH; i++) {
      sequences.add(random.ints(length.applyAsInt(i), 1000, 30_000).toArray());
    }
    return sequences;
  }

  @FormatMethod
  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }
}
