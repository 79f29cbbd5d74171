package dev.whetstone.pairs;

import static dev.whetstone.pairs.PassageMaker.passage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Hit;
import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HardNegativesTest {
  private static final float[] QUERY = {1, 0};
  private final Map<String, Passage> passages = new HashMap<>();
  private final List<Hit> hits = new ArrayList<>();
  private final List<Float> rows = new ArrayList<>();

  /// A passage whose cosine to the query is `cosine`.
  private void add(String id, double cosine, String text) {
    passages.put(id, passage(id, id, "", text));
    hits.add(new Hit(id, cosine));
    rows.add((float) cosine);
    rows.add((float) Math.sqrt(1 - cosine * cosine));
  }

  private List<String> mine(int each, long seed) {
    var data = new float[rows.size()];
    for (int i = 0; i < data.length; i++) {
      data[i] = rows.get(i);
    }
    var vectors =
        new Vectors(
            new SpaceId("0123456789abcdef"), hits.stream().map(Hit::passageId).toList(), 2, data);
    var dense = Ranking.best(hits, 100);
    return HardNegatives.standard(each, seed)
        .mine("q", QUERY, Set.of("gold"), dense, dense, vectors, passages);
  }

  @Test
  void neitherPositivesNorTheirCopiesNorLikelyAnswersAreDrawn() {
    add("top", .79, "the best rank is spared");
    add("near", .78, "above .95 · .8 = .76: likely an answer");
    add("gold", .8, "the answer");
    add("copy", .5, "the answer");
    add("fit", .75, "looks like it");
    add("far", .1, "does not");

    assertThat(mine(10, 1)).containsExactlyInAnyOrder("fit", "far");
  }

  @Test
  void withoutAMarginWhatIsNearIsDrawnToo() {
    add("top", -.1, "the best rank is spared");
    add("near", -.2, "nearer than the answer, whose cosine is below 0");
    add("gold", -.5, "the answer");
    add("copy", -.6, "the answer");
    var vectors =
        new Vectors(
            new SpaceId("0123456789abcdef"),
            hits.stream().map(Hit::passageId).toList(),
            2,
            new float[] {-.1f, .99f, -.2f, .98f, -.5f, .87f, -.6f, .8f});
    var dense = Ranking.best(hits, 100);

    assertThat(
            HardNegatives.candidates(10, 1)
                .mine("q", QUERY, Set.of("gold"), dense, dense, vectors, passages))
        .containsExactly("near");
  }

  @Test
  void aCopyWithAnotherWordOrHeadingIsNotDrawn() {
    String answer =
        IntStream.range(0, 120).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
    add("top", .79, "the best rank is spared");
    add("gold", .8, answer);
    add("spaced", .5, answer.replace(" ", "\n "));
    add("edited", .5, answer.replace("word60", "other"));
    add("half", .5, answer.substring(0, answer.length() / 2));

    assertThat(mine(10, 1)).containsExactly("half");
  }

  @Test
  void whichAreDrawnDependsOnTheSeedAlone() {
    add("gold", .9, "the answer");
    for (int i = 0; i < 60; i++) {
      add("n" + i, .8 - i / 100.0, "text " + i);
    }

    assertThat(mine(4, 1)).hasSize(4).isEqualTo(mine(4, 1)).isNotEqualTo(mine(4, 2));
    assertThat(mine(100, 1)).hasSize(49).doesNotContain("n50");
  }
}
