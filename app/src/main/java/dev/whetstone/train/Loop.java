package dev.whetstone.train;

import dev.whetstone.core.Progress;
import dev.whetstone.encode.Tokenizer;
import dev.whetstone.model.Model;
import dev.whetstone.torch.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Exercises through the [Trainer]: tokenises them, and stops at a step's end with a checkpoint
/// when the process is asked to end.
final class Loop {
  private static final int CHECKPOINT_EVERY = 50;

  /// Pairs that the speed is measured on.
  static final int SAMPLE = 256;

  private static final long PATIENCE_SECONDS = 15;

  private final Model base;
  private final Tokenizer tokenizer;
  private final LongSupplier nanos;

  /// @param nanos the clock of trainings
  Loop(Model base, Tokenizer tokenizer, LongSupplier nanos) {
    this.base = base;
    this.tokenizer = tokenizer;
    this.nanos = nanos;
  }

  /// How fast exercises like these are trained on, without hard negatives.
  double pairsPerSecond(List<Exercise> exercises, Precision precision) {
    List<Exercise> sample = exercises.subList(0, Math.min(SAMPLE, exercises.size()));
    int batch = Math.min(Planner.BATCH, sample.size());
    var plan =
        new TrainingPlan(
            Math.max(1, sample.size() / batch),
            batch,
            1e-5,
            .1,
            .05,
            0,
            Planner.PASSAGE_TOKENS,
            precision,
            1,
            CHECKPOINT_EVERY);
    return new Trainer(base.network(), plan)
        .measure(
            tokenised(sample, Planner.QUESTION_TOKENS, Planner.PASSAGE_TOKENS), base.weights());
  }

  /// How many steps a plan takes with so many exercises.
  static int steps(Plan plan, int exercises) {
    return Math.max(1, Math.ceilDiv(plan.pairs(), Math.min(plan.batch(), exercises)));
  }

  /// Trains by the plan, from the checkpoint in `folder` where there is one.
  ///
  /// @param rate peak learning rate
  /// @param name of the progress
  Trainer.Trained run(
      List<TokenisedExample> exercises,
      Plan plan,
      double rate,
      Trainer.Course course,
      Path folder,
      String name,
      Progress progress) {
    var steps =
        new TrainingPlan(
            steps(plan, exercises.size()),
            Math.min(plan.batch(), exercises.size()),
            rate,
            plan.warmUp(),
            1 / plan.scale(),
            plan.negatives(),
            Math.max(plan.questionTokens(), plan.passageTokens()),
            plan.precision(),
            plan.seed(),
            CHECKPOINT_EVERY);
    var trainer = new Trainer(base.network(), steps, nanos);
    var ended = new CountDownLatch(1);
    var hook = new Thread(() -> stop(trainer, ended), "training-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return trainer.train(exercises, base.weights(), folder, course, name, progress);
    } finally {
      ended.countDown();
      forget(hook);
    }
  }

  /// Lets the step under way end: the native library must not be torn down under it.
  private static void stop(Trainer trainer, CountDownLatch ended) {
    trainer.stop();
    try {
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.getLogger(Loop.class.getName())
            .log(System.Logger.Level.WARNING, "training did not stop in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      System.getLogger(Loop.class.getName())
          .log(System.Logger.Level.DEBUG, "the process is ending", e);
    }
  }

  List<TokenisedExample> tokenised(
      List<Exercise> exercises, int questionTokens, int passageTokens) {
    int most = Math.min(passageTokens, base.maxTokens());
    List<int[]> questions =
        tokenizer.ids(
            exercises.stream().map(Exercise::question).toList(),
            Math.min(questionTokens, base.maxTokens()));
    List<int[]> passages = tokenizer.ids(exercises.stream().map(Exercise::passage).toList(), most);
    var examples = new ArrayList<TokenisedExample>();
    for (int i = 0; i < exercises.size(); i++) {
      Exercise exercise = exercises.get(i);
      var negatives = new ArrayList<TokenisedExample.Passage>();
      for (int k = 0; k < exercise.negatives().size(); k++) {
        int[] ids = tokenizer.ids(exercise.negatives().get(k), most);
        negatives.add(new TokenisedExample.Passage(exercise.negativeIds().get(k), ids));
      }
      examples.add(
          new TokenisedExample(
              questions.get(i),
              new TokenisedExample.Passage(exercise.passageId(), passages.get(i)),
              negatives,
              exercise.answers()));
    }
    return examples;
  }
}
