package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.torch.ContrastiveBatch;
import dev.whetstone.torch.Precision;
import dev.whetstone.train.TokenisedExample.TokenisedPassage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  /// A batch of more questions than there are passages: each question keeps its own text.
  @Test
  void twoPartsOfAPassageThatMeetHaveRowsOfTheirOwn() {
    var examples =
        List.of(
            example("p (part)", 10, List.of(), "p", "p (part)"),
            example("p (part)", 14, List.of(), "p", "p (part)"),
            example("q", 12, List.of("p"), "q"));
    ContrastiveBatch batch = new BatchSampler(examples, plan(1, 3)).batch(0);
    int[] order = new BatchSampler(examples, plan(1, 3)).examples(0);

    for (int i = 0; i < 3; i++) {
      assertThat(batch.passages().get(batch.positives()[i]))
          .isEqualTo(examples.get(order[i]).positive().tokens());
      for (int j = 0; j < 3; j++) {
        boolean samePassage = order[i] != 2 && order[j] != 2 && i != j;
        assertThat(batch.excluded(i, batch.positives()[j])).isEqualTo(samePassage);
      }
    }
  }

  @Test
  void twoPassagesOfOneQuestionAreKeptApart() {
    var examples = new ArrayList<>(corpus(60));
    for (int i = 0; i < 4; i++) {
      TokenisedExample one = example("a" + i, 20, List.of(), "a0", "a1", "a2", "a3");
      examples.add(
          new TokenisedExample(
              tokens(9), one.positive(), List.of(), Set.of("a0", "a1", "a2", "a3")));
    }
    var batches = new BatchSampler(examples, plan(8, 8));

    for (int step = 0; step < 8; step++) {
      assertThat(Arrays.stream(batches.examples(step)).filter(i -> i >= 60).count())
          .isLessThanOrEqualTo(1);
    }
  }

  @Test
  void aPassageThatAnswersAnotherQuestionOfTheBatchIsKeptApart() {
    var examples = new ArrayList<>(corpus(60));
    examples.add(example("a", 20, List.of(), "a", "b"));
    examples.add(example("b", 21, List.of(), "b"));
    var batches = new BatchSampler(examples, plan(7, 8));

    for (int step = 0; step < 7; step++) {
      assertThat(Arrays.stream(batches.examples(step)).filter(i -> i >= 60).count())
          .isLessThanOrEqualTo(1);
    }
  }

  @Test
  void whatTheGuideFindsNearlyAsNearAsThePositiveIsNoNegative() {
    // similarities to the first question: its own .8, the second's .77, the third's .75, mined .9
    var examples = guided(.8f, .77f, .75f, .9f);

    ContrastiveBatch batch = new BatchSampler(examples, guidedPlan(.95)).batch(0);

    int first = at(batch, 0);
    int masked = 0;
    for (int j = 0; j < batch.passages().size(); j++) {
      boolean near = List.of(1, 90).contains(batch.passages().get(j)[1]);
      assertThat(batch.excluded(first, j)).as("passage " + j).isEqualTo(near);
      masked += near ? 1 : 0;
    }
    assertThat(masked).isEqualTo(2);
    ContrastiveBatch without = new BatchSampler(examples, guidedPlan(0)).batch(0);
    for (int j = 0; j < without.passages().size(); j++) {
      assertThat(without.excluded(at(without, 0), j)).isFalse();
    }
  }

  @Test
  void aGuideThatFindsMuchAsNearAsThePositiveIsNotAsked() {
    var examples = guided(.3f, .77f, .75f, .9f); // it does not know the first question's passage

    ContrastiveBatch batch = new BatchSampler(examples, guidedPlan(.95)).batch(0);

    for (int j = 0; j < batch.passages().size(); j++) {
      assertThat(batch.excluded(at(batch, 0), j)).isFalse();
    }
  }

  /// Twenty examples; the guide's vector of the first question is `[1, 0]`, of the others `[0, 1]`.
  private static List<TokenisedExample> guided(float own, float second, float third, float mined) {
    var examples = new ArrayList<TokenisedExample>();
    for (int i = 0; i < 20; i++) {
      float similarity = i == 0 ? own : i == 1 ? second : i == 2 ? third : .5f;
      var positive = new TokenisedPassage("p" + i, new int[] {101, i, 102}, unit(similarity));
      var negative = new TokenisedPassage("n", new int[] {101, 90, 102}, unit(mined));
      examples.add(
          new TokenisedExample(
              new int[] {101, 500 + i, 102},
              positive,
              i == 0 ? List.of(negative) : List.of(),
              Set.of("p" + i),
              i == 0 ? new float[] {1, 0} : null));
    }
    return examples;
  }

  private static float[] unit(float first) {
    return new float[] {first, (float) Math.sqrt(1 - first * first)};
  }

  private static Hyperparameters guidedPlan(double margin) {
    return new Hyperparameters(
        new Hyperparameters.Schedule(1, 1e-3, .1),
        new Hyperparameters.Sampling(20, 2, 100, 3),
        new Hyperparameters.Loss(.05, margin, List.of()),
        Precision.FP32,
        100);
  }

  /// Where the example stands in the batch.
  private static int at(ContrastiveBatch batch, int example) {
    for (int i = 0; i < batch.questions().size(); i++) {
      if (batch.questions().get(i)[1] == 500 + example) {
        return i;
      }
    }
    throw new AssertionError("no example " + example);
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
            Hyperparameters.Loss.plain(.05),
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
        Hyperparameters.Loss.plain(.05),
        Precision.FP32,
        100);
  }

  @Test
  void aTeachersSharesAreOfThePassageAndTheCandidatesThatAreDrawn() {
    var taught =
        example("p", 5, List.of("a", "b", "c"), "p")
            .withTeacher(Map.of("p", 2f, "a", 3f, "b", 0f, "c", -1f));
    var plain = example("q", 7, List.of("d"), "q");
    var plan =
        new Hyperparameters(
            new Hyperparameters.Schedule(8, 1e-3, .1),
            new Hyperparameters.Sampling(2, 2, 100, 3),
            new Hyperparameters.Loss(.05, 0, List.of(), .5),
            Precision.FP32,
            100);
    var batches = new BatchSampler(List.of(taught, plain), plan);

    var seen = new HashSet<Integer>();
    for (int step = 0; step < 8; step++) {
      ContrastiveBatch batch = batches.batch(step);
      int first = batch.questions().get(0).length == taught.question().length ? 0 : 1;
      if (Arrays.equals(batch.questions().get(1), taught.question())) {
        first = 1;
      }
      assertThat(batch.targets().get(1 - first)).isEmpty(); // no teacher has scored it
      assertThat(batch.targets().get(first)).hasSize(3); // its passage and two of three
      assertThat(batch.targets().get(first).getFirst().passage())
          .isEqualTo(batch.positives()[first]);
      for (ContrastiveBatch.Target target : batch.targets().get(first)) {
        // the teacher puts a above p: no negative of it; b and c are
        boolean onAPar = target.share() == batch.targets().get(first).getFirst().share();
        assertThat(batch.excluded(first, target.passage()))
            .isEqualTo(onAPar && target.passage() != batch.positives()[first]);
        seen.add(Math.round((float) target.share() * 1000));
      }
    }

    // shares of p (raised to a's 3 where that is drawn), a, b and c: e.g. e³ / (2e³ + 1) = .488
    assertThat(seen).contains(488, 24).hasSizeGreaterThan(4);
    assertThat(new BatchSampler(List.of(taught, plain), plan(8, 2)).batch(0).targets())
        .isEmpty(); // where the plan asks for none
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
        question(positive + length, 3 + known.length), // tells the questions of a test apart
        new TokenisedPassage(positive, tokens(length)),
        negatives.stream().map(id -> new TokenisedPassage(id, tokens(6))).toList(),
        Set.of(known));
  }

  private static int[] question(String words, int length) {
    int[] tokens = tokens(length);
    tokens[1] = 200 + Math.floorMod(words.hashCode(), 10_000);
    return tokens;
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
