package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.RetrievalPlan.Arm;
import dev.whetstone.core.RetrievalPlan.FusionRule;
import dev.whetstone.core.RetrievalPlan.Reranker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetrievalPlanTest {
  @Test
  void theWeightsOfTheArmsAddUpToOne() {
    var convex = new FusionRule.Convex(.62);

    assertThat(convex.weight(new Arm.Vectors(100))).isEqualTo(.62);
    assertThat(convex.weight(new Arm.Words(100))).isEqualTo(.38);
  }

  @Test
  void aPlanThatCannotRunIsNotMade() {
    var words = new Arm.Words(100);
    var vectors = new Arm.Vectors(100);

    assertThatThrownBy(() -> plan(List.of(), 0, 5)).hasMessageContaining("without an arm");
    assertThatThrownBy(() -> plan(List.of(words, vectors, new Arm.Words(50)), .5, 5))
        .hasMessageContaining("two arms of one kind");
    assertThatThrownBy(() -> plan(List.of(words), .5, 5)).hasMessageContaining("missing");
    assertThatThrownBy(() -> plan(List.of(words, vectors), .5, 0))
        .hasMessage("top k is 0: give 1 to 1000");
    assertThatThrownBy(() -> new Arm.Vectors(1001)).hasMessage("depth is 1001: give 1 to 1000");
    assertThatThrownBy(() -> new FusionRule.Convex(Double.NaN))
        .hasMessage("weight not in [0, 1]: NaN");
  }

  @Test
  void aRerankerIsAskedForNoLessThanOnePassageAndHasSomeTime() {
    assertThatThrownBy(() -> new Reranker.Model("judge", "1", 0, 1))
        .hasMessage("reranker's depth is 0: give 1 to 1000");
    assertThatThrownBy(() -> new Reranker.Model("judge", "1", 20, 0))
        .hasMessageContaining("weight");
    assertThatThrownBy(() -> new Reranker.Model("", "1", 20, 1)).hasMessageContaining("name");
    assertThatThrownBy(() -> new Reranker.Model("judge", "1", 20, 1, Duration.ofNanos(1)))
        .hasMessageContaining("limit");
  }

  @Test
  void asManyOfTheFusedBestAreLookedAtAsAreRerankedOrAskedFor() {
    var plan = RetrievalPlan.hybrid(.5);
    var reranked = plan.withReranker(new Reranker.Model("judge", "1", 20, 1));

    assertThat(plan.reach(5)).isEqualTo(5);
    assertThat(reranked.reach(5)).isEqualTo(20);
    assertThat(reranked.reach(50)).isEqualTo(50);
    assertThat(reranked.withReranker(new Reranker.None())).isEqualTo(plan);
    assertThat(reranked.withTopK(9).reranker()).isEqualTo(reranked.reranker());
  }

  private static RetrievalPlan plan(List<Arm> arms, double denseWeight, int topK) {
    return new RetrievalPlan(
        arms, new FusionRule.Convex(denseWeight), new Reranker.None(), 20, topK, null);
  }
}
