package dev.whetstone.corpus.markup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlTextAlternativesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '=',
      quoteCharacter = '"',
      value = {
        "10<sup>6</sup> grains = 10⁶ grains",
        "10<sup>−3</sup> = 10⁻³",
        "H<sub>2</sub>O = H₂O",
        "x<sup>2</sup>+y<sub>i</sub> = x²+y_i",
        "a<sub>max</sub> = a_(max)",
        "the 5<sup>th</sup> wheel = the 5th wheel",
        "n<sup>o</sup> 5 = no 5",
        "Acme<sup>TM</sup> = AcmeTM",
        "a note<sup>3</sup> = a note³",
        "word<sup><a>[1]</a></sup> = word[1]",
        "<ruby>東京<rt>とうきょう</rt></ruby>駅 = 東京(とうきょう)駅",
        "<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby> = 漢字(かんじ)",
        "<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math> = a/2",
        "<math><msqrt><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow></msqrt></math> = √(a + 1)",
        "<math><semantics><msup><mi>x</mi><mn>2</mn></msup><annotation>x^2</annotation></semantics></math>"
            + " = x²",
        "<math><mmultiscripts><mi>C</mi><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts></math>"
            + " = ₆¹⁴C",
        "<math><mmultiscripts><mi>x</mi><mn>1</mn><mn>2</mn></mmultiscripts></math> = x₁²",
        "<svg><title>icon</title><text>Intake</text><text>Tank</text></svg> = Intake Tank",
      })
  void whatOnlyTheLayoutShowsIsWrittenOut(String html, String text) {
    assertThat(MarkupDocuments.html("<p>" + html + "</p>").text()).isEqualTo(text);
    assertThat(MarkupDocuments.html("<h2>" + html + "</h2><p>x</p>").title()).isEqualTo(text);
  }

  @Test
  void textThatAStyleRaisesOrLowersIsReadAsRaisedOrLowered() {
    Document document =
        MarkupDocuments.html(
            "<p>10<span style='vertical-align: super'>7</span> l of"
                + " x<span style='font-size:7pt;vertical-align:sub'>2</span></p>");

    assertThat(document.text()).isEqualTo("10⁷ l of x₂");
  }

  @Test
  void aPageInXhtmlIsReadAsItsDocumentTypeDefinesIt() {
    Document document =
        MarkupDocuments.html(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "a.dtd" [
              <!ENTITY x "Harbour &y; office">
              <!ENTITY y 'sea'>
              <!ENTITY file SYSTEM "file:///etc/passwd">
            ]>
            <html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="a.js"/></head>
            <body><a id="top"/><h1>The &x;</h1><p>It opens.&file; <![CDATA[1 < 2 & so]]><br/>On.</p></body></html>
            """);

    assertThat(document.text()).isEqualTo("The Harbour office\n\nIt opens. 1 < 2 & so On.");
  }

  @Test
  void nestedEntitiesDoNotGrowAPage() {
    var source = new StringBuilder("<!DOCTYPE html [<!ENTITY a0 \"ha\">");
    for (int i = 1; i < 30; i++) {
      source.append("<!ENTITY a%d \"&a%d;&a%d;\">".formatted(i, i - 1, i - 1));
    }
    source.append("]><html><body><p>One &a29;.</p></body></html>");

    assertThat(MarkupDocuments.html(source.toString()).text()).isEqualTo("One .");
  }
}
