package dev.whetstone.encode;

import dev.whetstone.core.PairTokens;
import dev.whetstone.model.CrossEncoderModel;
import dev.whetstone.store.CacheLock;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/// What a trial of all ways to compute a reranker found on this machine, on a sample of the very
/// pairs that were to be scored.
///
/// A way is used only where it ranks as fp32 does: its *agreement* is the share of all couples of
/// pairs that it puts into the order of ONNX Runtime in fp32. Couples whose fp32 scores lie closer
/// together than a fiftieth of the sample's range count for nothing: their order is noise.
///
/// Example: fp32 scores 4, 1, 0 and others 3.9, .2, .4 of a range of 4: of three couples the last
/// is exchanged, so the agreement is .67.
///
/// @param processor the CPU's name
/// @param pairsPerSecond by the name of the way
/// @param agreement likewise; 0 where a way was so slow that it was not tried on the whole sample
/// @param fastest of those whose agreement is at least [#SAME_ORDER]
record PairTrial(
    String processor,
    int threads,
    Map<String, Double> pairsPerSecond,
    Map<String, Double> agreement,
    Way fastest) {
  /// A share of couples in the same order: below it another way is not used. What a way loses is
  /// measured with the reranker itself, since a proof scores with what the trial chose.
  static final double SAME_ORDER = .95;

  private static final double NOISE = .02;
  private static final int PAIRS = 24;

  /// How a reranker can be computed.
  enum Way {
    /// The reference, there on every machine.
    ONNX_FP32,
    ONNX_INT8,
    TORCH_FP32,
    TORCH_BF16
  }

  PairTrial {
    pairsPerSecond = Map.copyOf(new TreeMap<>(pairsPerSecond));
    agreement = Map.copyOf(new TreeMap<>(agreement));
  }

  /// The trial kept in the cache, if there was one on this CPU with this program and model.
  static Optional<PairTrial> kept(CrossEncoderModel model, EncoderSettings settings) {
    return Json.kept(file(model, settings), PairTrial.class);
  }

  /// Measures each way, a few seconds in all, and keeps the outcome.
  ///
  /// @param pairs that are to be scored, at least two
  static PairTrial run(
      CrossEncoderModel model,
      EncoderSettings settings,
      Function<Way, PairRuntime> runtimes,
      List<PairTokens> pairs) {
    Path file = file(model, settings);
    try (var _ = CacheLock.hold(file.resolveSibling("trial.lock"))) {
      var kept = kept(model, settings);
      if (kept.isPresent()) {
        return kept.get();
      }
      var trial = measure(settings, runtimes, sample(pairs));
      WholeFile.write(file, Json.sealed(Json.pretty(trial)));
      return trial;
    }
  }

  /// Spread evenly over all.
  private static List<PairTokens> sample(List<PairTokens> pairs) {
    int count = Math.min(PAIRS, pairs.size());
    return IntStream.range(0, count)
        .mapToObj(i -> pairs.get((int) ((long) i * pairs.size() / count)))
        .toList();
  }

  private static PairTrial measure(
      EncoderSettings settings, Function<Way, PairRuntime> runtimes, List<PairTokens> sample) {
    var rates = new EnumMap<Way, Double>(Way.class);
    var agreements = new EnumMap<Way, Double>(Way.class);
    var fastest = Way.ONNX_FP32;
    float[] reference = {};
    for (Way way : Way.values()) {
      PairRuntime runtime = runtimes.apply(way);
      List<PairTokens> few = sample.subList(0, Math.min(2, sample.size()));
      var _ = runtime.score(few); // to warm up
      double rate = rate(runtime, few);
      double highest = rates.getOrDefault(fastest, 0.0);
      double agreement = 0;
      if (rate > highest / 3) { // else hopeless: emulated bf16, for example
        float[] scores = runtime.score(sample);
        reference = way == Way.ONNX_FP32 ? scores : reference;
        agreement = agreement(scores, reference);
        rate = Math.max(rate(runtime, sample), rate(runtime, sample));
      }
      rates.put(way, rate);
      agreements.put(way, agreement);
      if (agreement >= SAME_ORDER && rate > highest) {
        fastest = way;
      }
    }
    return new PairTrial(
        RuntimeTrial.cpu(), settings.threads(), names(rates), names(agreements), fastest);
  }

  private static Map<String, Double> names(Map<Way, Double> values) {
    var names = new TreeMap<String, Double>();
    values.forEach((way, value) -> names.put(way.name(), value));
    return names;
  }

  private static double rate(PairRuntime runtime, List<PairTokens> pairs) {
    long start = System.nanoTime();
    var _ = runtime.score(pairs);
    return pairs.size() * 1e9 / (System.nanoTime() - start);
  }

  /// The share of couples in the order of the reference; 1 where none differ in it.
  static double agreement(float[] scores, float[] reference) {
    float lowest = Float.POSITIVE_INFINITY;
    float highest = Float.NEGATIVE_INFINITY;
    for (float each : reference) {
      lowest = Math.min(lowest, each);
      highest = Math.max(highest, each);
    }
    double least = NOISE * (highest - lowest);
    int couples = 0;
    int same = 0;
    for (int i = 0; i < reference.length; i++) {
      for (int j = 0; j < i; j++) {
        double difference = reference[i] - reference[j];
        if (Math.abs(difference) > least) {
          couples++;
          same += difference * (scores[i] - scores[j]) > 0 ? 1 : 0;
        }
      }
    }
    return couples == 0 ? 1 : same / (double) couples;
  }

  private static Path file(CrossEncoderModel model, EncoderSettings settings) {
    return RuntimeTrial.file("pair trial 3", settings, model.identity());
  }
}
