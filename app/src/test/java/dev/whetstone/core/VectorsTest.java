package dev.whetstone.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class VectorsTest {
  private static final SpaceId SPACE = new SpaceId("0123456789abcdef");

  @Test
  void aPrefixIsTheFirstNumbersAtUnitLength() {
    var vectors = new Vectors(SPACE, List.of("a", "b"), 3, new float[] {.6f, 0, .8f, 0, 0, 1});
    var other = new SpaceId("fedcba9876543210");

    Vectors prefix = vectors.prefix(2, other);

    assertThat(prefix.space()).isEqualTo(other);
    assertThat(prefix.ids()).containsExactly("a", "b");
    assertThat(prefix.vector(0)).containsExactly(new float[] {1, 0}, within(1e-6f));
    assertThat(prefix.vector(1)).containsExactly(0, 0); // nothing is left of it
    assertThat(Vectors.prefix(new float[] {3, 4, 9}, 2))
        .containsExactly(new float[] {.6f, .8f}, within(1e-6f));
    assertThat(vectors.vector(0)).containsExactly(.6f, 0, .8f);
    assertThatThrownBy(() -> Vectors.prefix(new float[] {1}, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
