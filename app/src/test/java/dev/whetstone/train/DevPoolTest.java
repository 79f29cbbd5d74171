package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Passage;
import dev.whetstone.core.Ranking;
import dev.whetstone.core.SpaceId;
import dev.whetstone.core.Vectors;
import dev.whetstone.evaluate.Qrels;
import dev.whetstone.model.Model;
import dev.whetstone.model.TinyBert;
import dev.whetstone.pairs.TrainingPairs;
import dev.whetstone.train.TrainingData.DevQuestions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevPoolTest {
  private final List<Passage> passages =
      IntStream.range(0, 4)
          .mapToObj(i -> new Passage("p" + i, "d", List.of(), "text " + i, 0, 1, 0, 0, Map.of()))
          .toList();

  @TempDir Path folder;

  @Test
  void thePoolsVectorsAreThoseOfItsPassages() {
    var all = vectors(List.of("p3", "p2", "p1", "p0"));

    Vectors part = pool().part(all);

    assertThat(part.ids()).containsExactly("p0", "p1", "p2", "p3");
    assertThat(part.vector(0)).containsExactly(3, 0);
    assertThat(part.vector(3)).containsExactly(0, 0);
  }

  @Test
  void aPassageWithoutAVectorIsAnErrorAndNotTheFirstRow() {
    var lacking = vectors(List.of("p3", "p1", "p0"));

    assertThatThrownBy(() -> pool().part(lacking))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the passage p2 has no vector");
  }

  private DevPool pool() {
    Model base = TinyBert.write(folder.resolve("m"), 1);
    var dev = new DevQuestions(Map.of("q", "why?"), new Qrels(Map.of("q", Map.of("p1", 1))));
    var data =
        new TrainingData(
            base,
            passages,
            null,
            new TrainingPairs(List.of(), List.of(), List.of()),
            dev,
            DevQuestions.NONE,
            _ -> Ranking.EMPTY);
    return DevPool.of(data, Map.of(), 3, 4, 1);
  }

  /// Row i is `[i, 0]`.
  private static Vectors vectors(List<String> ids) {
    float[] values = new float[2 * ids.size()];
    for (int i = 0; i < ids.size(); i++) {
      values[2 * i] = i;
    }
    return new Vectors(new SpaceId("0123456789abcdef"), ids, 2, values);
  }
}
