package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.Pooling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/// Prints how fast [TrainingPass] trains beside [AutogradPass], in one run: a BERT of bge-small's
/// widths with random weights, batch 32, questions of 24 tokens, passages of mixed lengths, median
/// 100. The two take turns, so that other load on the machine hits both; each figure is the best of
/// the repetitions after one to warm up, by the clock and by the CPU time of the process, which
/// other load disturbs less.
///
/// Arguments: `[FP32|BF16] [repetitions] [layers]`, for example `FP32 6 12`. Run with the test
/// class path: `java --enable-native-access=ALL-UNNAMED -cp …
/// dev.whetstone.torch.GradientPassBenchmark`.
public final class GradientPassBenchmark {
  private static final int BATCH = 32;

  private GradientPassBenchmark() {}

  public static void main(String[] arguments) {
    Precision precision = Precision.valueOf(arguments.length > 0 ? arguments[0] : "FP32");
    int repetitions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    int layers = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 12;
    NetworkDescription bert =
        NetworkFamilies.bert(
                new NetworkFamilies.Sizes(layers, 12, 384, 1536, 30_522, 512, 1e-12), 2)
            .withPooling(Pooling.CLS);
    var batch =
        new ContrastiveBatch(
            sequences(1, _ -> 24),
            sequences(2, i -> 40 + 4 * i),
            IntStream.range(0, BATCH).toArray(),
            new boolean[BATCH * BATCH]);
    var settings = ContrastiveTraining.StepSettings.usual(precision);
    var weights = RandomWeights.of(bert, 1);
    try (var one = Network.of(bert, weights);
        var other = Network.of(bert, weights);
        var written = new ContrastiveTraining(one, settings, TrainingPass::new);
        var general = new ContrastiveTraining(other, settings, GradientPassBenchmark::general)) {
      written.step(batch, 1e-6);
      general.step(batch, 1e-6);
      var best = new Seconds(Double.MAX_VALUE, Double.MAX_VALUE);
      var bestOfGeneral = best;
      for (int i = 0; i < repetitions; i++) {
        best = best.least(seconds(() -> written.step(batch, 1e-6)));
        bestOfGeneral = bestOfGeneral.least(seconds(() -> general.step(batch, 1e-6)));
      }
      System.out.printf(
          Locale.ROOT,
          "%s: written-out gradient %.2f pairs/s, %.2f CPU s; automatic differentiation %.2f"
              + " pairs/s, %.2f CPU s a step%n",
          precision,
          BATCH / best.clock(),
          best.processor(),
          BATCH / bestOfGeneral.clock(),
          bestOfGeneral.processor());
    }
    System.exit(0); // native threads do not end by themselves
  }

  private static GradientPass general(
      Weights weights,
      Weights gradients,
      PackedBatch batch,
      Tensor words,
      long[] wordOf,
      Arena arena) {
    return new AutogradPass(weights, gradients, batch, words, wordOf);
  }

  private record Seconds(double clock, double processor) {
    Seconds least(Seconds other) {
      return new Seconds(Math.min(clock, other.clock), Math.min(processor, other.processor));
    }
  }

  private static Seconds seconds(Runnable work) {
    long start = System.nanoTime();
    double processor = processor();
    work.run();
    return new Seconds((System.nanoTime() - start) / 1e9, processor() - processor);
  }

  private static double processor() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }

  private static List<int[]> sequences(long seed, IntUnaryOperator length) {
    var random = new Random(seed);
    var sequences = new ArrayList<int[]>();
    for (int i = 0; i < BATCH; i++) {
      sequences.add(random.ints(length.applyAsInt(i), 1000, 30_000).toArray());
    }
    return sequences;
  }
}
