package dev.whetstone.encode;

import dev.whetstone.model.Model;
import dev.whetstone.store.CacheLock;
import dev.whetstone.store.Json;
import dev.whetstone.store.WholeFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What a trial of fp32 and 8 bits found on this machine with this model, on questions one by one.
///
/// 8 bits are used where they take less processor time than fp32 and are hardly slower, and where
/// the vectors are close enough to those in fp32 ([#CLOSE]). In fp32 all cores compute a question
/// together, in 8 bits one does.
///
/// @param processor the CPU's name
/// @param threads of fp32
/// @param milliseconds of a question in fp32, the median
/// @param int8Milliseconds likewise in 8 bits
/// @param cosine the lowest of the vectors in 8 bits to those in fp32
record QuestionTrial(
    String processor, int threads, double milliseconds, double int8Milliseconds, double cosine) {
  /// Of the layers, more or less: a smaller model is fast in any case.
  private static final long LEAST_WEIGHTS = 4_000_000;

  /// The lowest cosine to fp32 that is taken. For passages it is [RuntimeTrial#SAME_SPACE]; a
  /// question has one vector, whose error moves all of its cosines together. Questions with a mean
  /// cosine of .997 (one scale for all tokens) changed nDCG@10 on passages in fp32 by +.9, -.1 and
  /// +.1 points (npl, cranfield, cisi; bge-small, standard error .3 to .6), of .46, .41 and .44.
  private static final double CLOSE = .997;

  /// How much slower one question may be, where it takes less processor time.
  private static final double HARDLY = 1.2;

  private static final int ROUNDS = 3;

  /// Whether 8 bits are used.
  boolean int8() {
    return cosine >= CLOSE
        && int8Milliseconds < milliseconds * threads
        && int8Milliseconds < milliseconds * HARDLY;
  }

  /// Whether there is enough to gain of this model.
  static boolean pays(Model model) {
    long hidden = model.network().hidden();
    return 12 * hidden * hidden * model.network().stack().layers().size() >= LEAST_WEIGHTS;
  }

  /// The trial kept in the cache, if there was one on this CPU with this program and model.
  static Optional<QuestionTrial> kept(Model model, EncoderSettings settings) {
    return Json.kept(file(model, settings), QuestionTrial.class);
  }

  /// Measures both, a second in all, and keeps the outcome. Making the graph in 8 bits takes some
  /// seconds more, once.
  ///
  /// @param ids of questions
  static QuestionTrial run(
      Model model,
      EncoderSettings settings,
      Supplier<BatchRuntime> fp32,
      Supplier<BatchRuntime> int8,
      List<int[]> ids) {
    var before = kept(model, settings);
    if (before.isPresent()) {
      return before.get();
    }
    Path file = file(model, settings);
    try (var _ = CacheLock.hold(file.resolveSibling("trial.lock"))) {
      var kept = kept(model, settings);
      if (kept.isPresent()) {
        return kept.get();
      }
      BatchRuntime full = fp32.get();
      BatchRuntime rounded = int8.get();
      double lowest = 1;
      for (int[] one : ids) { // which warms both up
        lowest =
            Math.min(lowest, RuntimeTrial.cosine(rounded, full, List.of(one), model.dimension()));
      }
      var ofFull = new ArrayList<Double>();
      var ofRounded = new ArrayList<Double>();
      for (int round = 0; round < ROUNDS; round++) { // in turns: other load meets both alike
        for (int[] one : ids) {
          ofFull.add(milliseconds(full, one));
          ofRounded.add(milliseconds(rounded, one));
        }
      }
      var trial =
          new QuestionTrial(
              RuntimeTrial.cpu(), settings.threads(), median(ofFull), median(ofRounded), lowest);
      WholeFile.write(file, Json.sealed(Json.pretty(trial)));
      return trial;
    }
  }

  private static double milliseconds(BatchRuntime runtime, int[] ids) {
    long start = System.nanoTime();
    var _ = runtime.embed(List.of(ids));
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(List<Double> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  private static Path file(Model model, EncoderSettings settings) {
    return RuntimeTrial.file("question trial 1", settings, model.space().value());
  }
}
