package dev.whetstone.encode;

import dev.whetstone.core.BatchedRows;
import dev.whetstone.core.Sha256;
import dev.whetstone.model.Model;
import dev.whetstone.store.CacheLock;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import dev.whetstone.torch.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// What a trial of all runtimes found on this machine with this model, on a sample of the very
/// texts that were to be embedded.
///
/// @param processor the CPU's name
/// @param tokensPerSecond by the runtime's name
/// @param cosine the lowest of a sample's vectors to those of ONNX Runtime, by the runtime's name
/// @param fastest of those whose cosine is at least [#SAME_SPACE]
public record RuntimeTrial(
    String processor,
    int threads,
    Map<String, Double> tokensPerSecond,
    Map<String, Double> cosine,
    RuntimeChoice fastest) {
  /// Vectors of two precisions are of one space while their cosine is at least this.
  public static final double SAME_SPACE = .999;

  static final int TEXTS = 24;
  private static final int TOKENS = 128;
  private static final int ROUNDS = 3;

  /// Nanoseconds after which no round is begun.
  private static final long LONGEST = 5_000_000_000L;

  /// Of two short texts, which tell whether a runtime is worth trying at all.
  private static final int FEW_TOKENS = 32;

  /// Below this share of the best rate on two texts a runtime is not tried on the sample: emulated
  /// bf16 has a twentieth.
  private static final double HOPELESS = .15;

  /// Below this share of the best rate of two rounds a runtime has no third: runs differ by less.
  private static final double BEATEN = .7;

  public RuntimeTrial {
    tokensPerSecond = Map.copyOf(new TreeMap<>(tokensPerSecond));
    cosine = Map.copyOf(new TreeMap<>(cosine));
  }

  /// The trial kept in the cache, if there was one on this CPU with this program and model.
  static Optional<RuntimeTrial> kept(Model model, EncoderSettings settings) {
    return Json.kept(file(model, settings), RuntimeTrial.class);
  }

  /// Measures each runtime, some seconds in all, and keeps the outcome.
  ///
  /// @param ids of the texts that are to be embedded, at least one
  static RuntimeTrial run(
      Model model,
      EncoderSettings settings,
      Function<RuntimeChoice, BatchRuntime> runtimes,
      List<int[]> ids) {
    Path file = file(model, settings);
    try (var _ = CacheLock.hold(file.resolveSibling("trial.lock"))) {
      var kept = kept(model, settings);
      if (kept.isPresent()) {
        return kept.get();
      }
      var trial = measure(settings, runtimes, sample(ids), model.dimension());
      WholeFile.write(file, Json.sealed(Json.pretty(trial)));
      return trial;
    }
  }

  private static RuntimeTrial measure(
      EncoderSettings settings,
      Function<RuntimeChoice, BatchRuntime> runtimes,
      List<int[]> sample,
      int dimension) {
    List<Candidate> candidates =
        Stream.of(RuntimeChoice.values())
            .filter(choice -> choice != RuntimeChoice.AUTO)
            .filter(choice -> choice != RuntimeChoice.TORCH_INT8 || Network.computesInt8())
            .map(choice -> new Candidate(choice, runtimes.apply(choice), settings, dimension))
            .toList();
    Candidate fp32 =
        candidates.stream()
            .filter(each -> each.choice == RuntimeChoice.ONNX_FP32)
            .findFirst()
            .orElseThrow();
    List<int[]> few =
        sample.subList(0, Math.min(2, sample.size())).stream()
            .map(ids -> cut(ids, FEW_TOKENS))
            .toList();
    for (Candidate candidate : candidates) {
      candidate.time(few);
      candidate.time(few);
    }
    var cosines = new TreeMap<String, Double>();
    candidates.forEach(each -> cosines.put(each.choice.name(), each.cosineTo(fp32)));
    double highest = highest(candidates);
    List<Candidate> hopeful =
        candidates.stream()
            .filter(each -> each == fp32 || each.tokensPerSecond() > HOPELESS * highest)
            .toList();
    hopeful.forEach(Candidate::forget);
    long begin = System.nanoTime();
    hopeful.forEach(candidate -> candidate.time(sample));
    hopeful.forEach(each -> cosines.put(each.choice.name(), each.cosineTo(fp32)));
    List<Candidate> good =
        hopeful.stream()
            .filter(each -> cosines.getOrDefault(each.choice.name(), -1.) >= SAME_SPACE)
            .toList();
    List<Candidate> contenders = good;
    for (int round = 1;
        round < ROUNDS && contenders.size() > 1 && System.nanoTime() - begin < LONGEST;
        round++) { // in turns, so that other load meets them alike
      contenders.forEach(candidate -> candidate.time(sample));
      double best = highest(good);
      contenders = good.stream().filter(each -> each.tokensPerSecond() > BEATEN * best).toList();
    }
    var rates = new TreeMap<String, Double>();
    candidates.forEach(each -> rates.put(each.choice.name(), each.tokensPerSecond()));
    RuntimeChoice fastest =
        good.stream()
            .max(Comparator.comparingDouble(Candidate::tokensPerSecond))
            .map(candidate -> candidate.choice)
            .orElse(RuntimeChoice.ONNX_FP32);
    return new RuntimeTrial(cpu(), settings.threads(), rates, cosines, fastest);
  }

  private static double highest(List<Candidate> candidates) {
    return candidates.stream().mapToDouble(Candidate::tokensPerSecond).max().orElse(0);
  }

  /// The lowest cosine of a sample's vectors to those of `reference`.
  static double cosine(
      BatchRuntime runtime, BatchRuntime reference, List<int[]> ids, int dimension) {
    List<int[]> sample = sample(ids);
    return lowestCosine(runtime.embed(sample), reference.embed(sample), dimension);
  }

  /// A runtime and its best run so far: other load only ever makes a run longer.
  private static final class Candidate {
    private final RuntimeChoice choice;
    private final BatchRuntime runtime;
    private final int threads;
    private final int dimension;
    private float[] rows = {};
    private double best;

    Candidate(RuntimeChoice choice, BatchRuntime runtime, EncoderSettings settings, int dimension) {
      this.choice = choice;
      this.runtime = runtime;
      this.threads = settings.threads();
      this.dimension = dimension;
    }

    /// Embeds texts as a job does, in as many batches as there are threads.
    void time(List<int[]> ids) {
      long tokens = ids.stream().mapToLong(x -> x.length).sum();
      var batches =
          new BatchedRows<int[]>(
              ids, x -> x.length, Integer.MAX_VALUE, (ids.size() + threads - 1) / threads);
      long start = System.nanoTime();
      rows = batches.compute(runtime::embedAll, dimension, (_, _) -> {});
      best = Math.max(best, tokens * 1e9 / (System.nanoTime() - start));
    }

    void forget() {
      best = 0;
    }

    /// The lowest cosine of the last rows to another's of the same texts.
    double cosineTo(Candidate reference) {
      return lowestCosine(rows, reference.rows, dimension);
    }

    double tokensPerSecond() {
      return best;
    }
  }

  /// Texts spread evenly over the job, cut to a length at which the trial takes little time.
  private static List<int[]> sample(List<int[]> ids) {
    int count = Math.min(TEXTS, ids.size());
    return Stream.iterate(0, i -> i < count, i -> i + 1)
        .map(i -> ids.get((int) ((long) i * ids.size() / count)))
        .map(each -> cut(each, TOKENS))
        .toList();
  }

  private static int[] cut(int[] ids, int most) {
    return ids.length <= most ? ids : Arrays.copyOf(ids, most);
  }

  private static double lowestCosine(float[] rows, float[] reference, int dimension) {
    double lowest = 1;
    for (int from = 0; from < rows.length; from += dimension) {
      double dot = 0;
      for (int i = from; i < from + dimension; i++) {
        dot += (double) rows[i] * reference[i];
      }
      lowest = dot < lowest || Double.isNaN(dot) ? dot : lowest;
    }
    return Double.isNaN(lowest) ? -1 : lowest;
  }

  private static Path file(Model model, EncoderSettings settings) {
    return file("trial 5", settings, model.space().value());
  }

  /// Where the outcome of a trial is kept: one for each CPU, number of threads, program and model.
  ///
  /// @param kind of the trial, with its version
  /// @param identity of the model
  static Path file(String kind, EncoderSettings settings, String identity) {
    String version = RuntimeTrial.class.getPackage().getImplementationVersion();
    String key =
        Sha256.id(
            kind,
            cpu(),
            "" + settings.threads(),
            version == null ? "development" : version,
            identity);
    return settings.cache().resolve("trials").resolve(key + ".json");
  }

  static String cpu() {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (Files.isReadable(cpuinfo)) {
      try (Stream<String> lines = Files.lines(cpuinfo)) {
        return lines
            .filter(line -> line.startsWith("model name") || line.startsWith("flags"))
            .limit(2)
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .map(text -> text.length() > 200 ? Sha256.id(text) : text)
            .reduce((a, b) -> a + ", flags " + b)
            .orElse("unknown");
      } catch (IOException | java.io.UncheckedIOException _) {
        return System.getProperty("os.arch");
      }
    }
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }
}
