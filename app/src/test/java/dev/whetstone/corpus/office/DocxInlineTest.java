package dev.whetstone.corpus.office;

import static dev.whetstone.corpus.DocumentLines.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.DocumentLines;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.sandbox.Parsers;
import dev.whetstone.corpus.split.Splitter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What stands within the paragraphs and cells of Word files, written by hand.
class DocxInlineTest {
  @TempDir Path folder;

  @Test
  void raisedAndLoweredTextDoesNotRunTogetherWithDigits() throws IOException {
    String body =
        "<w:p>"
            + run("", "3 × 10")
            + run("<w:vertAlign w:val='superscript'/>", "6")
            + run("", " l, log")
            + run("<w:rStyle w:val='Low'/>", "10")
            + run("", ", 1")
            + run("<w:vertAlign w:val='superscript'/>", "st")
            + run("", " of CO")
            + run("<w:vertAlign w:val='subscript'/>", "2")
            + run("", ", 101")
            + run("<w:vertAlign w:val='subscript'/>", "2")
            + "</w:p>";
    String styles =
        "<w:styles xmlns:w='w'><w:style w:type='character' w:styleId='Low'><w:rPr>"
            + "<w:vertAlign w:val='subscript'/></w:rPr></w:style></w:styles>";

    assertThat(blocks(read(body, Map.of("styles", styles), ParseOptions.DEFAULT)))
        .containsExactly("PARAGRAPH: 3 × 10⁶ l, log10, 1st of CO2, 101₂");
  }

  @Test
  void aNumberThatStandsHigherByADistanceIsAnExponent() throws IOException {
    String up = "<w:position w:val='8'/>";
    String body =
        "<w:p>"
            + run("", "10")
            + run(up, "6")
            + run("", " l, 10")
            + run(up, "−")
            + run(up, "3")
            + run("", " m, H")
            + run("<w:position w:val='-6'/>", "2")
            + run("", "O, item ")
            + run(up, "7")
            + run("", " of 10")
            + run("<w:position w:val='1'/>", "5")
            + run(up, " words")
            + "</w:p>";

    assertThat(blocks(read(body)))
        .containsExactly("PARAGRAPH: 10⁶ l, 10⁻³ m, H2O, item 7 of 105 words");
  }

  @Test
  void struckOutTextIsToldOrReadWhereTheSettingSaysSo() throws IOException {
    String body =
        "<w:p>"
            + run("", "Now ")
            + run("<w:strike/>", "99 ")
            + run("<w:dstrike/><w:strike w:val='0'/>", "98 ")
            + run("<w:strike w:val='0'/>", "79 euros.")
            + "</w:p>";

    Document document = read(body);
    Document whole = read(body, Map.of(), new ParseOptions(true, 1000, 100, 100));

    assertThat(blocks(document)).containsExactly("PARAGRAPH: Now 79 euros.");
    assertThat(document.notes()).singleElement().asString().startsWith("4 characters of struck");
    assertThat(blocks(whole)).containsExactly("PARAGRAPH: Now 99 98 79 euros.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          f(num(q sSup(e(l) sup(2))) den(8)) ~ (q l^2)/8
          f(fPr(type=noBar) num(n) den(k)) ~ n¦k
          sSubSup(e(x) sub(i+1) sup(2)) ~ x_(i+1)^2
          sPre(sub(6) sup(14) e(C)) ~ _6^14 C
          rad(deg() e(a+b)) ~ √(a+b)
          rad(deg(3) e(x)) ~ ∛(x)
          rad(deg(n) e(x)) ~ √[n](x)
          nary(naryPr(chr=∑) sub(i=1) sup(n) e(sSub(e(x) sub(i)))) ~ ∑_(i=1)^n x_i
          nary(sub(0) sup(1) e(fx)) ~ ∫_0^1 fx
          d(e(a) e(b)) ~ (a|b)
          d(dPr(begChr=[ endChr=]) e(m(mr(e(a) e(b)) mr(e(c) e(d))))) ~ [a, b; c, d]
          d(dPr(begChr={ endChr=) e(eqArr(e(x=1) e(y=2)))) ~ {x=1; y=2
          sSup(e(d(e(a+b))) sup(2)) ~ (a+b)^2
          func(fName(sin) e(x)) ~ sin x
          func(fName(limLow(e(lim) lim(n→∞))) e(d(e(a+b)))) ~ lim_(n→∞)(a+b)
          limUpp(e(A) lim(+)) ~ A^+
          groupChr(e(a+b)) ~ a+b
          f(num(1) den(f(num(a) den(b)))) ~ 1/(a/b)
          """)
  void aFormulaIsWrittenOnOneLine(String formula, String line) throws IOException {
    String body = "<w:p>" + run("", "so ") + "<m:oMath>" + omml(formula) + "</m:oMath></w:p>";

    assertThat(blocks(read(body))).containsExactly("PARAGRAPH: so " + line);
  }

  @Test
  void anAccentStandsOnItsLetterAndLettersOfTheMathematicalAlphabetsArePlain() throws IOException {
    String formula =
        "<m:acc><m:accPr><m:chr m:val='&#x20D7;'/></m:accPr><m:e><m:r><m:t>&#x1D463;</m:t></m:r>"
            + "</m:e></m:acc>";

    assertThat(blocks(read("<m:oMathPara><m:oMath>" + formula + "</m:oMath></m:oMathPara>")))
        .containsExactly("PARAGRAPH: v\u20D7");
  }

  @Test
  void promptsOfControlsWithoutValueAreNoText() throws IOException {
    String prompt = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>%s</w:sdtContent>";
    String cell = "<w:tc><w:p>" + run("", "%s") + "</w:p></w:tc>";
    String body =
        "<w:p>"
            + run("", "Place: ")
            + prompt.formatted(run("", "Click here"))
            + "</w:sdt></w:p>"
            + prompt.formatted("<w:p>" + run("", "Choose an item") + "</w:p>")
            + "</w:sdt><w:tbl><w:tr>"
            + cell.formatted("Boat")
            + cell.formatted("Seats")
            + "</w:tr><w:tr>"
            + cell.formatted("Punt")
            + prompt.formatted(cell.formatted("Enter a number"))
            + "</w:sdt></w:tr></w:tbl>";

    assertThat(blocks(read(body)))
        .containsExactly("PARAGRAPH: Place:", "TABLE_HEADER: Boat | Seats", "TABLE_ROW: Punt");
  }

  @Test
  void signsOfSymbolFontsAreTheirCharactersAndUnknownOnesAreTold() throws IOException {
    String body =
        "<w:p>"
            + run("", "Turn by 90")
            + "<w:r><w:sym w:font='Symbol' w:char='F0B0'/></w:r>"
            + "<w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r>"
            + "<w:r><w:sym w:font='Own Signs' w:char='F041'/></w:r>"
            + run("<w:rFonts w:ascii='Symbol'/>", " m")
            + "</w:p>";

    Document document = read(body);

    assertThat(blocks(document)).containsExactly("PARAGRAPH: Turn by 90°☑ μ");
    assertThat(document.notes())
        .singleElement()
        .asString()
        .contains("1 sign")
        .contains("Own Signs");
  }

  @Test
  void aFieldWithinAnInstructionIsNoTextAndABrokenFieldHidesNothing() throws IOException {
    String mark = "<w:r><w:fldChar w:fldCharType='%s'/></w:r>";
    String code = "<w:r><w:instrText>%s</w:instrText></w:r>";
    String nested =
        mark.formatted("begin")
            + code.formatted("IF ")
            + mark.formatted("begin")
            + code.formatted("MERGEFIELD a")
            + mark.formatted("separate")
            + run("", "17")
            + mark.formatted("end")
            + code.formatted(" = 17 \"yes\"")
            + mark.formatted("separate")
            + run("", "yes")
            + mark.formatted("end");
    String box =
        "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox><w:default w:val='0'/>"
            + "<w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>"
            + code.formatted("FORMCHECKBOX")
            + mark.formatted("end");
    String body =
        "<w:p>"
            + nested
            + "</w:p><w:p>"
            + box
            + run("", " wanted")
            + "</w:p><w:p>"
            + mark.formatted("begin")
            + "</w:p><w:p>"
            + run("", "The rest.")
            + "</w:p>";

    assertThat(blocks(read(body)))
        .containsExactly("PARAGRAPH: yes", "PARAGRAPH: ☒ wanted", "PARAGRAPH: The rest.");
  }

  @Test
  void aTableWithinACellKeepsItsRowsApart() throws IOException {
    String words = "<w:tc><w:p>" + run("", "%s") + "</w:p></w:tc>";
    String inner =
        "<w:tbl><w:tr>"
            + words.formatted("weekdays")
            + words.formatted("8 to 20")
            + "</w:tr><w:tr>"
            + words.formatted("Sundays")
            + words.formatted("10 to 18")
            + "</w:tr></w:tbl>";
    String body =
        "<w:tbl><w:tr>"
            + words.formatted("Season")
            + words.formatted("Hours")
            + "</w:tr><w:tr>"
            + words.formatted("Summer")
            + "<w:tc>"
            + inner
            + "<w:p/></w:tc>"
            + "</w:tr></w:tbl>";

    assertThat(blocks(read(body)))
        .containsExactly(
            "TABLE_HEADER: Season | Hours",
            "TABLE_ROW: Summer | weekdays 8 to 20; Sundays 10 to 18");
  }

  @Test
  void aHeaderDividedBelowMergedLabelsIsOne() throws IOException {
    String cell =
        "<w:tc><w:tcPr><w:gridSpan w:val='%d'/>%s</w:tcPr><w:p>" + run("", "%s") + "</w:p></w:tc>";
    String body =
        "<w:tbl><w:tr>"
            + cell.formatted(1, "<w:vMerge w:val='restart'/>", "Crew")
            + cell.formatted(2, "", "Morning")
            + "</w:tr><w:tr>"
            + cell.formatted(1, "<w:vMerge/>", "")
            + cell.formatted(1, "", "Helm")
            + cell.formatted(1, "", "Deck")
            + "</w:tr><w:tr>"
            + cell.formatted(1, "", "North")
            + cell.formatted(1, "", "Brandt")
            + cell.formatted(1, "", "Ilic")
            + "</w:tr></w:tbl>";

    assertThat(blocks(read(body)))
        .containsExactly(
            "TABLE_HEADER: Crew | Morning Helm | Morning Deck", "TABLE_ROW: North | Brandt | Ilic");
  }

  @Test
  void hiddenTextIsToldOrReadWhereTheSettingSaysSo() throws IOException {
    String styles =
        "<w:styles xmlns:w='w'><w:style w:type='paragraph' w:styleId='Gone'><w:rPr><w:vanish/>"
            + "</w:rPr></w:style></w:styles>";
    String body =
        "<w:p>"
            + run("", "Seen.")
            + run("<w:vanish/>", " 12345")
            + "</w:p><w:p><w:pPr><w:pStyle w:val='Gone'/></w:pPr>"
            + run("", "678")
            + "</w:p>";

    Document document = read(body, Map.of("styles", styles), ParseOptions.DEFAULT);
    Document whole = read(body, Map.of("styles", styles), new ParseOptions(true, 1000, 100, 100));

    assertThat(blocks(document)).containsExactly("PARAGRAPH: Seen.");
    assertThat(document.notes()).singleElement().asString().contains("8 hidden characters");
    assertThat(blocks(whole)).containsExactly("PARAGRAPH: Seen. 12345", "PARAGRAPH: 678");
    assertThat(whole.notes()).isEmpty();
  }

  @Test
  void chartsAndDiagramsAreReadAndEmbeddedObjectsTold() throws IOException {
    String drawing = "<w:p>" + run("", "%s") + "<w:r><w:drawing>%s</w:drawing></w:r></w:p>";
    String body =
        drawing.formatted("See", "<c:chart xmlns:c='c' r:id='chart'/>")
            + drawing.formatted("and", "<dgm:relIds xmlns:dgm='dgm' r:dm='diagram'/>")
            + "<w:p><w:r><w:object><o:OLEObject xmlns:o='o'"
            + " ProgID='Equation.3'/></w:object></w:r></w:p>";
    String chart =
        "<c:chartSpace xmlns:c='c'><c:ser><c:cat><c:strLit><c:pt idx='0'><c:v>May</c:v></c:pt>"
            + "</c:strLit></c:cat><c:val><c:numLit><c:pt idx='0'><c:v>17.25</c:v></c:pt></c:numLit>"
            + "</c:val></c:ser></c:chartSpace>";
    String diagram =
        "<dgm:dataModel xmlns:dgm='dgm' xmlns:a='a'><dgm:ptLst><dgm:pt"
            + " modelId='1'><dgm:t><a:p><a:r><a:t>Ring the"
            + " bell</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>";

    Document document =
        read(body, Map.of("chart", chart, "diagram", diagram), ParseOptions.DEFAULT);

    assertThat(blocks(document))
        .containsExactly(
            "PARAGRAPH: See",
            "TABLE_ROW: May | 17.25",
            "PARAGRAPH: and",
            "LIST_ITEM 1: Ring the bell");
    assertThat(document.notes())
        .singleElement()
        .asString()
        .contains("1 embedded")
        .contains("Equation.3");
  }

  @Test
  void commentsAreNoTextAndAreTold() throws IOException {
    String comments =
        "<w:comments xmlns:w='w'><w:comment><w:p>"
            + run("", "Really?")
            + "</w:p></w:comment></w:comments>";

    Document document =
        read(
            "<w:p>" + run("", "Seen.") + "</w:p>",
            Map.of("comments", comments),
            ParseOptions.DEFAULT);

    assertThat(blocks(document)).containsExactly("PARAGRAPH: Seen.");
    assertThat(document.notes()).singleElement().asString().contains("1 comment");
  }

  @Test
  void boldLinesAloneAreAllRead() throws IOException {
    String line = "<w:p>" + run("<w:b/>", "%s") + "</w:p>";

    Document document =
        read(line.formatted("Dogs stay on a lead") + line.formatted("The slip is closed at night"));

    assertThat(document.text()).contains("Dogs stay on a lead").contains("The slip is closed");
    assertThat(new Splitter(String::length, 256).split(document))
        .anyMatch(passage -> passage.text().contains("The slip is closed at night"));
  }

  @Test
  void aDocumentOfNothingButPicturesIsAPicture() throws IOException {
    String picture = "<w:r><w:drawing><pic:pic xmlns:pic='p'/></w:drawing></w:r>";

    assertThat(read("<w:p>" + picture + "</w:p>").pictures()).containsExactly(0);
    assertThat(read("<w:p>" + picture + "<w:r><w:t>Text.</w:t></w:r></w:p>").pictures()).isEmpty();
  }

  private static String run(String properties, String text) {
    return "<w:r><w:rPr>"
        + properties
        + "</w:rPr><w:t xml:space='preserve'>"
        + text
        + "</w:t></w:r>";
  }

  /// `f(num(a) den(b))` as elements; `name=value` as properties, anything else as runs.
  private static String omml(String formula) {
    var xml = new StringBuilder();
    for (int i = 0; i < formula.length(); ) {
      int end = i;
      while (end < formula.length() && "() ".indexOf(formula.charAt(end)) < 0) {
        end++;
      }
      String word = formula.substring(i, end);
      if (end < formula.length() && formula.charAt(end) == '(') {
        int close = end;
        for (int open = 0; ; close++) {
          open += formula.charAt(close) == '(' ? 1 : formula.charAt(close) == ')' ? -1 : 0;
          if (open == 0) {
            break;
          }
        }
        String inside = formula.substring(end + 1, close);
        xml.append("<m:" + word + ">")
            .append(word.endsWith("Pr") ? properties(inside) : omml(inside))
            .append("</m:" + word + ">");
        end = close;
      } else if (!word.isEmpty()) {
        xml.append("<m:r><m:t>" + word + "</m:t></m:r>");
      }
      i = end + 1;
    }
    return xml.toString();
  }

  private static String properties(String pairs) {
    var xml = new StringBuilder();
    for (String pair : pairs.split(" ", -1)) {
      int equals = pair.indexOf('=');
      xml.append("<m:" + pair.substring(0, equals))
          .append(" m:val='" + pair.substring(equals + 1) + "'/>");
    }
    return xml.toString();
  }

  private Document read(String body) throws IOException {
    return read(body, Map.of(), ParseOptions.DEFAULT);
  }

  /// @param parts further ones, by their relation's type and id
  private Document read(String body, Map<String, String> parts, ParseOptions options)
      throws IOException {
    String relation = "<Relationship Id='%s' Type='x/%1$s' Target='%s'/>";
    var all = new HashMap<String, String>();
    var relations = new StringBuilder("<Relationships>");
    parts.forEach(
        (name, part) -> {
          all.put("word/" + name + ".xml", part);
          relations.append(relation.formatted(name, name + ".xml"));
        });
    all.put("word/_rels/document.xml.rels", relations + "</Relationships>");
    all.put(
        "_rels/.rels",
        "<Relationships>"
            + relation.formatted("officeDocument", "word/document.xml")
            + "</Relationships>");
    all.put(
        "word/document.xml",
        "<w:document xmlns:w='w' xmlns:m='m' xmlns:r='r'><w:body>"
            + body
            + "</w:body></w:document>");
    Path file = folder.resolve("made.docx");
    DocumentLines.zip(file, all);
    return Parsers.parse(file, "made.docx", options);
  }
}
