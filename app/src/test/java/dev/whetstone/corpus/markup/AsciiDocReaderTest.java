package dev.whetstone.corpus.markup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Block.Kind;
import dev.whetstone.core.Document;
import java.util.List;
import org.junit.jupiter.api.Test;

class AsciiDocReaderTest {
  @Test
  void theSamePageInHtmlHasTheSameWordsAndTheSameKindsOfBlocks() {
    String asciidoc =
        """
        [[pump-guide]]
        = Pump Guide
        :unit: litres
        // nobody reads this

        The *pump* moves 40 {unit} per minute, see
        <<limits,the limits>> and https://example.org/p[its page].

        ifdef::env-github[]
        Only shown elsewhere.
        endif::[]

        == Starting

        . Open the `inlet` valve
        .. slowly
        . Press _start_

        NOTE: Never run it dry.

        [source,sh]
        ----
        pump --start  # now
        ----

        [[limits]]
        === Limits

        [width="100%",cols="2,5,^1",options="header"]
        |===
        | Name | Meaning | Default
        | *pressure* (out) | Highest pressure, a\\|b | 4
        | *speed* | Turns
          per minute |
        |===

        Dry run:: when no water
        is left
        """;
    String html =
        """
        <html><head><title>Pump Guide</title><style>p{}</style></head><body>
        <div id="header"><h1>Pump Guide</h1></div>
        <p>The <strong>pump</strong> moves 40 litres per minute, see
        <a href="#limits">the limits</a> and <a href="https://example.org/p">its page</a>.</p>
        <h2>Starting</h2>
        <ol><li><p>Open the <code>inlet</code> valve</p><ol><li><p>slowly</p></li></ol></li>
        <li><p>Press <em>start</em></p></li></ol>
        <div class="admonitionblock note"><table><tr><td class="icon"><div>Note</div></td>
        <td class="content">Never run it dry.</td></tr></table></div>
        <pre><code>pump --start  # now</code></pre>
        <h3>Limits</h3>
        <table><thead><tr><th>Name</th><th>Meaning</th><th>Default</th></tr></thead>
        <tbody><tr><td><p><strong>pressure</strong> (out)</p></td><td>Highest pressure, a|b</td><td>4</td></tr>
        <tr><td>speed</td><td>Turns
        per minute</td><td></td></tr></tbody></table>
        <dl><dt>Dry run</dt><dd><p>when no water is left</p></dd></dl>
        </body></html>
        """;

    Document first = MarkupDocuments.asciidoc(asciidoc);
    Document second = MarkupDocuments.html(html);

    assertThat(first.text()).isEqualTo(second.text());
    assertThat(first.blocks()).isEqualTo(second.blocks());
    assertThat(first.title()).isEqualTo("Pump Guide");
    assertThat(first.text())
        .contains("Name | Meaning | Default\npressure (out) | Highest pressure, a|b | 4\nspeed");
  }

  @Test
  void aTableWithoutOptionsTakesItsFirstLineAsHeaderWhenAnEmptyLineFollows() {
    Document document =
        MarkupDocuments.asciidoc(
            """
            |===
            |Port |Use

            |80
            |plain

            2+|and others
            |===
            """);

    assertThat(document.blocks())
        .extracting(block -> block.kind() + " " + document.text(block))
        .containsExactly("TABLE_HEADER Port | Use", "TABLE_ROW 80 | plain", "TABLE_ROW and others");
  }

  @Test
  void aCellOverTwoRowsIsSaidInBothAndACellOfBlocksKeepsItsText() {
    Document document =
        MarkupDocuments.asciidoc(
            """
            [cols="1,2a",options="header"]
            |===
            | Kind | Text
            .2+| both
            |
            * one
            * two
            | NOTE: three
            |===
            """);

    assertThat(document.text()).isEqualTo("Kind | Text\nboth | one two\nboth | Note: three");
  }

  @Test
  void markupIsTakenOutAndWhatOnlyLooksLikeItStays() {
    List<String> sources =
        List.of(
            "*bold* and _slanted_ and `code` and #marked#",
            "snake_case_name and 2 * 3 * 4 and a#b",
            "\\*not bold* and \\http://host/path",
            "pass +++<u>_x_</u>+++ and `+*literal*+`",
            "xref:a.adoc#b[the page], link:/x[y], mailto:a@b.c[mail me], <<no-text>>",
            "{undefined} and C&#43;&#43; &amp; more",
            "[.path]`a/b` [[anchor]]after");

    List<String> read =
        sources.stream().map(source -> MarkupDocuments.asciidoc(source).text()).toList();

    assertThat(read)
        .containsExactly(
            "bold and slanted and code and marked",
            "snake_case_name and 2 * 3 * 4 and a#b",
            "*not bold* and http://host/path",
            "pass _x_ and *literal*",
            "the page, y, mail me, no-text",
            "{undefined} and C++ & more",
            "a/b after");
  }

  @Test
  void chineseTextIsReadTheSame() {
    Document document = MarkupDocuments.asciidoc("= 水泵手册\n\n水泵每分钟\n输送 *四十* 升。\n\n* 打开阀门\n** 慢慢地\n");

    assertThat(document.language()).isEqualTo("zh");
    assertThat(document.text()).isEqualTo("水泵手册\n\n水泵每分钟输送 四十 升。\n\n打开阀门\n慢慢地");
    assertThat(document.blocks().getLast().kind()).isEqualTo(Kind.LIST_ITEM);
    assertThat(document.blocks().getLast().level()).isEqualTo(2);
  }

  @Test
  void conditionsAreWeighedInEveryBlockAndWhatTheyLeaveOutIsTold() {
    Document document =
        MarkupDocuments.asciidoc(
            """
            = Guide
            :product: HydroMax
            :level: 3

            ifeval::["{product}" == "HydroMax"]
            Shown by name.
            endif::[]
            ifeval::["{product}" == "Other"]
            Secret.
            endif::[]
            ifeval::[{level} >= 10]
            Secret.
            ifdef::product[]
            Secret.
            endif::[]
            endif::[]
            ifndef::missing[Shown on its line.]
            ifdef::product+missing[Secret.]
            ifdef::product,missing[Shown for one.]
            ifdef::backend-html5[]
            Shown in HTML.
            endif::[]

            ----
            ifdef::missing[]
            Secret
            endif::[]
            \\include::kept.adoc[]
            code
            ----
            """);

    assertThat(document.text())
        .contains("Shown by name.", "Shown on its line.", "Shown for one.", "Shown in HTML.")
        .endsWith("include::kept.adoc[]\ncode")
        .doesNotContain("Secret");
    assertThat(document.notes()).hasSize(1).first().asString().startsWith("34 characters");
  }

  @Test
  void anIncludeThatIsNotReadIsTold() {
    Document document =
        MarkupDocuments.asciidoc("One.\n\ninclude::part/other.adoc[tag=a]\n\nTwo.\n");

    assertThat(document.text()).isEqualTo("One.\n\nTwo.");
    assertThat(document.notes()).hasSize(1).first().asString().contains("part/other.adoc");
  }

  @Test
  void raisedStruckAndQuotedTextKeepsItsMeaning() {
    Document document =
        MarkupDocuments.asciidoc(
            "10^6^ of H~2~O, [.line-through]#99# 79, \"`so`\" and '`so`', pass:[<b>raw</b>]"
                + " \\^a^ stem:[a^2+b^2<c].\n");

    assertThat(document.text()).isEqualTo("10⁶ of H₂O, 79, “so” and ‘so’, raw ^a^ a^2+b^2<c.");
    assertThat(document.notes()).hasSize(1).first().asString().startsWith("2 characters of struck");
  }

  @Test
  void aLineThatOpensWithStruckOutTextIsNoLiteralText() {
    Document document = MarkupDocuments.asciidoc("[.line-through]#99# 79 *euros*.\n");

    assertThat(document.text()).isEqualTo("79 euros.");
  }

  @Test
  void aQuotationNamesItsAuthorAndItsHeadingOpensNoSection() {
    Document document =
        MarkupDocuments.asciidoc(
            "[quote,Ada Miller,\"The Pump\"]\n____\n== Quoted\n\nWords.\n____\n\nAfter.\n");

    assertThat(document.blocks())
        .extracting(block -> block.kind() + " " + document.text(block))
        .containsExactly(
            "PARAGRAPH Quoted",
            "PARAGRAPH Words.",
            "PARAGRAPH — Ada Miller,The Pump",
            "PARAGRAPH After.");
  }

  @Test
  void aListGoesOnBehindABlockThatIsAttachedToItsItem() {
    Document document =
        MarkupDocuments.asciidoc(
            """
            . First
            . Second
            +
            --
            Attached.

            ----
            run <1>
            ----
            <1> Starts it.
            --
            . Third

            [qanda]
            What is it?:: A pump.
            """);

    assertThat(document.blocks())
        .extracting(block -> block.kind() + " " + block.level() + " " + document.text(block))
        .containsExactly(
            "LIST_ITEM 1 First",
            "LIST_ITEM 1 Second",
            "PARAGRAPH 0 Attached.",
            "CODE 0 run <1>",
            "LIST_ITEM 1 Starts it.",
            "LIST_ITEM 1 Third",
            "LIST_ITEM 2 What is it? A pump.");
  }
}
