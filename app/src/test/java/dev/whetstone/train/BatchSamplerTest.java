package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.torch.ContrastiveBatch;
import dev.whetstone.torch.Precision;
import dev.whetstone.train.TokenisedExample.TokenisedPassage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchSamplerTest {
  @Test
  void aKnownPositiveIsNeverANegative() {
    var left = example("a", 5, List.of("c"), "a", "b");
    var right = example("b", 4, List.of("a", "d"), "b");

    ContrastiveBatch batch = new BatchSampler(List.of(left, right), plan(2, 5)).batch(0);

    // Whichever question stands first, the passages are its positive, the other's, then negatives.
    int ofLeft = batch.questions().get(0).length == left.question().length ? 0 : 1;
    int ofRight = 1 - ofLeft;
    int a = batch.positives()[ofLeft];
    int b = batch.positives()[ofRight];
    assertThat(batch.passages()).hasSize(4); // a as a negative is the a that is there
    assertThat(batch.excluded(ofLeft, b)).isTrue(); // known positive of the left question
    assertThat(batch.excluded(ofRight, a)).isFalse();
    assertThat(batch.excluded(ofLeft, a)).isFalse();
    assertThat(batch.excluded(ofLeft, 2)).isFalse();
    assertThat(batch.excluded(ofLeft, 3)).isFalse();
  }

  @Test
  void everyExampleIsSeenOnceInAnEpoch() {
    var examples = corpus(64);
    var batches = new BatchSampler(examples, plan(8, 16)); // two epochs

    for (int epoch = 0; epoch < 2; epoch++) {
      var seen = new HashSet<Integer>();
      for (int step = 4 * epoch; step < 4 * epoch + 4; step++) {
        Arrays.stream(batches.examples(step)).forEach(seen::add);
      }
      assertThat(seen).hasSize(64);
    }
  }

  @Test
  void questionsOfOnePassageAreKeptApart() {
    var examples = new ArrayList<>(corpus(60));
    for (int i = 0; i < 4; i++) {
      examples.add(example("p7", 10 + i, List.of(), "p7"));
    }
    var batches = new BatchSampler(examples, plan(8, 8));

    for (int step = 0; step < 8; step++) {
      List<String> ids =
          Arrays.stream(batches.examples(step))
              .mapToObj(i -> examples.get(i).positive().id())
              .toList();
      assertThat(ids).doesNotHaveDuplicates();
    }
  }

  @Test
  void theSameSeedGivesTheSameBatches() {
    var one = new BatchSampler(corpus(50), plan(9, 16));
    var two = new BatchSampler(corpus(50), plan(9, 16));

    for (int step = 0; step < 9; step++) {
      assertThat(one.examples(step)).isEqualTo(two.examples(step));
    }
  }

  @Test
  void aLongPassageIsCutAndKeepsItsLastToken() {
    var example = example("a", 300, List.of(), "a");

    int[] tokens = new BatchSampler(List.of(example), plan(1, 4)).batch(0).passages().getFirst();

    assertThat(tokens).hasSize(100).endsWith(102);
  }

  @Test
  void theRateRisesAndFallsInStraightLines() {
    var plan =
        new Hyperparameters(
            new Hyperparameters.Schedule(10, 1, .2),
            new Hyperparameters.Sampling(4, 0, 100, 1),
            .05,
            Precision.FP32,
            5);

    double[] rates = new double[10];
    Arrays.setAll(rates, plan.schedule()::rate);

    assertThat(rates).containsExactly(.5, 1, 1, .875, .75, .625, .5, .375, .25, .125);
  }

  private static Hyperparameters plan(int steps, int batchSize) {
    return new Hyperparameters(
        new Hyperparameters.Schedule(steps, 1e-3, .1),
        new Hyperparameters.Sampling(batchSize, 2, 100, 3),
        .05,
        Precision.FP32,
        100);
  }

  private static List<TokenisedExample> corpus(int count) {
    var random = new Random(5);
    var examples = new ArrayList<TokenisedExample>();
    for (int i = 0; i < count; i++) {
      examples.add(example("p" + i, 5 + random.nextInt(60), List.of(), "p" + i));
    }
    return examples;
  }

  private static TokenisedExample example(
      String positive, int length, List<String> negatives, String... known) {
    return new TokenisedExample(
        tokens(3 + known.length), // tells the questions of a test apart
        new TokenisedPassage(positive, tokens(length)),
        negatives.stream().map(id -> new TokenisedPassage(id, tokens(6))).toList(),
        Set.of(known));
  }

  private static int[] tokens(int length) {
    int[] tokens = new int[length];
    tokens[0] = 101;
    tokens[length - 1] = 102;
    return tokens;
  }

  @Test
  void aCopyOfTheAnswerInAnotherDocumentIsNeverANegative() {
    var original = example("a", 5, List.of(), "a");
    var other = example("b", 7, List.of("copy of a"), "b", "c");
    var copied =
        new TokenisedExample(
            other.question(),
            other.positive(),
            List.of(new TokenisedPassage("copy of a", original.positive().tokens().clone())),
            Set.of("b"));

    ContrastiveBatch batch = new BatchSampler(List.of(original, copied), plan(1, 2)).batch(0);

    int ofOriginal = batch.questions().get(0).length == original.question().length ? 0 : 1;
    assertThat(batch.passages()).hasSize(3);
    assertThat(batch.excluded(ofOriginal, 2)).isTrue();
    assertThat(batch.excluded(1 - ofOriginal, 2)).isFalse();
  }
}
