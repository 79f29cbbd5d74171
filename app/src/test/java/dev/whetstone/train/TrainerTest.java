package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.core.Failure;
import dev.whetstone.core.NamedTensors;
import dev.whetstone.core.NetworkDescription;
import dev.whetstone.core.NetworkFamilies;
import dev.whetstone.core.Progress;
import dev.whetstone.torch.Precision;
import dev.whetstone.torch.RandomWeights;
import dev.whetstone.torch.Scope;
import dev.whetstone.train.TokenisedExample.TokenisedPassage;
import dev.whetstone.train.Trainer.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final NetworkDescription TINY =
      NetworkFamilies.bert(new NetworkFamilies.Sizes(2, 4, 32, 64, 80, 24, 1e-12), 2);

  @TempDir Path folder;

  @Test
  void aToyTaskIsLearnt() {
    var trained = trainer(60).train(toy(40), start(), folder, Progress.NONE);

    List<Float> losses = trained.stats().losses();
    assertThat(losses).hasSize(60);
    assertThat(mean(losses.subList(50, 60))).isLessThan(.5 * mean(losses.subList(0, 5)));
  }

  @Test
  void aTrainingThatDivergesIsRefusedWithItsStepAndRate() {
    var wild =
        new Hyperparameters(
            new Hyperparameters.Schedule(12, 1e30, .1),
            new Hyperparameters.Sampling(8, 1, 20, 7),
            Hyperparameters.Loss.plain(.05),
            Precision.FP32,
            4);

    assertThatThrownBy(() -> new Trainer(TINY, wild).train(toy(40), start(), folder, Progress.NONE))
        .isInstanceOf(NoCandidateException.class)
        .hasMessageContainingAll("training diverged in step 2", "NaN", "1.0E30", "out of range");
  }

  @Test
  void anInterruptedTrainingEndsWithTheSameBits() {
    var whole = trainer(12).train(toy(40), start(), folder.resolve("whole"), Progress.NONE);

    for (int stop : new int[] {0, 1, 5, 6, 11}) {
      Path own = folder.resolve("stop" + stop);
      var first = trainer(12);
      assertThatThrownBy(() -> first.train(toy(40), start(), own, stopAfter(stop)))
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("after " + stop + " of 12 steps");

      var resumed = trainer(12).train(toy(40), start(), own, Progress.NONE);

      assertSameBits(resumed.weights(), whole.weights());
      assertThat(resumed.stats().losses()).isEqualTo(whole.stats().losses());
    }
  }

  @Test
  void aKilledTrainingGoesOnFromItsLastCheckpoint() {
    var whole = trainer(12).train(toy(40), start(), folder.resolve("whole"), Progress.NONE);
    Path own = folder.resolve("killed");
    assertThatThrownBy(() -> trainer(12).train(toy(40), start(), own, dieAfter(9)))
        .hasMessage("killed");

    var resumed = trainer(12).train(toy(40), start(), own, Progress.NONE);

    assertSameBits(resumed.weights(), whole.weights());
  }

  @Test
  void anInterruptedTrainingWritesACheckpointAndEndsInTheSameBits() {
    var whole = trainer(12).train(toy(40), start(), folder.resolve("whole"), Progress.NONE);
    Path own = folder.resolve("interrupted");
    var interrupting = afterStep(6, () -> Thread.currentThread().interrupt());
    assertThatThrownBy(() -> trainer(12).train(toy(40), start(), own, interrupting))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("6 of 12 steps");
    assertThat(Checkpoint.read(own).orElseThrow().losses().values()).hasSize(6);

    var resumed = trainer(12).train(toy(40), start(), own, Progress.NONE);

    assertSameBits(resumed.weights(), whole.weights());
  }

  @Test
  void aTrainingThatGoesOnFromATrialEndsInTheBitsOfOneGo() {
    var whole = trainer(12).train(toy(40), start(), folder.resolve("whole"), Progress.NONE);
    Path own = folder.resolve("tried");
    var keeping = List.of(3, 9);
    var trial =
        trainer(12)
            .train(toy(40), start(), own, new Segment(5, keeping), "try rate", Progress.NONE);
    assertThat(trial.stats().losses()).isEqualTo(whole.stats().losses().subList(0, 5));

    var all =
        trainer(12).train(toy(40), start(), own, new Segment(12, keeping), "train", Progress.NONE);

    assertSameBits(all.weights(), whole.weights());
    assertThat(all.stats().losses()).isEqualTo(whole.stats().losses());
    var nine =
        trainer(12)
            .train(
                toy(40),
                start(),
                folder.resolve("nine"),
                new Segment(9, List.of()),
                "train",
                Progress.NONE);
    assertSameBits(Trainer.snapshot(own, 9), nine.weights());
    assertThatThrownBy(() -> Trainer.snapshot(own, 4))
        .isInstanceOf(Failure.CorruptArtifact.class)
        .hasMessageContaining("after step 4")
        .hasMessageContaining(own.toString());
  }

  @Test
  void aTrainingThatIsCutOnceStaysSoWhenItIsKilledAndTheMachineIsFastAgain() {
    var slow = new Segment(12, List.of(), (done, _) -> done < 6 ? 12 : 9);
    var fast = new Segment(12, List.of());
    var whole =
        trainer(12).train(toy(40), start(), folder.resolve("whole"), slow, "train", Progress.NONE);
    Path own = folder.resolve("killed");
    assertThatThrownBy(() -> trainer(12).train(toy(40), start(), own, slow, "train", dieAfter(7)))
        .hasMessage("killed");

    var resumed = trainer(12).train(toy(40), start(), own, fast, "train", Progress.NONE);

    assertThat(whole.shortened()).isTrue();
    assertThat(resumed.shortened()).isTrue();
    assertThat(resumed.stats().steps()).isEqualTo(9);
    assertSameBits(resumed.weights(), whole.weights());
    var uncut = trainer(12).train(toy(40), start(), folder.resolve("uncut"), Progress.NONE);
    assertThat(whole.stats().losses().subList(0, 7)) // the seventh is before its update
        .isEqualTo(uncut.stats().losses().subList(0, 7));
    assertThat(uncut.shortened()).isFalse();
  }

  @Test
  void theRateOfACutTrainingFallsFromWhereItStoodToNothing() {
    var plan =
        new Hyperparameters(
            new Hyperparameters.Schedule(12, 3e-3, .1),
            new Hyperparameters.Sampling(8, 1, 20, 7),
            Hyperparameters.Loss.plain(.05),
            Precision.FP32,
            4);
    var shortened = new ShortenedSchedule(6, 9);

    assertThat(shortened.rate(plan, 5)).isEqualTo(plan.schedule().rate(5));
    assertThat(shortened.rate(plan, 6)).isEqualTo(plan.schedule().rate(6));
    assertThat(shortened.rate(plan, 7)).isCloseTo(plan.schedule().rate(6) * 2 / 3, within(1e-12));
    assertThat(shortened.rate(plan, 8)).isCloseTo(plan.schedule().rate(6) / 3, within(1e-12));
  }

  @Test
  void aCheckpointOfAnotherTrainingIsNotTakenUp() {
    var first = trainer(12);
    assertThatThrownBy(() -> first.train(toy(40), start(), folder, stopAfter(6)))
        .isInstanceOf(CancellationException.class);

    var other = trainer(12).train(toy(41), start(), folder, Progress.NONE);

    var alone = trainer(12).train(toy(41), start(), folder.resolve("alone"), Progress.NONE);
    assertSameBits(other.weights(), alone.weights());
  }

  @Test
  void aFlippedBitInACheckpointIsAnErrorThatNamesTheFile() throws IOException {
    var first = trainer(12);
    assertThatThrownBy(() -> first.train(toy(40), start(), folder, stopAfter(6)))
        .isInstanceOf(CancellationException.class);
    Path file = Checkpoint.file(folder);
    byte[] good = Files.readAllBytes(file);

    for (int at : new int[] {3, 40, good.length / 2, good.length - 1}) {
      byte[] bad = good.clone();
      bad[at] = (byte) (bad[at] ^ (1 << (at % 8)));
      Files.write(file, bad);
      assertThatThrownBy(() -> trainer(12).train(toy(40), start(), folder, Progress.NONE))
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void aTruncatedCheckpointIsAnErrorThatNamesTheFile() throws IOException {
    var first = trainer(12);
    assertThatThrownBy(() -> first.train(toy(40), start(), folder, stopAfter(6)))
        .isInstanceOf(CancellationException.class);
    Path file = Checkpoint.file(folder);
    byte[] good = Files.readAllBytes(file);

    for (int length : new int[] {0, 10, good.length / 3, good.length - 1}) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> trainer(12).train(toy(40), start(), folder, Progress.NONE))
          .isInstanceOf(Failure.CorruptArtifact.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void theSpeedIsThatOfTheWholePlanWhicheverStepsAreTried() {
    for (int seed = 1; seed <= 4; seed++) { // other steps come first
      var plan =
          new Hyperparameters(
              new Hyperparameters.Schedule(5, 3e-3, .1),
              new Hyperparameters.Sampling(8, 0, 20, seed),
              Hyperparameters.Loss.plain(.05),
              Precision.FP32,
              4);
      var batches = new BatchSampler(toy(40), plan);
      long whole = 0;
      for (int step = 0; step < 5; step++) {
        whole += batches.batch(step).tokens();
      }
      long tried = batches.batch(1).tokens();
      long after = tried * 100_000_000L; // a tenth of a second for a token: one step is enough
      var clock = List.of(0L, after, after).iterator();

      double pairsPerSecond =
          new Trainer(TINY, plan, clock::next).measure(toy(40), start(), Progress.NONE);

      assertThat(pairsPerSecond).isCloseTo(40 / (whole * .1), within(1e-9));
    }
  }

  @Test
  void noTensorOutlivesATraining() {
    long before = Scope.liveTensors();

    trainer(3).train(toy(40), start(), folder, Progress.NONE);
    trainer(3).measure(toy(40), start(), Progress.NONE);

    assertThat(Scope.liveTensors()).isEqualTo(before);
  }

  private static Trainer trainer(int steps) {
    return new Trainer(
        TINY,
        new Hyperparameters(
            new Hyperparameters.Schedule(steps, 3e-3, .1),
            new Hyperparameters.Sampling(8, 1, 20, 7),
            Hyperparameters.Loss.plain(.05),
            Precision.FP32,
            4));
  }

  private static NamedTensors start() {
    return RandomWeights.of(TINY, 1);
  }

  /// The question names its passage by two tokens that stand in it among noise.
  private static List<TokenisedExample> toy(int count) {
    var random = new Random(count);
    var examples = new ArrayList<TokenisedExample>();
    for (int i = 0; i < count; i++) {
      int[] question = {1, 10 + i % 8, 20 + i / 8, 2};
      var negative = new TokenisedPassage("n" + i, passage(random, 10 + (i + 1) % 8, 20 + i / 8));
      examples.add(
          new TokenisedExample(
              question,
              new TokenisedPassage("p" + i, passage(random, 10 + i % 8, 20 + i / 8)),
              List.of(negative),
              Set.of("p" + i)));
    }
    return examples;
  }

  private static int[] passage(Random random, int first, int second) {
    int[] tokens = random.ints(6 + random.nextInt(16), 30, 80).toArray();
    tokens[0] = 1;
    tokens[2] = first;
    tokens[4] = second;
    tokens[tokens.length - 1] = 2;
    return tokens;
  }

  private static Progress stopAfter(int steps) {
    if (steps == 0) {
      Thread.currentThread().interrupt();
    }
    return afterStep(steps, Thread.currentThread()::interrupt);
  }

  private static Progress dieAfter(int steps) {
    return afterStep(
        steps,
        () -> {
          throw new IllegalStateException("killed");
        });
  }

  private static Progress afterStep(int steps, Runnable action) {
    return (_, _, _) ->
        new Progress.Task() {
          private long done;

          @Override
          public void advance(long units) {
            done += units;
            if (done == steps && units > 0) {
              action.run();
            }
          }

          @Override
          public void note(String text) {}

          @Override
          public void close() {}
        };
  }

  private static void assertSameBits(NamedTensors actual, NamedTensors expected) {
    assertThat(actual.names()).containsExactlyElementsOf(expected.names());
    for (String name : expected.names()) {
      assertThat(actual.get(name).data()).as(name).isEqualTo(expected.get(name).data());
    }
  }

  private static double mean(List<Float> values) {
    return values.stream().mapToDouble(Float::doubleValue).average().orElseThrow();
  }
}
