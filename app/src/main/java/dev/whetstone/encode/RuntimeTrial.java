package dev.whetstone.encode;

import dev.whetstone.core.Sha256;
import dev.whetstone.model.Model;
import dev.whetstone.store.CacheLock;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  public RuntimeTrial {
    tokensPerSecond = Map.copyOf(new TreeMap<>(tokensPerSecond));
    cosine = Map.copyOf(new TreeMap<>(cosine));
  }

  /// The trial kept in the cache, if there was one on this CPU with this program and model.
  static Optional<RuntimeTrial> kept(Model model, EncoderSettings settings) {
    return Json.kept(file(model, settings), RuntimeTrial.class);
  }

  /// Measures each runtime, at most a few seconds in all, and keeps the outcome.
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
    var rates = new TreeMap<String, Double>();
    var cosines = new TreeMap<String, Double>();
    var fastest = RuntimeChoice.ONNX_FP32;
    double highest = 0;
    float[] reference = runtimes.apply(RuntimeChoice.ONNX_FP32).embed(sample);
    for (RuntimeChoice choice : RuntimeChoice.values()) {
      if (choice == RuntimeChoice.AUTO) {
        continue;
      }
      BatchRuntime runtime = runtimes.apply(choice);
      List<int[]> few = sample.subList(0, Math.min(2, sample.size()));
      var _ = runtime.embed(few); // to warm up
      var timed = Timed.of(runtime, few);
      if (timed.tokensPerSecond() > highest / 3) { // else hopeless: emulated bf16, for example
        timed = Timed.of(runtime, sample);
        if (timed.seconds() < .5) {
          timed = Timed.faster(timed, Timed.of(runtime, sample));
        }
      }
      double cosine = lowestCosine(timed.rows(), reference, dimension);
      rates.put(choice.name(), timed.tokensPerSecond());
      cosines.put(choice.name(), cosine);
      if (cosine >= SAME_SPACE && timed.tokensPerSecond() > highest) {
        fastest = choice;
        highest = timed.tokensPerSecond();
      }
    }
    return new RuntimeTrial(cpu(), settings.threads(), rates, cosines, fastest);
  }

  /// The lowest cosine of a sample's vectors to those of `reference`.
  static double cosine(
      BatchRuntime runtime, BatchRuntime reference, List<int[]> ids, int dimension) {
    List<int[]> sample = sample(ids);
    return lowestCosine(runtime.embed(sample), reference.embed(sample), dimension);
  }

  /// One run. Not a record: it holds an array.
  private static final class Timed {
    private final float[] rows;
    private final long tokens;
    private final double seconds;

    private Timed(float[] rows, long tokens, double seconds) {
      this.rows = rows;
      this.tokens = tokens;
      this.seconds = seconds;
    }

    static Timed of(BatchRuntime runtime, List<int[]> ids) {
      long tokens = ids.stream().mapToLong(x -> x.length).sum();
      long start = System.nanoTime();
      float[] rows = runtime.embed(ids);
      return new Timed(rows, tokens, (System.nanoTime() - start) / 1e9);
    }

    static Timed faster(Timed one, Timed other) {
      return one.seconds <= other.seconds ? one : other;
    }

    float[] rows() {
      return rows;
    }

    double seconds() {
      return seconds;
    }

    double tokensPerSecond() {
      return tokens / seconds;
    }
  }

  /// Texts spread evenly over the job, cut to a length at which the trial takes little time.
  private static List<int[]> sample(List<int[]> ids) {
    int count = Math.min(TEXTS, ids.size());
    return Stream.iterate(0, i -> i < count, i -> i + 1)
        .map(i -> ids.get((int) ((long) i * ids.size() / count)))
        .map(x -> x.length <= TOKENS ? x : java.util.Arrays.copyOf(x, TOKENS))
        .toList();
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
    String version = RuntimeTrial.class.getPackage().getImplementationVersion();
    String key =
        Sha256.id(
            "trial 1",
            cpu(),
            "" + settings.threads(),
            version == null ? "development" : version,
            model.space().value());
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
