package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Sha256;
import dev.whetstone.pairs.Pair;
import dev.whetstone.pairs.PairRecipes;
import dev.whetstone.store.Json;
import dev.whetstone.torch.ContrastiveTraining;
import dev.whetstone.torch.Precision;
import dev.whetstone.workshop.train.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The same inputs make the same pairs and plans as long as [Training#VERSION] stays: a workspace
/// takes a model for up to date by it. Where a test fails, raise the version, and put what it says
/// into the test.
class TrainingVersionTest {
  private static final String TEXT =
      "the boiler of this plant is looked at by a fitter who opens its valve before winter comes"
          + " and writes pressure temperature and date into the log of the house because cold pipes"
          + " suffer when nobody drains them so ask for a new gasket if yours is worn out";

  private static List<Passage> passages() {
    var random = new Random(5);
    List<String> words = List.of(TEXT.split(" "));
    var passages = new ArrayList<Passage>();
    for (int i = 0; i < 60; i++) {
      var text = new StringBuilder();
      for (int sentence = 0; sentence < 5; sentence++) {
        for (int word = 0; word < 10; word++) {
          text.append(word == 0 ? "" : " ").append(words.get(random.nextInt(words.size())));
        }
        text.append(" part").append(i).append(". ");
      }
      passages.add(
          new Passage(
              "p" + i,
              "d" + i / 3,
              List.of("Heading " + i / 2),
              text.toString().strip(),
              0,
              text.length(),
              0,
              0,
              Map.of()));
    }
    return passages;
  }

  private static String plan(int labels, int written, FineTuningPlan.Dev dev, double seconds) {
    var inputs =
        new PlanInputs(
            new PlanInputs.Pairs(labels, written, 4000),
            dev,
            written == 0 ? Headroom.UNKNOWN : new Headroom(200, .8),
            true,
            5000,
            100);
    FineTuningPlan plan =
        Planner.plan(
            new FineTuningPlan.Key(FineTuningPlan.FORMAT, "m", 1),
            inputs,
            Recipe.STANDARD,
            seconds,
            new FineTuningPlan.Speed(Precision.FP32, 10, ContrastiveTraining.Limits.USUAL),
            true);
    return Json.pretty(plan);
  }

  @Test
  void theSameInputsMakeTheSamePairs() {
    var hash = new Sha256();
    for (Pair pair : new PairRecipes(1).fromDocuments(passages(), 200)) {
      hash.add(pair.origin()).add(pair.question()).add(pair.passageText());
    }

    assertThat(Training.VERSION + " " + hash.hex().substring(0, 12)).isEqualTo("8 a7540b43135b");
  }

  @Test
  void theSameInputsMakeTheSamePlans() {
    String all =
        Sha256.id(
            plan(0, 0, new FineTuningPlan.Dev(0, false), 600),
            plan(0, 300, new FineTuningPlan.Dev(60, true), 600),
            plan(60, 300, new FineTuningPlan.Dev(40, false), 600),
            plan(1500, 0, new FineTuningPlan.Dev(200, false), 1200));

    assertThat(Training.VERSION + " " + all.substring(0, 12)).isEqualTo("8 e56b9c80f63b");
  }
}
