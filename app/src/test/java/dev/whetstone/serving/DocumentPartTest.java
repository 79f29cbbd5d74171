package dev.whetstone.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Passage;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DocumentPartTest {
  /// Ten passages of ten characters.
  private static final List<Passage> DOCUMENT =
      IntStream.range(0, 10)
          .mapToObj(
              i ->
                  new Passage(
                      "p" + i, "d", List.of(), "0123456789", 12 * i, 12 * i + 10, 0, 1, Map.of()))
          .toList();

  private static List<String> around(int passage, int characters) {
    return DocumentPart.of(DOCUMENT.get(passage), DOCUMENT.reversed(), characters).around().stream()
        .map(Passage::id)
        .toList();
  }

  @Test
  void asMuchAsFitsIsReadOnBothSides() {
    assertThat(around(5, 0)).containsExactly("p5");
    assertThat(around(5, 39)).containsExactly("p4", "p5", "p6");
    assertThat(around(5, 40)).containsExactly("p3", "p4", "p5", "p6");
  }

  @Test
  void atAnEndTheOtherSideHasTheRest() {
    assertThat(around(0, 40)).containsExactly("p0", "p1", "p2", "p3");
    assertThat(around(9, 40)).containsExactly("p6", "p7", "p8", "p9");
  }

  @Test
  void aDocumentThatFitsIsWhole() {
    assertThat(DocumentPart.of(DOCUMENT.get(3), DOCUMENT, 100).whole()).isTrue();
    assertThat(DocumentPart.of(DOCUMENT.get(3), DOCUMENT, 99).whole()).isFalse();
  }

  @Test
  void aPassageThatTheSearchDidNotReturnStandsAlone() {
    assertThat(DocumentPart.of(DOCUMENT.get(3), DOCUMENT.subList(5, 9), 100).around())
        .containsExactly(DOCUMENT.get(3));
  }
}
