package dev.whetstone.corpus.markup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Block;
import dev.whetstone.corpus.DocumentBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagedTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "# Tides\n\nOne.\n\n<!-- page break -->\n\nTwo.\n\n<!-- page break -->\n\nThree.",
        "# Tides\n\nOne.\n\n<!-- PageBreak -->\n\nTwo.\n\n<!-- PageBreak -->\n\nThree.",
        "# Tides\n\nOne.\n\fTwo.\n\fThree.",
        "<!-- page 1 -->\n# Tides\n\nOne.\n\n<!-- page: 2 -->\nTwo.\n\n<!-- page 3 -->\nThree.",
        "{0}----------\n# Tides\n\nOne.\n\n{1}----------\nTwo.\n\n{2}----------\nThree."
      })
  void marksBetweenPagesGiveTheirNumbers(String text) {
    var into = new DocumentBuilder("scan.pdf", "pdf");
    PagedText.read(text, "scan.pdf.md", into);
    var document = into.build();

    assertThat(document.text()).isEqualTo("Tides\n\nOne.\n\nTwo.\n\nThree.");
    assertThat(document.blocks()).extracting(Block::page).containsExactly(1, 1, 2, 3);
    assertThat(document.title()).isEqualTo("Tides");
  }

  @Test
  void aTextWithoutMarksHasNoPages() {
    var into = new DocumentBuilder("scan.pdf", "pdf");
    PagedText.read("One.\n\n<!-- a remark on page 7 -->\n\nTwo.", "scan.pdf.md", into);

    assertThat(into.build().blocks()).extracting(Block::page).containsOnly(0);
  }
}
