package dev.whetstone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
  @Test
  void whatIsNotNamedIsAsUsual() {
    Recipe recipe = Recipe.parse("batch=128, remine=on,matryoshka=192/96");

    assertThat(recipe.batches()).isEqualTo(new Recipe.Batches(128, -1, Recipe.Choice.ON));
    assertThat(recipe.loss()).isEqualTo(new Recipe.Loss(.95, List.of(192, 96)));
    assertThat(recipe.weights()).isEqualTo(Recipe.STANDARD.weights());
    assertThat(recipe.safeguards()).isTrue();
  }

  @Test
  void plainBeginsFromThePlainOne() {
    Recipe recipe = Recipe.parse("plain,guide=.9,seeds=2,decay=.9,negatives=4,safeguards=on");

    assertThat(recipe)
        .isEqualTo(
            new Recipe(
                new Recipe.Batches(32, 4, Recipe.Choice.OFF),
                new Recipe.Loss(.9, List.of()),
                new Recipe.Motion(.9, 2),
                true));
    assertThat(Recipe.parse("plain")).isEqualTo(Recipe.PLAIN);
    assertThat(Recipe.parse("plain,guide=.95,matryoshka=off,safeguards=on"))
        .isEqualTo(Recipe.STANDARD);
  }

  @Test
  void thePlannerDecidesWhereItIsAskedTo() {
    Recipe recipe = Recipe.parse("batch=auto,negatives=auto,remine=auto,decay=auto,seeds=auto");

    assertThat(recipe.batches()).isEqualTo(new Recipe.Batches(Recipe.AUTO, -1, Recipe.Choice.AUTO));
    assertThat(recipe.weights()).isEqualTo(new Recipe.Motion(Recipe.AUTO, Recipe.AUTO));
  }

  @Test
  void aTeacherIsAskedForByName() {
    assertThat(Recipe.parse("distill=on,negatives=8").distils()).isTrue();
    assertThat(Recipe.parse("plain,distill=on").loss())
        .isEqualTo(new Recipe.Loss(0, List.of(), Recipe.Choice.ON));
    assertThat(Recipe.parse("distill=on,matryoshka=96,guide=.9").distils()).isTrue();
    assertThat(Recipe.parse("distill=auto").distils()).isFalse();
    assertThat(Recipe.STANDARD.distils()).isFalse();
  }

  @Test
  void zeroIsNoDecay() {
    assertThatThrownBy(() -> Recipe.parse("decay=0")).isInstanceOf(Failure.BadInput.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"distill=on,remine=on", "remine=on,distill=on", "distill=on,negatives=0"})
  void whatATeacherDoesNotGoWithIsRefused(String text) {
    assertThatThrownBy(() -> Recipe.parse(text))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("distill=on");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fast",
        "batch=0",
        "batch=1",
        "batch=many",
        "speed=3",
        "guide=-1",
        "guide=.5",
        "guide=NaN",
        "decay=2",
        "seeds=0",
        "seeds=9",
        "negatives=-1",
        "safeguards=auto",
        "matryoshka=192/many",
        "remine=often",
        "distill=/models/reranker",
        "matryoshka=4",
        ""
      })
  void whatCannotBeUsedIsRefusedByName(String text) {
    assertThatThrownBy(() -> Recipe.parse(text))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("\"" + text + "\"")
        .hasMessageContaining("matryoshka")
        .hasMessageNotContaining("dev.whetstone");
  }

  @Test
  void aDimensionThatIsNamedTwiceCountsOnce() {
    assertThat(Recipe.parse("matryoshka=96/192/96").loss().dimensions()).containsExactly(192, 96);
  }
}
