package dev.whetstone.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.whetstone.core.Failure;
import dev.whetstone.encode.Encoder;
import dev.whetstone.encode.EncoderSettings;
import dev.whetstone.encode.Encoders;
import dev.whetstone.encode.RuntimeChoice;
import dev.whetstone.evaluate.Beir;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import dev.whetstone.store.MavenArtifact;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Prints how long a question takes to embed, one at a time in this process, as `whet serve` embeds
/// it (`bench/questions.sh` starts it): text to tokens to a vector, without the search.
///
/// `AUTO` is what a server does by itself: 8 bits where its trial takes them, else fp32. The trial
/// is made now where this machine has made none. Each runtime embeds all questions once to warm up;
/// then the runtimes take turns, all questions a turn, so that other load meets them alike. The
/// cosines are those of the vectors to the first runtime's.
///
/// Arguments: `DIR MODEL ROUNDS RUNTIME…`, for example `collections/scifact bge-small-en-v1.5 5
/// ONNX_FP32 AUTO`.
public final class QuestionSpeed {
  private static final int QUESTIONS = 200;

  private final RuntimeChoice runtime;
  private final Encoder encoder;
  private final List<float[]> vectors = new ArrayList<>();
  private final List<Double> milliseconds = new ArrayList<>();
  private double processorMilliseconds;

  private QuestionSpeed(RuntimeChoice runtime, Encoder encoder) {
    this.runtime = runtime;
    this.encoder = encoder;
  }

  public static void main(String[] arguments) {
    List<RuntimeChoice> runtimes =
        Arrays.stream(arguments).skip(3).map(RuntimeChoice::valueOf).toList();
    Model model = BaseModels.open(arguments[1], MavenArtifact.defaultCache());
    lines(
            model,
            questions(Beir.open(Path.of(arguments[0]))),
            Integer.parseInt(arguments[2]),
            runtimes)
        .forEach(System.out::println);
    System.exit(0); // native threads do not end by themselves
  }

  /// Up to 200 questions, spread over the collection.
  private static List<String> questions(Beir collection) {
    List<String> all = List.copyOf(collection.queries().values());
    if (all.isEmpty()) {
      throw new Failure.BadInput(collection.name() + " has no question in queries.jsonl");
    }
    int step = Math.max(1, all.size() / QUESTIONS);
    return IntStream.range(0, Math.min(QUESTIONS, all.size()))
        .mapToObj(i -> all.get(i * step))
        .toList();
  }

  /// Measures, and says it in a line for each runtime.
  ///
  /// @param runtimes the first is what the others' vectors are held against
  static List<String> lines(
      Model model, List<String> questions, int rounds, List<RuntimeChoice> runtimes) {
    var measured = new ArrayList<QuestionSpeed>();
    try {
      for (RuntimeChoice runtime : runtimes) {
        var settings = EncoderSettings.of(runtime, MavenArtifact.defaultCache()).serving();
        var each = new QuestionSpeed(runtime, Encoders.open(model, settings));
        measured.add(each);
        each.warmUp(questions);
      }
      for (int round = 0; round < rounds; round++) {
        measured.forEach(each -> each.take(questions));
      }
      QuestionSpeed first = measured.getFirst();
      var lines = new ArrayList<String>();
      lines.add(
          String.format(
              Locale.ROOT,
              "%d questions of %.1f tokens in the mean, rounds: %d; %s",
              questions.size(),
              questions.stream().mapToInt(first.encoder.tokens()::count).average().orElse(0),
              rounds,
              model.name()));
      measured.forEach(each -> lines.add(each.line(first)));
      return lines;
    } finally {
      measured.forEach(each -> each.encoder.close());
    }
  }

  private void warmUp(List<String> questions) {
    encoder.prepareQuestions();
    questions.forEach(question -> vectors.add(encoder.query(question)));
  }

  private void take(List<String> questions) {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long processor = system.getProcessCpuTime();
    for (String question : questions) {
      long began = System.nanoTime();
      var _ = encoder.query(question);
      milliseconds.add((System.nanoTime() - began) / 1e6);
    }
    processorMilliseconds += (system.getProcessCpuTime() - processor) / 1e6;
  }

  private String line(QuestionSpeed first) {
    List<Double> sorted = milliseconds.stream().sorted().toList();
    double[] cosines =
        IntStream.range(0, vectors.size())
            .mapToDouble(i -> cosine(vectors.get(i), first.vectors.get(i)))
            .toArray();
    return String.format(
        Locale.ROOT,
        "%-10s p50 %6.2f ms, p99 %6.2f ms, best %6.2f ms; %6.2f ms of processor time; cosine %.4f,"
            + " at the lowest %.4f%s",
        runtime,
        sorted.get(sorted.size() / 2),
        sorted.get((int) (sorted.size() * .99)),
        sorted.getFirst(),
        processorMilliseconds / sorted.size(),
        Arrays.stream(cosines).average().orElse(1),
        Arrays.stream(cosines).min().orElse(1),
        runtime == RuntimeChoice.AUTO ? "; " + chosen(first) : "");
  }

  /// The same vectors, bit by bit, come from the same runtime.
  private String chosen(QuestionSpeed first) {
    if (first.runtime != RuntimeChoice.ONNX_FP32) {
      return "chosen by the server's trial";
    }
    boolean same =
        IntStream.range(0, vectors.size())
            .allMatch(i -> Arrays.equals(vectors.get(i), first.vectors.get(i)));
    return same ? "a server takes fp32 here" : "a server takes 8 bits here";
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
    }
    return dot;
  }
}
