package dev.whetstone.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Progress;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.evaluate.Beir;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.model.BaseModels;
import dev.whetstone.model.Model;
import dev.whetstone.store.MavenArtifact;
import dev.whetstone.store.WholeFile;
import dev.whetstone.torch.Precision;
import dev.whetstone.train.Hyperparameters;
import dev.whetstone.train.TokenisedExample;
import dev.whetstone.train.Trainer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Prints how fast a base model trains on a collection's judged pairs, and with how much memory
/// (`bench/train.sh` puts it beside sentence-transformers): batches of 32 questions with one
/// passage each, no mined negatives, both cut to the same number of tokens. Rate and processor time
/// are those of the steps after the first two.
///
/// Arguments: `DIR MODEL PRECISION STEPS TOKENS [CHUNK]`, for example `collections/scifact
/// bge-small-en-v1.5 BF16 20 192`. `CHUNK` tokens go through the network at once.
public final class TrainingSpeed {
  private static final int BATCH = 32;
  private static final int WARM_UP = 2;

  private TrainingSpeed() {}

  public static void main(String[] arguments) throws IOException {
    int steps = Integer.parseInt(arguments[3]);
    int tokens = Integer.parseInt(arguments[4]);
    Model base = BaseModels.open(arguments[1], MavenArtifact.defaultCache());
    List<TokenisedExample> examples;
    try (var tokenizer = Tokenizer.open(base)) {
      examples = examples(Path.of(arguments[0]), base, tokenizer, tokens);
    }
    var usual =
        new Hyperparameters(
            new Hyperparameters.Schedule(steps, 2e-5, .1),
            new Hyperparameters.Sampling(BATCH, 0, tokens, 1),
            Hyperparameters.Loss.plain(.05),
            Precision.valueOf(arguments[2]),
            steps);
    Hyperparameters plan =
        arguments.length > 5 ? usual.withChunks(Integer.parseInt(arguments[5])) : usual;
    var clock = new Clock();
    Path work = Files.createTempDirectory("whetstone-training-speed");
    try {
      new Trainer(base.network(), plan).train(examples, base.weights(), work, clock);
    } finally {
      WholeFile.delete(work);
    }
    System.out.printf(
        Locale.ROOT,
        "Whetstone %s %.2f pairs/s, %.2f CPU s a step; peak %.2f GB%n",
        plan.precision(),
        BATCH * (steps - WARM_UP) / clock.seconds(),
        clock.processorSeconds() / (steps - WARM_UP),
        peak() / 1e9);
    System.exit(0); // native threads do not end by themselves
  }

  private static List<TokenisedExample> examples(
      Path folder, Model base, Tokenizer tokenizer, int tokens) {
    var collection = Beir.open(folder);
    Qrels judged = collection.qrels("train");
    Map<String, String> questions = collection.queries();
    Map<String, Passage> passages =
        collection.passages().stream()
            .collect(Collectors.toMap(Passage::id, Function.identity(), (first, _) -> first));
    var examples = new ArrayList<TokenisedExample>();
    for (String question : judged.queries()) {
      Set<String> relevant = judged.relevant(question);
      for (String id : relevant) {
        Passage passage = passages.get(id);
        if (passage != null) {
          examples.add(
              new TokenisedExample(
                  tokenizer.ids(base.prompts().query() + questions.get(question), tokens),
                  new TokenisedExample.TokenisedPassage(
                      id, tokenizer.ids(base.prompts().passage() + passage.embedded(), tokens)),
                  List.of(),
                  relevant));
        }
      }
    }
    if (examples.size() < BATCH) {
      throw new Failure.BadInput(
          folder + " has " + examples.size() + " judged pairs to train on, fewer than a batch");
    }
    return examples;
  }

  /// Bytes of this process at the most.
  private static long peak() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    }
  }

  /// Takes the time from the end of the warm-up to the last step.
  private static final class Clock implements Progress {
    private final OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long begun;
    private long ended;
    private long processorBegun;
    private long processorEnded;
    private long done;

    @Override
    public Task start(String name, long total, String unit) {
      return new Task() {
        @Override
        public void advance(long units) {
          done += units;
          ended = System.nanoTime();
          processorEnded = system.getProcessCpuTime();
          if (done <= WARM_UP) {
            begun = ended;
            processorBegun = processorEnded;
          }
        }

        @Override
        public void note(String text) {}

        @Override
        public void close() {}
      };
    }

    double seconds() {
      return (ended - begun) / 1e9;
    }

    /// Of all threads: other work on the machine disturbs it less.
    double processorSeconds() {
      return (processorEnded - processorBegun) / 1e9;
    }
  }
}
