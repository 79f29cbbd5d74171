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

/// Prints how fast [TrainingPass] trains beside [AutogradPass], in one run: a BERT of bge-small's
/// sizes with random weights, batch 32, questions of 24 tokens, passages of mixed lengths, median
/// 100. The two take turns, so that other load on the machine hits both; each figure is the best of
/// the repetitions after one to warm up.
///
/// Arguments: `[FP32|BF16] [repetitions]`, for example `FP32 6`. Run with the test class path:
/// `java --enable-native-access=ALL-UNNAMED -cp … dev.whetstone.torch.GradientPassBenchmark`.
public final class GradientPassBenchmark {
  private static final NetworkDescription BGE_SMALL =
      NetworkFamilies.bert(new NetworkFamilies.Sizes(12, 12, 384, 1536, 30_522, 512, 1e-12), 2)
          .withPooling(Pooling.CLS);
  private static final int BATCH = 32;

  private GradientPassBenchmark() {}

  public static void main(String[] arguments) {
    Precision precision = Precision.valueOf(arguments.length > 0 ? arguments[0] : "FP32");
    int repetitions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    var batch =
        new ContrastiveBatch(
            sequences(1, _ -> 24),
            sequences(2, i -> 40 + 4 * i),
            IntStream.range(0, BATCH).toArray(),
            new boolean[BATCH * BATCH]);
    var settings = ContrastiveTraining.Settings.usual(precision);
    var weights = RandomWeights.of(BGE_SMALL, 1);
    try (var one = Network.of(BGE_SMALL, weights);
        var other = Network.of(BGE_SMALL, weights);
        var written = new ContrastiveTraining(one, settings, TrainingPass::new);
        var general = new ContrastiveTraining(other, settings, AutogradPass::new)) {
      written.step(batch, 1e-6);
      general.step(batch, 1e-6);
      double fastest = Double.MAX_VALUE;
      double fastestGeneral = Double.MAX_VALUE;
      for (int i = 0; i < repetitions; i++) {
        fastest = Math.min(fastest, seconds(() -> written.step(batch, 1e-6)));
        fastestGeneral = Math.min(fastestGeneral, seconds(() -> general.step(batch, 1e-6)));
      }
      System.out.printf(
          Locale.ROOT,
          "%s: written-out gradient %.2f pairs/s, automatic differentiation %.2f pairs/s: %.2f"
              + " times%n",
          precision,
          BATCH / fastest,
          BATCH / fastestGeneral,
          fastestGeneral / fastest);
    }
    System.exit(0); // native threads do not end by themselves
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
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
