package dev.whetstone.corpus.markup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What of a page is content, what surrounds it, and what it does not show.
class HtmlContentTest {
  private static final String PROSE = "The crane lifts twelve tonnes at low water. ".repeat(6);

  @Test
  void aNameThatSoundsLikeNavigationHidesNoText() {
    Document menu =
        MarkupDocuments.html(
            """
            <body><h1>The Inn</h1>
            <div id="navigation"><a href="/">Home</a> <a href="/us">About us</a></div>
            <div id="menu" class="menu"><ul><li>Fish soup, nine euros</li></ul></div>
            <div class="sidebar"><p class="title">Chafe</p><p>One line chafes in a night.</p></div>
            <div class="toc"><dl><dt><a href="#a">Lines</a></dt></dl></div></body>
            """);

    assertThat(menu.text())
        .isEqualTo("The Inn\n\nFish soup, nine euros\n\nChafe\n\nOne line chafes in a night.");
    assertThat(menu.notes()).isEmpty();
  }

  @Test
  void aHeaderThatSaysSomethingStays() {
    Document titled =
        MarkupDocuments.html(
            "<header><a href='/'>Acme</a><nav><a href='/'>Home</a></nav><h1>Pier</h1><p>The pier is"
                + " closed.</p></header><main><p>More.</p></main>");
    Document plain =
        MarkupDocuments.html(
            "<header><p>The pier is closed from"
                + " six.</p></header><section><header><h2>Part</h2></header><p>More.</p></section><footer><p>Imprint"
                + " of the port office.</p></footer>");
    Document name = MarkupDocuments.html("<header><p>Acme products</p></header><h1>Pier</h1>");

    assertThat(titled.text()).contains("Pier", "The pier is closed.", "More.");
    assertThat(titled.text()).doesNotContain("Home");
    assertThat(plain.text()).isEqualTo("The pier is closed from six.\n\nPart\n\nMore.");
    assertThat(name.text()).isEqualTo("Pier");
  }

  @Test
  void textBesideTheMainPartStaysWhenItSaysASentence() {
    Document document =
        MarkupDocuments.html(
            "<div class='hero'><h1>Harbour</h1></div><main><p>"
                + PROSE
                + "</p></main><section><p>The feast is held in June.</p></section>"
                + "<div>Share this</div><div class='sidebar'>Sidebar words</div>"
                + "<div class='related'><a href='/a'>Read about the lock and its gates.</a></div>");

    assertThat(document.text())
        .isEqualTo("Harbour\n\n" + PROSE.strip() + "\n\nThe feast is held in June.");
    assertThat(document.notes()).isEmpty();
  }

  @Test
  void linksBetweenPagesOfABookAndWordsForOldBrowsersAreNoText() {
    Document document =
        MarkupDocuments.html(
            "<div class='navheader'><table><tr><th>Ropes</th></tr><tr><td><a"
                + " href='p'>Prev</a></td><td><a"
                + " href='n'>Next</a></td></tr></table></div><h2>Moor</h2><p>Use two"
                + " lines.</p><video src='a'>Your browser shows no video.</video>");

    assertThat(document.text()).isEqualTo("Moor\n\nUse two lines.");
  }

  @Test
  void aButtonWithinASentenceIsAWordOfIt() {
    Document document =
        MarkupDocuments.html(
            "<p>Press <button>Start</button> for two seconds.</p>"
                + "<p>79 euros <button>Buy now</button></p>");

    assertThat(document.text()).isEqualTo("Press Start for two seconds.\n\n79 euros");
  }

  @Test
  void longTextThatIsDroppedIsTold() {
    Document document =
        MarkupDocuments.html("<h1>Pier</h1><p>Open.</p><footer><p>" + PROSE + "</p></footer>");

    assertThat(document.text()).isEqualTo("Pier\n\nOpen.");
    assertThat(document.notes())
        .hasSize(1)
        .first()
        .asString()
        .startsWith((PROSE.length() - 1) + " characters");
  }

  @Test
  void questionsInButtonsStandBeforeTheirAnswersAndCommandsGo() {
    Document document =
        MarkupDocuments.html(
            """
            <h1>Questions</h1>
            <button aria-expanded="false">How long is it closed?</button>
            <div style="display:none">Until May.</div>
            <button>Who pays the tow?</button><div>The owner.</div>
            <button class="accordion">Opening hours</button><div class="panel">At six.</div>
            <h2><button>Where is the crane?</button></h2><p>Behind the shed.</p>
            <button aria-expanded="false" aria-controls="m">Main pages</button>
            <div id="m" hidden><a href="/">Home</a> <a href="/x">Shop</a></div>
            <button>Buy now</button>
            """);

    assertThat(document.blocks())
        .extracting(block -> block.kind() + " " + document.text(block))
        .containsExactly(
            "HEADING Questions",
            "PARAGRAPH How long is it closed? Until May.",
            "PARAGRAPH Who pays the tow? The owner.",
            "PARAGRAPH Opening hours: At six.",
            "HEADING Where is the crane?",
            "PARAGRAPH Behind the shed.");
  }

  @Test
  void tabsAreReadWithTheirPanels() {
    Document document =
        MarkupDocuments.html(
            """
            <div role="tablist"><button role="tab" aria-controls="s">Summer</button>
            <button role="tab" aria-controls="w">Winter</button></div>
            <div role="tabpanel" id="s">Every hour.</div>
            <div role="tabpanel" id="w" hidden>Every two hours.</div>
            """);

    assertThat(document.text()).isEqualTo("Summer\n\nEvery hour.\n\nWinter\n\nEvery two hours.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<div style='color:red; DISPLAY : none'>secret</div>",
        "<p style='visibility:hidden'>secret</p>",
        "<div hidden><p>secret</p></div>",
        "<div hidden=''><p hidden>secret</p></div>",
        "<dialog>secret</dialog>",
        "<span aria-hidden='true'>secret</span>"
      })
  void hiddenTextIsLeftOutAndToldUnlessItIsAskedFor(String hidden) {
    String page = "<h1>Pump</h1><p>It runs.</p>" + hidden;
    var asked = new DocumentBuilder("p.html", "html", new ParseOptions(true, 1000, 100, 100));

    Document document = MarkupDocuments.html(page);
    HtmlReader.read(page, asked);

    assertThat(document.text()).isEqualTo("Pump\n\nIt runs.");
    assertThat(document.notes()).hasSize(1).first().asString().startsWith("6 characters of hidden");
    assertThat(asked.build().text()).contains("secret");
    assertThat(asked.build().notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<body style='visibility:hidden'><p>shown</p></body>",
        "<p hidden='until-found'>shown</p>",
        "<details><summary>More</summary><p hidden>shown</p></details>",
        "<p style='display:inline; background:url(none)'>shown</p>",
        "<dialog open>shown</dialog>",
        "<a href='#part' data-toggle='collapse'>Open it</a><p>or not</p><div id='part'"
            + " hidden>shown</div>"
      })
  void whatTheReaderOpensIsContent(String page) {
    assertThat(MarkupDocuments.html(page).text()).contains("shown");
  }

  @Test
  void struckOutTextIsLeftOutAndToldInHtmlAndMarkdown() {
    Document html =
        MarkupDocuments.html("<p>Price: <del>99 euros</del> <s>98</s> <ins>79 euros</ins></p>");
    Document markdown =
        MarkupDocuments.markdown("Price: ~~99 euros~~ 79 euros, a ~ b, from ~ to ~/x~");
    Document unclosed =
        MarkupDocuments.html("<p>All <s>of this long text is struck out by mistake.</p>");

    assertThat(html.text()).isEqualTo("Price: 79 euros");
    assertThat(html.notes())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("10 characters of struck-out");
    assertThat(markdown.text()).isEqualTo("Price: 79 euros, a ~ b, from ~ to ~/x~");
    assertThat(markdown.notes()).hasSize(1).first().asString().startsWith("8 characters");
    assertThat(unclosed.text()).isEqualTo("All of this long text is struck out by mistake.");
  }
}
