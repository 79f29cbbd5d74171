package dev.whetstone.corpus.markup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import org.junit.jupiter.api.Test;

class HtmlReaderTest {
  @Test
  void whatSurroundsThePageIsDroppedAndItsStructureStays() {
    Document document =
        MarkupDocuments.html(
            """
            <!DOCTYPE html><html lang="de"><head><title>Pump - Acme</title>
            <script>var a = "no";</script><style>p {}</style></head><body>
            <header><nav><a href="/">Home</a></nav><p>Acme products</p></header>
            <div class="sidebar">Also of interest</div>
            <main><header><h1>Pump</h1></header>
            <p>It moves<br>water.<p>Second, <b>unclosed</b>
            <ul><li>one<ul><li>inner</li></ul></li><li><p>two</p><p>more of two</p></li></ul>
            <dl><dt>Bar</dt><dd>a unit</dd><dt>Why?</dt><dd>Because.</dd></dl>
            <pre>
            a  =  1
              b
            </pre><button>Copy</button><script>no()</script>
            <h2>Care <a class="headerlink" href="#care">¶</a></h2>
            <p>Oil&nbsp;it.</p></main>
            <footer>© Acme</footer></body></html>
            """);

    assertThat(document.title()).isEqualTo("Pump");
    assertThat(document.language()).isEqualTo("de");
    assertThat(document.blocks())
        .extracting(block -> block.kind() + " " + block.level() + " " + document.text(block))
        .containsExactly(
            "HEADING 1 Pump",
            "PARAGRAPH 0 It moves water.",
            "PARAGRAPH 0 Second, unclosed",
            "LIST_ITEM 1 one",
            "LIST_ITEM 2 inner",
            "LIST_ITEM 1 two",
            "PARAGRAPH 0 more of two",
            "LIST_ITEM 1 Bar: a unit",
            "LIST_ITEM 1 Why? Because.",
            "CODE 0 a  =  1\n  b",
            "HEADING 2 Care",
            "PARAGRAPH 0 Oil it.");
  }

  @Test
  void aPageThatWasSavedKnowsItsAddress() {
    String head =
        "<html><head><meta property='og:url' content='https://acme.example/share'>"
            + "<link rel=canonical href='%s'></head><body><p>Oil it.</p></body></html>";

    assertThat(
            MarkupDocuments.html(head.formatted("https://acme.example/pump")).metadata().get("url"))
        .isEqualTo("https://acme.example/pump");
    assertThat(MarkupDocuments.html(head.formatted("/pump")).metadata().get("url"))
        .isEqualTo("https://acme.example/share");
    assertThat(MarkupDocuments.html("<p>Oil it.</p>").metadata().get("url")).isNull();
  }

  @Test
  void spannedCellsAreSaidInEachRowAndHeaderRowsBecomeOne() {
    Document document =
        MarkupDocuments.html(
            """
            <table><caption>Pumps</caption>
            <tr><th rowspan="2">Name</th><th colspan="2">Pressure</th></tr>
            <tr><th>low</th><th>high</th></tr>
            <tr><td rowspan="2">A</td><td>1</td><td>2</td></tr>
            <tr><td>3</td><td>4</td></tr>
            <tr><td>B</td><td colspan="2">none</td></tr></table>
            """);

    assertThat(document.text())
        .isEqualTo("Pumps\n\nName | Pressure low | Pressure high\nA | 1 | 2\nA | 3 | 4\nB | none");
  }

  @Test
  void aFirstRowThatReadsAsLabelsIsTheHeaderAndOneOfFiguresIsNot() {
    Document labelled =
        MarkupDocuments.html("<table><tr><td>Key<td>Value<tr><td>a<td>1<tr><td>b<td>2</table>");
    Document bold =
        MarkupDocuments.html(
            "<table><tr><td><b>Key 1</b><td><strong>Value</strong><tr><td>a<td>1</table>");
    Document figures =
        MarkupDocuments.html("<table><tr><td>a<td>1<tr><td>b<td>2<tr><td>c<td>3</table>");

    assertThat(labelled.blocks().getLast().header()).isZero();
    assertThat(bold.blocks().getLast().header()).isZero();
    assertThat(figures.blocks()).allSatisfy(block -> assertThat(block.header()).isEqualTo(-1));
  }

  @Test
  void aTableThatOnlyArrangesItsCellsIsReadAsText() {
    Document document =
        MarkupDocuments.html(
            "<table><tr><td><h2>Menu</h2></td><td><h2>Text</h2><p>One.</p>"
                + "<table><tr><th>k</th><th>v</th></tr><tr><td>a</td><td>b</td></tr></table></td></tr></table>");

    assertThat(document.text()).isEqualTo("Menu\n\nText\n\nOne.\n\nk | v\na | b");
  }

  @Test
  void endlessNestingIsFlattenedWithoutLosingText() {
    String deep = "<div>".repeat(100_000) + "deep" + "<ul><li>".repeat(50_000) + "item";

    Document document = MarkupDocuments.html(deep + "<table><tr><td>".repeat(20_000) + "cell");

    assertThat(document.text()).contains("deep", "item", "cell");
  }

  @Test
  void chineseLinesAreJoinedWithoutASpace() {
    Document document = MarkupDocuments.html("<p>水泵每分钟\n  输送四十升 water\n 水。</p>");

    assertThat(document.text()).isEqualTo("水泵每分钟输送四十升 water 水。");
    assertThat(document.language()).isEqualTo("zh");
  }

  @Test
  void aTermsDefinitionFollowsItAndSeveralTermsShareOne() {
    Document document =
        MarkupDocuments.html(
            "<dl><dt>Lift</dt><dd>Twelve metres.</dd><dt>Flow</dt><dt>Rate</dt><dd>Forty.</dd></dl>"
                + "<dl><dt>Alone</dt><dt>Also</dt></dl>");

    assertThat(document.text()).isEqualTo("Lift: Twelve metres.\nFlow: Rate: Forty.\nAlone\nAlso");
  }

  @Test
  void aRowBesideANestedTableKeepsItsCellsTogether() {
    Document document =
        MarkupDocuments.html(
            "<table><tr><td>Outer A</td><td><table><tr><th>In</th><th>Out</th></tr>"
                + "<tr><td>3 bar</td><td>1 bar</td></tr></table></td></tr>"
                + "<tr><td>Outer B</td><td>plain</td></tr></table>");

    assertThat(document.text()).isEqualTo("Outer A\n\nIn | Out\n3 bar | 1 bar\n\nOuter B | plain");
  }

  @Test
  void aPicturesDescriptionStaysInATableThatOnlyArranges() {
    Document document =
        MarkupDocuments.html(
            "<table role='none'><tr><td>Step <img alt='The clerk asks for the"
                + " card'></td><td>Ask.</td></tr></table><table><tr><td>Two <img alt='The clerk"
                + " reads the card aloud'></td><td>Read.<h2>Then</h2></td></tr></table>");

    assertThat(document.text())
        .contains("The clerk asks for the card", "The clerk reads the card aloud");
  }

  @Test
  void elementsThatHtmlDoesNotKnowDoNotRunTogether() {
    Document document =
        MarkupDocuments.html(
            "<my-card><my-title>Price</my-title><my-text>Ninety euros.</my-text></my-card><p>A"
                + " <my-term>pump</my-term>, nice.</p>"
                + "<table><tr><th>a</th><th>b</th></tr><tr><td><x-a>1</x-a><x-b>2</x-b></td><td>3</td></tr></table>");

    assertThat(document.text())
        .isEqualTo("Price\n\nNinety euros.\n\nA pump, nice.\n\na | b\n1 2 | 3");
  }

  @Test
  void aPictureStandsForItsWordsWhereThereAreNoOthers() {
    Document document =
        MarkupDocuments.html(
            "<h2><a><img alt='Safety rules'></a></h2><h2>Care <img"
                + " alt='wrench'></h2><p>Oil.</p><table><tr><th>Seal</th><th>Fits</th></tr><tr><td>red</td><td><img"
                + " alt='yes'></td></tr></table>");

    assertThat(document.text()).isEqualTo("Safety rules\n\nCare\n\nOil.\n\nSeal | Fits\nred | yes");
  }
}
