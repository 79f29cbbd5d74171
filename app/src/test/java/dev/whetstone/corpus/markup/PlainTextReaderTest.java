package dev.whetstone.corpus.markup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import org.junit.jupiter.api.Test;

class PlainTextReaderTest {
  @Test
  void linesThatStandAloneAsTitlesBecomeHeadings() {
    Document document =
        MarkupDocuments.text(
            """
            PUMP GUIDE

            The pump moves
            water.

            2.1 Starting up

            You need:
            - a key
            - some
              oil

            Care
            ----
            Oil it.

            A short line.
            """);

    assertThat(document.blocks())
        .extracting(block -> block.kind() + " " + block.level() + " " + document.text(block))
        .containsExactly(
            "HEADING 1 PUMP GUIDE",
            "PARAGRAPH 0 The pump moves water.",
            "HEADING 2 2.1 Starting up",
            "PARAGRAPH 0 You need:",
            "LIST_ITEM 1 a key",
            "LIST_ITEM 1 some oil",
            "HEADING 2 Care",
            "PARAGRAPH 0 Oil it.",
            "PARAGRAPH 0 A short line.");
  }

  @Test
  void chineseChaptersAreHeadingsAndAnArticleIsNot() {
    Document document = MarkupDocuments.text("第一章 总则\n第一条 为了保护民事主体\n的权益，制定本法。\n第二条 本法调整民事关系。\n");

    assertThat(document.blocks())
        .extracting(block -> block.kind() + " " + document.text(block))
        .containsExactly(
            "HEADING 第一章 总则", "PARAGRAPH 第一条 为了保护民事主体的权益，制定本法。", "PARAGRAPH 第二条 本法调整民事关系。");
  }

  @Test
  void aNumberThatCountsNoItemsIsText() {
    Document text =
        MarkupDocuments.text("The feast:\n12. May at noon.\n\nSteps:\n1. Open it.\n2. Close it.\n");
    Document markdown =
        MarkupDocuments.markdown(
            "12\\. May\n\n12. May at noon.\n\nSteps:\n\n3. Open it.\n4. Close it.\n");

    assertThat(text.text())
        .isEqualTo("The feast: 12. May at noon.\n\nSteps:\n\nOpen it.\nClose it.");
    assertThat(markdown.text())
        .isEqualTo("12. May\n\n12. May at noon.\n\nSteps:\n\nOpen it.\nClose it.");
  }

  @Test
  void eachLineOfALogOrATableStandsForItself() {
    Document log =
        MarkupDocuments.text(
            """
            2024-05-01 11:00:07 ERROR pump 1 failed
              at the valve
            2024-05-01 11:01:07 INFO pump 1 runs
            """);
    Document table = MarkupDocuments.text("Fees:\n| Boat | Fee |\n| Punt | 9 |\n");
    Document prose =
        MarkupDocuments.text("It was founded on\n2024-05-01 in the hall\nby the river.\n");

    assertThat(log.text())
        .isEqualTo(
            "2024-05-01 11:00:07 ERROR pump 1 failed at the valve\n\n"
                + "2024-05-01 11:01:07 INFO pump 1 runs");
    assertThat(table.text()).isEqualTo("Fees:\n\n| Boat | Fee |\n\n| Punt | 9 |");
    assertThat(prose.text()).isEqualTo("It was founded on 2024-05-01 in the hall by the river.");
  }

  @Test
  void linesOfHeadingsAloneAreAllInTheText() {
    Document capitals =
        MarkupDocuments.text("NOTICE TO CREWS\n\nTHE PIER IS CLOSED\n\nTHE MASTER SIGNS\n");
    Document steps = MarkupDocuments.text("Starting\n\n1. Close the cock\n\n2. Open the valve\n");

    assertThat(capitals.text())
        .isEqualTo("NOTICE TO CREWS\n\nTHE PIER IS CLOSED\n\nTHE MASTER SIGNS");
    assertThat(steps.text()).contains("Starting", "Close the cock", "Open the valve");
  }
}
