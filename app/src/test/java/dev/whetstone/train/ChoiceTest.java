package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  private static List<Double> noisy(long seed, double mean, int n) {
    var random = new Random(seed);
    var figures = new ArrayList<Double>();
    for (int i = 0; i < n; i++) {
      figures.add(mean + .25 * random.nextGaussian());
    }
    return figures;
  }

  @Test
  void aClearWinnerIsTaken() {
    var candidates = Map.of(.3, noisy(1, .5, 200), .7, noisy(2, .5, 200), 1.0, noisy(3, .7, 200));

    assertThat(Choice.of(candidates, .7)).isEqualTo(1.0);
  }

  @Test
  void withinNoiseTheSafeOneIsKept() {
    var safe = noisy(1, .5, 50);
    var barelyBetter = new ArrayList<>(safe);
    barelyBetter.set(0, safe.getFirst() + .3);
    barelyBetter.set(1, safe.get(1) - .29);

    assertThat(Choice.of(Map.of(.5, safe, 1.0, barelyBetter), .5)).isEqualTo(.5);
  }

  @Test
  void equalOnesGoToTheSafeOne() {
    var figures = List.of(.1, .2, .3);

    assertThat(Choice.of(Map.of(.3, figures, .5, figures, 1.0, figures), .5)).isEqualTo(.5);
  }
}
