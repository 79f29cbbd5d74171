package dev.whetstone.torch;

import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
    Set<Precision> floats =
        native16 ? EnumSet.of(Precision.FP32, Precision.BF16) : EnumSet.of(Precision.FP32);
    Set<Precision> all = EnumSet.copyOf(floats);
    if (Network.computesInt8()) {
      all.add(Precision.INT8);
    }
    try (var network = Network.of(SMALL, RandomWeights.of(SMALL, 1))) {
      Map<Precision, Double> inference = inference(network, all);
      Map<Precision, Double> training = training(network, floats);
      return new Calibration(
          Runtime.getRuntime().availableProcessors(),
          rates(Precision.FP32, fp32, training, inference),
          rates(Precision.BF16, bf16, training, inference),
          inference.getOrDefault(Precision.INT8, 0.0));
    }
  }

  private static Rates rates(
      Precision precision,
      double gflops,
      Map<Precision, Double> training,
      Map<Precision, Double> inference) {
    return new Rates(
        gflops, training.getOrDefault(precision, 0.0), inference.getOrDefault(precision, 0.0));
  }

  /// What large products are faster in, bf16 or fp32: a small part of what [#measure] does.
  public static Precision fastestProducts() {
    if (!hasBf16()) {
      return Precision.FP32;
    }
    double fp32 = 0;
    double bf16 = 0;
    for (int turn = 0; turn < 2; turn++) {
      fp32 = Math.max(fp32, gflops(ScalarType.Float, 2048));
      bf16 = Math.max(bf16, gflops(ScalarType.BFloat16, 2048));
    }
    return bf16 > fp32 ? Precision.BF16 : Precision.FP32;
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

  private static Map<Precision, Double> inference(Network network, Set<Precision> precisions) {
    List<List<int[]>> batches = Collections.nCopies(Threads.CORES, batch());
    var works = new EnumMap<Precision, Runnable>(Precision.class);
    for (Precision precision : precisions) {
      works.put(precision, () -> network.embedAll(batches, precision, (_, _) -> {}));
    }
    return rates((double) Threads.CORES * SEQUENCES * LENGTH, works);
  }

  private static Map<Precision, Double> training(Network network, Set<Precision> precisions) {
    List<int[]> sequences = batch();
    int half = SEQUENCES / 2;
    var batch =
        new ContrastiveBatch(
            sequences.subList(0, half),
            sequences.subList(half, SEQUENCES),
            IntStream.range(0, half).toArray(),
            new boolean[half * half]);
    var trainings = new ArrayList<ContrastiveTraining>();
    try {
      var works = new EnumMap<Precision, Runnable>(Precision.class);
      for (Precision precision : precisions) {
        var training =
            new ContrastiveTraining(network, ContrastiveTraining.StepSettings.usual(precision));
        trainings.add(training);
        works.put(precision, () -> training.step(batch, 1e-6));
      }
      return rates(SEQUENCES * LENGTH, works);
    } finally {
      trainings.forEach(ContrastiveTraining::close);
    }
  }

  /// Tokens a second of the same work in several precisions. They take turns, so that other load
  /// disturbs them alike: where it came while one of them was measured, the slower one was chosen.
  private static Map<Precision, Double> rates(double tokens, Map<Precision, Runnable> works) {
    var best = new EnumMap<Precision, Double>(Precision.class);
    works.values().forEach(Calibration::seconds); // to warm up
    long begin = System.nanoTime();
    long limit = works.size() * REPEAT_LIMIT;
    for (int i = 0; i < 4 && (i < 2 || System.nanoTime() - begin < limit); i++) {
      works.forEach((precision, work) -> best.merge(precision, seconds(work), Math::min));
    }
    best.replaceAll((_, seconds) -> tokens / seconds);
    return best;
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    try (var _ = new Scope()) {
      work.run();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /// After one run to warm up, the best of up to four; fewer when they take long.
  private static double bestSeconds(Runnable work) {
    double _ = seconds(work);
    long begin = System.nanoTime();
    double best = seconds(work);
    for (int i = 1; i < 4 && System.nanoTime() - begin < REPEAT_LIMIT; i++) {
      best = Math.min(best, seconds(work));
    }
    return best;
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
