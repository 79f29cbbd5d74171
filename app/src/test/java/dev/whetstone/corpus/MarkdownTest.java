package dev.whetstone.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import org.junit.jupiter.api.Test;

class MarkdownTest {
  @Test
  void frontMatterGivesTheTitleAndIsNoText() {
    Document document =
        Read.markdown(
            """
            ---
            layout: page
            title: "Pump: a guide"
            version: 1.2
            ---
            Version {{page.version}}, see [the site](https://e.org){:target="_blank"}.
            """);

    assertThat(document.title()).isEqualTo("Pump: a guide");
    assertThat(document.text()).isEqualTo("Version 1.2, see the site.");
  }

  @Test
  void withoutFrontMatterBracesStayAndTheFirstHeadingIsTheTitle() {
    Document document =
        Read.markdown("# Charts\n\nWrite `{{ .Values.name }}` and {{ this }}.\n\n---\n\nEnd");

    assertThat(document.title()).isEqualTo("Charts");
    assertThat(document.text())
        .isEqualTo("Charts\n\nWrite {{ .Values.name }} and {{ this }}.\n\nEnd");
  }

  @Test
  void blocksAreReadWhetherWrittenInMarkdownOrHtml() {
    Document document =
        Read.markdown(
            """
            Title
            =====

            Text over
            two lines with *stress* and `code`.

            - one
              - inner
            - two

            1. first

            | Name | Use |
            |------|-----|
            | a    | x\\|y |

            ```sh
            run  --now
            ```

            <table><tr><th>k</th><th>v</th></tr><tr><td>1</td><td>2</td></tr></table>

            <!-- not said -->
            > quoted
            """);

    assertThat(document.blocks())
        .extracting(block -> block.kind() + " " + document.text(block))
        .containsExactly(
            "HEADING Title",
            "PARAGRAPH Text over two lines with stress and code.",
            "LIST_ITEM one",
            "LIST_ITEM inner",
            "LIST_ITEM two",
            "LIST_ITEM first",
            "TABLE_HEADER Name | Use",
            "TABLE_ROW a | x|y",
            "CODE run  --now",
            "TABLE_HEADER k | v",
            "TABLE_ROW 1 | 2",
            "PARAGRAPH quoted");
  }

  @Test
  void endlessNestingDoesNotExhaustTheStack() {
    Document document =
        Read.markdown(
            ">".repeat(50_000)
                + "deep\n\n"
                + "*a ".repeat(20_000)
                + "[".repeat(20_000)
                + "\n\nend");

    assertThat(document.text()).contains("deep").endsWith("end");
  }
}
