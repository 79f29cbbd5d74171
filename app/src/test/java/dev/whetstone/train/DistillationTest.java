package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whetstone.torch.ContrastiveBatch.Target;
import dev.whetstone.train.TokenisedExample.TokenisedPassage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DistillationTest {
  private static final Map<String, Integer> ROWS = Map.of("p", 4, "a", 2, "b", 0);

  private static TokenisedPassage passage(String id) {
    return new TokenisedPassage(id, new int[] {101, 102});
  }

  private static TokenisedExample example(Map<String, Float> scores) {
    return new TokenisedExample(
            new int[] {101, 102}, passage("p"), List.of(passage("a"), passage("b")), Set.of("p"))
        .withTeacher(scores);
  }

  @Test
  void aPassageThatTheTeacherPutsBelowACandidateTiesWithIt() {
    TokenisedExample example = example(Map.of("p", 2f, "a", 3f, "b", 0f));
    List<String> ids = Distillation.candidates(example, example.negatives());

    List<Target> targets = Distillation.targets(example, ids, ROWS);

    double all = 2 * Math.exp(3) + 1;
    assertThat(targets).extracting(Target::passage).containsExactly(4, 2, 0);
    assertThat(targets.get(0).share()).isCloseTo(Math.exp(3) / all, within(1e-12));
    assertThat(targets.get(1).share()).isEqualTo(targets.get(0).share());
    assertThat(targets.get(2).share()).isCloseTo(1 / all, within(1e-12));
    assertThat(Distillation.onAPar(example, ids)).containsExactly("a");
  }

  @Test
  void aTeacherThatKnowsThePassageIsTakenAtItsWord() {
    TokenisedExample example = example(Map.of("p", 2f, "a", 1f, "b", 0f));
    List<String> ids = Distillation.candidates(example, example.negatives());

    List<Target> targets = Distillation.targets(example, ids, ROWS);

    double all = Math.exp(2) + Math.E + 1;
    assertThat(targets.get(0).share()).isCloseTo(Math.exp(2) / all, within(1e-12));
    assertThat(targets.get(1).share()).isCloseTo(Math.E / all, within(1e-12));
    assertThat(Distillation.onAPar(example, ids)).isEmpty();
  }

  @Test
  void whatNoTeacherHasScoredIsNoCandidate() {
    assertThat(candidates(Map.of("p", 1f, "b", 0f))).containsExactly("p", "b");
    assertThat(candidates(Map.of("p", 1f))).isEmpty();
    assertThat(candidates(Map.of("a", 1f, "b", 0f))).isEmpty();
    assertThat(candidates(Map.of())).isEmpty();
  }

  private static List<String> candidates(Map<String, Float> scores) {
    TokenisedExample example = example(scores);
    return Distillation.candidates(example, example.negatives());
  }
}
