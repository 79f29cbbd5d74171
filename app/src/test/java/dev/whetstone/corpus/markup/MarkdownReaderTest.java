package dev.whetstone.corpus.markup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.DocumentLines;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MarkdownReaderTest {
  @Test
  void frontMatterGivesTheAddressWhereItIsOneOfTheWeb() {
    assertThat(url("url: /docs/pump/\nsource_url: https://acme.example/pump"))
        .isEqualTo("https://acme.example/pump");
    assertThat(url("title: Pump\nurl: \"https://acme.example/a\"\nsource: https://b.example"))
        .isEqualTo("https://acme.example/a");
    assertThat(url("title: Pump\nurl: javascript:alert(1)")).isNull();
  }

  private static @Nullable String url(String keys) {
    return MarkupDocuments.markdown("---\n" + keys + "\n---\n\n# Pump\n\nOil it.\n")
        .metadata()
        .get("url");
  }

  @Test
  void frontMatterGivesTheTitleAndIsNoText() {
    Document document =
        MarkupDocuments.markdown(
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
        MarkupDocuments.markdown(
            "# Charts\n\nWrite `{{ .Values.name }}` and {{ this }}.\n\n---\n\nEnd");

    assertThat(document.title()).isEqualTo("Charts");
    assertThat(document.text())
        .isEqualTo("Charts\n\nWrite {{ .Values.name }} and {{ this }}.\n\nEnd");
  }

  @Test
  void blocksAreReadWhetherWrittenInMarkdownOrHtml() {
    Document document =
        MarkupDocuments.markdown(
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
        MarkupDocuments.markdown(
            ">".repeat(50_000)
                + "deep\n\n"
                + "*a ".repeat(20_000)
                + "[".repeat(20_000)
                + "\n\nend");

    assertThat(document.text()).contains("deep").endsWith("end");
  }

  @Test
  void aRuleAboveTheTextIsNoFrontMatter() {
    Document blank =
        MarkupDocuments.markdown("---\n\n# Hours\n\nOpen: from six.\n\n---\n\n# Fees\n\nSeven.\n");
    Document prose =
        MarkupDocuments.markdown("---\nHours are from six to nine.\n---\nFees: seven euros.\n");
    Document open = MarkupDocuments.markdown("---\ntitle: no end\n\nThe gate is shut.\n");

    assertThat(blank.text()).isEqualTo("Hours\n\nOpen: from six.\n\nFees\n\nSeven.");
    assertThat(blank.title()).isEqualTo("Hours");
    assertThat(prose.text()).isEqualTo("Hours are from six to nine.\n\nFees: seven euros.");
    assertThat(open.text()).isEqualTo("title: no end\n\nThe gate is shut.");
  }

  @Test
  void proseOfFrontMatterIsTheFirstTextUnlessThePageSaysItAgain() {
    assertThat(
            DocumentLines.blocks(
                MarkupDocuments.markdown(
                    """
                    ---
                    title: Pump
                    description: How the pump is run.
                    ---
                    # Pump

                    Oil it.
                    """)))
        .containsExactly(
            "PARAGRAPH: How the pump is run.", "HEADING 1: Pump", "PARAGRAPH: Oil it.");
    assertThat(
            DocumentLines.blocks(
                MarkupDocuments.markdown(
                    "+++\ntitle = \"T\"\nsummary = \"Oil it.\"\n+++\n# Pump\n\nOil it.\n")))
        .containsExactly("HEADING 1: Pump", "PARAGRAPH: Oil it.");
  }

  @Test
  void frontMatterIsReadInYamlWithAnyLineEndsAndInToml() {
    Document windows =
        MarkupDocuments.markdown(
            "\uFEFF---\r\ntitle: \"Bell tower\"\r\ntags: [a]\r\n---\r\n\r\nAt noon.\r\n");
    Document folded =
        MarkupDocuments.markdown(
            "---\n# made by hand\ntitle: >-\n  Winter\n  service\ndate: 2024-01-02\n...\nText.");
    Document broken =
        MarkupDocuments.markdown("---\ntitle: Pumps: a guide\nother: {{ x }}\n---\nText.");
    Document toml =
        MarkupDocuments.markdown(
            """
            +++
            title = "Winter service" # shown
            draft = false
            tags = [
              "a",
            ]
            [extra]
            title = "no"
            +++
            Text.\
            """);
    Document plus = MarkupDocuments.markdown("+++\nText between plus signs.\n+++\n");

    assertThat(windows.title()).isEqualTo("Bell tower");
    assertThat(windows.text()).isEqualTo("At noon.");
    assertThat(folded.title()).isEqualTo("Winter service");
    assertThat(folded.text()).isEqualTo("Text.");
    assertThat(broken.title()).isEqualTo("Pumps: a guide");
    assertThat(broken.text()).isEqualTo("Text.");
    assertThat(toml.title()).isEqualTo("Winter service");
    assertThat(toml.text()).isEqualTo("Text.");
    assertThat(plus.text()).contains("Text between plus signs.");
  }

  @Test
  void bracesStayInCodeAndProseUnderFrontMatter() {
    String body =
        """
        Inline {{ pump_name }} and `${{ secrets.TOKEN }}`, {% if a %}stop{% endif %}.

        ```
        {:ok, pump} = Pump.start({:port 8081})
        replicas: {{ .Values.replicas | default 2 }}
        ```
        """;

    Document document = MarkupDocuments.markdown("---\ntitle: T\n---\n" + body);

    assertThat(document.text())
        .isEqualTo(
            """
            Inline {{ pump_name }} and ${{ secrets.TOKEN }}, {% if a %}stop{% endif %}.

            {:ok, pump} = Pump.start({:port 8081})
            replicas: {{ .Values.replicas | default 2 }}\
            """);
  }

  @Test
  void attributesOfLinksHeadingsAndBlocksAreNoText() {
    Document document =
        MarkupDocuments.markdown(
            """
            # Heading with `code` {#custom-id .wide}

            See [a](b){:target="_blank"}{:rel="no"} and ![four words of text](b.png){width=50%}.
            {: .note}

            {:toc}

            Ask {#this} and {:that, one}.
            """);

    assertThat(document.text())
        .isEqualTo(
            "Heading with code\n\nSee a and four words of text .\n\nAsk {#this} and {:that, one}.");
  }

  @Test
  void notationsOfOtherDialectsAreReadAsTheyAreMeant() {
    Document document =
        MarkupDocuments.markdown(
            """
            Price 10^6^, H~2~O, from 10^6 to ~/home.[^1] 2^x 2*3*4 $a^2+b^2$

            [^1]: Lid

            [^long]: One.

                Two.

            Term
            : Definition.

            Other

            : Set apart.

            !!! warning "Mind the gap"

                Keep away.

            :::danger
            Never pull.
            :::

            > [!NOTE]
            > Oil it.

            After.
            """);

    assertThat(document.text())
        .isEqualTo(
            """
            Price 10⁶, H₂O, from 10^6 to ~/home.[1] 2^x 2*3*4 $a^2+b^2$

            [1] Lid

            [long] One.

            Two.

            Term: Definition.

            Other: Set apart.

            Mind the gap: Keep away.

            Danger: Never pull.

            Note: Oil it.

            After.\
            """);
  }

  @Test
  void textInAngleBracketsThatIsNoHtmlStays() {
    Document document =
        MarkupDocuments.markdown(
            """
            Set List<String> names, vector<int> sizes, a Set<S> and <b>bold</b> <x-note>this</x-note>.

            <div>Use <name> of <em>it</em><br>now</div>

            <pre>
            Map<K, V<T>> m
            </pre>
            """);

    assertThat(document.text())
        .isEqualTo(
            "Set List<String> names, vector<int> sizes, a Set<S> and bold this.\n\n"
                + "Use <name> of it now\n\nMap<K, V<T>> m");
  }

  @Test
  void aHeadingInAQuotationOpensNoSection() {
    Document document = MarkupDocuments.markdown("# Real\n\n> ## Quoted\n> words\n");

    assertThat(document.blocks())
        .extracting(block -> block.kind() + " " + document.text(block))
        .containsExactly("HEADING Real", "PARAGRAPH Quoted", "PARAGRAPH words");
  }
}
