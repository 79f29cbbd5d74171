package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// What this machine can do, measured: it takes one or two seconds, so callers keep the record
/// (plain numbers and enums: it goes to JSON and back as it is).
///
/// @param cores threads used
/// @param fp32 the rates in fp32
/// @param bf16 the rates in bf16; where bf16 is emulated, `gflops` is from a short probe, and the
///   other rates are 0, since they were not measured
/// @param int8 tokens a second embedded by a small encoder in 8 bits; 0 where libtorch cannot
public record Calibration(int cores, Rates fp32, Rates bf16, double int8) {
  /// The rates of one precision.
  ///
  /// @param gflops of matrix products of the network's sizes
  /// @param training tokens a second in a training step of a small encoder
  /// @param inference tokens a second embedded by a small encoder
  public record Rates(double gflops, double training, double inference) {}

  private static final int HIDDEN = 384;
  private static final int INTERMEDIATE = 1536;

  /// A small encoder with the widths of the models in use.
  private static final NetworkDescription SMALL =
      NetworkFamilies.bert(
          new NetworkFamilies.Sizes(2, 12, HIDDEN, INTERMEDIATE, 1000, 128, 1e-12), 2);

  private static final int SEQUENCES = 16;
  private static final int LENGTH = 96;

  /// Nanoseconds of measuring after which no repetition is begun.
  private static final long REPEAT_LIMIT = 300_000_000;

  /// Below this share of the fp32 rate, bf16 is emulated: a training step in it may take a minute.
  private static final double EMULATED = .7;

  /// Measures. Other load on the machine disturbs the figures, less so what is fastest.
  public static Calibration measure() {
    boolean native16 = hasBf16();
    double fp32 = gflops(ScalarType.Float, 2048);
    double bf16 = gflops(ScalarType.BFloat16, native16 ? 2048 : 128);
    native16 &= bf16 > EMULATED * fp32; // other load may have disturbed the short probe
    try (var network = Network.of(SMALL, RandomWeights.of(SMALL, 1))) {
      double inferenceFp32 = inference(network, Precision.FP32);
      double inferenceBf16 = native16 ? inference(network, Precision.BF16) : 0;
      double trainingFp32 = training(network, Precision.FP32);
      double trainingBf16 = native16 ? training(network, Precision.BF16) : 0;
      return new Calibration(
          Runtime.getRuntime().availableProcessors(),
          new Rates(fp32, trainingFp32, inferenceFp32),
          new Rates(bf16, trainingBf16, inferenceBf16),
          Network.computesInt8() ? inference(network, Precision.INT8) : 0);
    }
  }

  /// What large products are faster in, bf16 or fp32: a small part of what [#measure] does.
  public static Precision fastestProducts() {
    return hasBf16() && gflops(ScalarType.BFloat16, 2048) > gflops(ScalarType.Float, 2048)
        ? Precision.BF16
        : Precision.FP32;
  }

  /// Whether the processor seems to have instructions for bf16: a short probe.
  private static boolean hasBf16() {
    return gflops(ScalarType.BFloat16, 128) > EMULATED * gflops(ScalarType.Float, 128);
  }

  public Precision fastestTraining() {
    return bf16.training() > fp32.training() ? Precision.BF16 : Precision.FP32;
  }

  public Precision fastestInference() {
    double most = Math.max(int8, Math.max(bf16.inference(), fp32.inference()));
    if (most == int8) {
      return Precision.INT8;
    }
    return most == bf16.inference() ? Precision.BF16 : Precision.FP32;
  }

  /// `[rows, hidden] · [hidden, intermediate]`, a product on each core, as networks compute; the
  /// best of a few.
  private static double gflops(ScalarType type, int rows) {
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      Tensor left = torch.randn(rows, HIDDEN).to(type);
      Tensor right = torch.randn(INTERMEDIATE, HIDDEN).to(type);
      double operations = 2.0 * rows * HIDDEN * INTERMEDIATE * Threads.CORES;
      Runnable products = () -> Threads.forEach(Threads.CORES, _ -> multiply(left, right));
      return operations / 1e9 / bestSeconds(products);
    }
  }

  private static void multiply(Tensor left, Tensor right) {
    try (var _ = new Scope();
        var _ = new NoGradGuard()) {
      torch.mm(left, right.t());
    }
  }

  private static double inference(Network network, Precision precision) {
    List<List<int[]>> batches = Collections.nCopies(Threads.CORES, batch());
    double tokens = (double) Threads.CORES * SEQUENCES * LENGTH;
    return tokens / bestSeconds(() -> network.embedAll(batches, precision, (_, _) -> {}));
  }

  private static double training(Network network, Precision precision) {
    List<int[]> sequences = batch();
    int half = SEQUENCES / 2;
    var batch =
        new ContrastiveBatch(
            sequences.subList(0, half),
            sequences.subList(half, SEQUENCES),
            IntStream.range(0, half).toArray(),
            new boolean[half * half]);
    try (var training =
        new ContrastiveTraining(network, ContrastiveTraining.StepSettings.usual(precision))) {
      return SEQUENCES * LENGTH / bestSeconds(() -> training.step(batch, 1e-6));
    }
  }

  /// After one run to warm up, the best of up to four; fewer when they take long.
  private static double bestSeconds(Runnable work) {
    long begin = System.nanoTime();
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5 && (i < 2 || System.nanoTime() - begin < REPEAT_LIMIT); i++) {
      long start = System.nanoTime();
      try (var _ = new Scope()) {
        work.run();
      }
      if (i > 0) {
        best = Math.min(best, System.nanoTime() - start);
      }
    }
    return best / 1e9;
  }

  private static List<int[]> batch() {
    var random = new Random(1);
    var batch = new ArrayList<int[]>();
    for (int i = 0; i < SEQUENCES; i++) {
      batch.add(random.ints(LENGTH, 0, SMALL.vocabulary()).toArray());
    }
    return batch;
  }
}
