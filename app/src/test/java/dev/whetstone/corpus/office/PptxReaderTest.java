package dev.whetstone.corpus.office;

import static dev.whetstone.corpus.DocumentLines.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.DocumentLines;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.sandbox.Parsers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Presentations written by hand, as their parts.
class PptxReaderTest {
  private static final String TITLE = shape("<p:ph type='title'/>", "", "Catch by month");

  @TempDir Path folder;

  @Test
  void aChartIsATableUnderItsSlidesTitle() throws IOException {
    String points = "<c:pt idx='0'><c:v>%s</c:v></c:pt><c:pt idx='1'><c:v>%s</c:v></c:pt>";
    String category =
        "<c:cat><c:strRef><c:strCache>"
            + points.formatted("April", "May")
            + "</c:strCache></c:strRef></c:cat>";
    String series =
        "<c:ser><c:tx><c:strRef><c:f>A1</c:f><c:strCache><c:pt idx='0'><c:v>%s</c:v></c:pt>"
            + "</c:strCache></c:strRef></c:tx>"
            + category
            + "<c:val><c:numRef><c:f>B1</c:f><c:numCache><c:formatCode>0.0</c:formatCode>"
            + points
            + "</c:numCache></c:numRef></c:val></c:ser>";
    String title = "<c:title><c:tx><c:rich>" + paragraph("%s") + "</c:rich></c:tx></c:title>";
    String chart =
        "<c:chartSpace xmlns:c='c' xmlns:a='a'><c:chart>"
            + title.formatted("Herring landed")
            + "<c:plotArea><c:barChart>"
            + series.formatted("North quay", "12.5", "17.25")
            + series.formatted("South quay", "3", "4")
            + "</c:barChart><c:catAx>"
            + title.formatted("Month")
            + "</c:catAx><c:valAx>"
            + title.formatted("tonnes")
            + "</c:valAx></c:plotArea></c:chart></c:chartSpace>";

    Document document =
        read(
            Map.of("ppt/charts/chart1.xml", chart),
            slide(TITLE + frame("<c:chart xmlns:c='c' r:id='c1'/>")));

    assertThat(blocks(document))
        .containsExactly(
            "HEADING 1: Catch by month",
            "PARAGRAPH: Herring landed (tonnes)",
            "TABLE_HEADER: Month | North quay | South quay",
            "TABLE_ROW: April | 12.5 | 3.0",
            "TABLE_ROW: May | 17.3 | 4.0");
    assertThat(document.notes()).isEmpty();
  }

  @Test
  void aChartOfTheNewerKindIsReadToo() throws IOException {
    String level = "<cx:lvl ptCount='2'%s><cx:pt idx='0'>%s</cx:pt><cx:pt idx='1'>%s</cx:pt>";
    String chart =
        "<cx:chartSpace xmlns:cx='cx'><cx:chartData><cx:data id='0'><cx:strDim type='cat'>"
            + level.formatted("", "Rent", "Fuel")
            + "</cx:lvl></cx:strDim><cx:numDim type='val'>"
            + level.formatted(" formatCode='0.00'", "12", "7.5")
            + "</cx:lvl></cx:numDim></cx:data></cx:chartData><cx:chart><cx:title><cx:tx>"
            + "<cx:txData><cx:v>Costs</cx:v></cx:txData></cx:tx></cx:title><cx:plotArea>"
            + "<cx:plotAreaRegion><cx:series><cx:tx><cx:txData><cx:v>2024</cx:v></cx:txData>"
            + "</cx:tx></cx:series></cx:plotAreaRegion></cx:plotArea></cx:chart></cx:chartSpace>";
    String drawn =
        "<mc:AlternateContent><mc:Choice>"
            + frame("<cx:chart xmlns:cx='cx' r:id='c1'/>")
            + "</mc:Choice><mc:Fallback>"
            + shape("", "", "This chart is not available")
            + "</mc:Fallback></mc:AlternateContent>";

    assertThat(blocks(read(Map.of("ppt/charts/chart1.xml", chart), slide(TITLE + drawn))))
        .containsExactly(
            "HEADING 1: Catch by month",
            "PARAGRAPH: Costs",
            "TABLE_HEADER: | 2024",
            "TABLE_ROW: Rent | 12.00",
            "TABLE_ROW: Fuel | 7.50");
  }

  @Test
  void aChartThatIsMissingOrDamagedIsNotedAndTheRestIsRead() throws IOException {
    String slide = slide(TITLE + frame("<c:chart xmlns:c='c' r:id='c1'/>") + shape("", "", "Rest"));

    Document missing = read(Map.of(), slide);
    Document damaged = read(Map.of("ppt/charts/chart1.xml", "<c:chart"), slide);

    for (Document document : new Document[] {missing, damaged}) {
      assertThat(blocks(document)).containsExactly("HEADING 1: Catch by month", "PARAGRAPH: Rest");
      assertThat(document.notes()).singleElement().asString().contains("slide 1").contains("chart");
    }
  }

  @Test
  void aDiagramIsAListInTheOrderOfItsConnections() throws IOException {
    String point = "<dgm:pt modelId='%s' type='%s'><dgm:t>%s</dgm:t></dgm:pt>";
    String link =
        "<dgm:cxn modelId='x' type='%s' srcId='%s' destId='%s' srcOrd='%s' sibTransId='%s'/>";
    String data =
        "<dgm:dataModel xmlns:dgm='dgm' xmlns:a='a'><dgm:ptLst>"
            + point.formatted("0", "doc", "")
            + point.formatted("2", "node", paragraph("Close the doors"))
            + point.formatted("1", "node", paragraph("Ring the bell"))
            + point.formatted("3", "node", paragraph("Those of the hold first"))
            + point.formatted("4", "sibTrans", paragraph("then"))
            + point.formatted("9", "pres", paragraph("a drawing's own copy"))
            + "</dgm:ptLst><dgm:cxnLst>"
            + link.formatted("parOf", "0", "2", "1", "")
            + link.formatted("parOf", "0", "1", "0", "4")
            + link.formatted("parOf", "2", "3", "0", "")
            + link.formatted("presOf", "2", "9", "0", "")
            + "</dgm:cxnLst></dgm:dataModel>";
    String slide = slide(TITLE + frame("<dgm:relIds xmlns:dgm='dgm' r:dm='c1'/>"));

    assertThat(blocks(read(Map.of("ppt/charts/chart1.xml", data), slide)))
        .containsExactly(
            "HEADING 1: Catch by month",
            "LIST_ITEM 1: Ring the bell",
            "LIST_ITEM 1: then",
            "LIST_ITEM 1: Close the doors",
            "LIST_ITEM 2: Those of the hold first");
    assertThat(read(Map.of(), slide).notes()).singleElement().asString().contains("diagram");
  }

  @Test
  void hiddenSlidesAndShapesAreLeftOutAndToldOrReadWhereTheSettingSaysSo() throws IOException {
    String hidden =
        "<p:sld xmlns:p='p' xmlns:a='a' show='0'><p:cSld><p:spTree>"
            + shape("", "", "A draft budget")
            + "</p:spTree></p:cSld></p:sld>";
    String shown =
        slide(shape("<p:ph type='title'/>", "", "Plan") + shape("", "", "hidden='1'", "Secret"));

    Document document = read(Map.of(), hidden, shown);
    assertThat(blocks(document)).containsExactly("HEADING 1: Plan");
    assertThat(document.blocks().getFirst().page()).isEqualTo(2);
    assertThat(document.notes()).hasSize(2).anyMatch(note -> note.contains("1 hidden slide (1)"));

    Document whole = read(new ParseOptions(true, 1000, 100, 100), Map.of(), hidden, shown);
    assertThat(whole.text()).contains("A draft budget").contains("Secret");
    assertThat(whole.notes()).isEmpty();
  }

  @Test
  void withoutATitlesPlaceholderTheBoxAloneAtTheTopIsTheTitle() throws IOException {
    String group =
        "<p:grpSp><p:nvGrpSpPr/><p:grpSpPr><a:xfrm><a:off x='0' y='100000'/><a:ext cx='1'"
            + " cy='500'/><a:chOff x='0' y='5000000'/><a:chExt cx='1'"
            + " cy='500'/></a:xfrm></p:grpSpPr>"
            + shape("", place(5_000_000), "Launch of the cutter")
            + "</p:grpSp>";
    String slide = slide(shape("", place(3_000_000), "The launch is on 3 June.") + group);
    String beside =
        slide(
            shape("", place(3_000_000), "Below")
                + shape("", place(200_000), "Left")
                + shape("", place(210_000), "Right"));

    assertThat(blocks(read(Map.of(), slide, beside)))
        .containsExactly(
            "HEADING 1: Launch of the cutter",
            "PARAGRAPH: The launch is on 3 June.",
            "HEADING 1: Below",
            "PARAGRAPH: Left",
            "PARAGRAPH: Right");
  }

  @Test
  void mergedCellsAreSaidAgainInRowsAndInADividedHeader() throws IOException {
    String table =
        "<a:tbl xmlns:a='a'><a:tblPr firstRow='1'/>"
            + "<a:tr>"
            + cell("rowSpan='2'", "Watch")
            + cell("gridSpan='2'", "Summer")
            + cell("hMerge='1'", "")
            + "</a:tr><a:tr>"
            + cell("vMerge='1'", "")
            + cell("", "From")
            + cell("", "To")
            + "</a:tr><a:tr>"
            + cell("rowSpan='2'", "Dog watch")
            + cell("", "16")
            + cell("", "18")
            + "</a:tr><a:tr>"
            + cell("vMerge='1'", "")
            + cell("", "18")
            + cell("", "20")
            + "</a:tr></a:tbl>";

    assertThat(blocks(read(Map.of(), slide(TITLE + frame(table)))))
        .containsExactly(
            "HEADING 1: Catch by month",
            "TABLE_HEADER: Watch | Summer From | Summer To",
            "TABLE_ROW: Dog watch | 16 | 18",
            "TABLE_ROW: Dog watch | 18 | 20");
  }

  @Test
  void raisedTextAndFormulasKeepTheirMeaning() throws IOException {
    String text =
        "<a:p><a:r><a:t>3 × 10</a:t></a:r><a:r><a:rPr baseline='30000'/><a:t>6</a:t></a:r>"
            + "<a:r><a:t> of CO</a:t></a:r><a:r><a:rPr baseline='-25000'/><a:t>2</a:t></a:r>"
            + "<a:r><a:t>, </a:t></a:r><mc:AlternateContent><mc:Choice><a14:m xmlns:a14='a14'>"
            + "<m:oMath xmlns:m='m'><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r>"
            + "<m:t>8</m:t></m:r></m:den></m:f></m:oMath></a14:m></mc:Choice><mc:Fallback>"
            + "<a:r><a:t>[picture]</a:t></a:r></mc:Fallback></mc:AlternateContent></a:p>";

    assertThat(blocks(read(Map.of(), slide(TITLE + raw(text)))))
        .containsExactly("HEADING 1: Catch by month", "PARAGRAPH: 3 × 10⁶ of CO2, (a+b)/8");
  }

  @Test
  void lettersOfSymbolFontsAreTheSignsTheyShow() throws IOException {
    String text =
        "<a:p><a:r><a:rPr><a:sym typeface='Wingdings'/></a:rPr><a:t>open à shut</a:t></a:r><a:r>"
            + "<a:rPr><a:latin typeface='Symbol'/></a:rPr><a:t> m</a:t></a:r></a:p>";

    assertThat(blocks(read(Map.of(), slide(TITLE + raw(text)))))
        .containsExactly("HEADING 1: Catch by month", "PARAGRAPH: open → shut μ");
  }

  @Test
  void slidesThatHoldTitlesAloneAreRead() throws IOException {
    String second = slide(shape("<p:ph type='ctrTitle'/>", "", "The night boat is cancelled"));

    assertThat(blocks(read(Map.of(), slide(TITLE), second)))
        .containsExactly("HEADING 1: Catch by month", "HEADING 1: The night boat is cancelled");
  }

  @Test
  void aSlideOfNothingButPicturesIsAPicture() throws IOException {
    String picture = "<p:pic><p:nvPicPr/><p:blipFill/></p:pic>";

    Document document = read(Map.of(), slide(TITLE + picture), slide(picture), slide(""));

    assertThat(document.pictures()).containsExactly(2);
  }

  private static String slide(String shapes) {
    return "<p:sld xmlns:p='p' xmlns:a='a' xmlns:r='r' xmlns:mc='mc'><p:cSld><p:spTree>"
        + shapes
        + "</p:spTree></p:cSld></p:sld>";
  }

  private static String shape(String placeholder, String place, String text) {
    return shape(placeholder, place, "", text);
  }

  private static String shape(String placeholder, String place, String attributes, String text) {
    return ("<p:sp><p:nvSpPr><p:cNvPr id='1' name='' %s/><p:cNvSpPr/><p:nvPr>%s</p:nvPr></p:nvSpPr>"
            + "<p:spPr>%s</p:spPr><p:txBody>%s</p:txBody></p:sp>")
        .formatted(attributes, placeholder, place, paragraph(text));
  }

  private static String raw(String paragraphs) {
    return "<p:sp><p:nvSpPr/><p:spPr/><p:txBody>" + paragraphs + "</p:txBody></p:sp>";
  }

  private static String place(int y) {
    return "<a:xfrm><a:off x='0' y='" + y + "'/><a:ext cx='9' cy='400000'/></a:xfrm>";
  }

  private static String paragraph(String text) {
    return "<a:p><a:r><a:t>" + text + "</a:t></a:r></a:p>";
  }

  private static String cell(String attributes, String text) {
    return "<a:tc " + attributes + "><a:txBody>" + paragraph(text) + "</a:txBody></a:tc>";
  }

  private static String frame(String graphic) {
    return "<p:graphicFrame><a:graphic><a:graphicData>"
        + graphic
        + "</a:graphicData></a:graphic></p:graphicFrame>";
  }

  private Document read(Map<String, String> parts, String... slides) throws IOException {
    return read(ParseOptions.DEFAULT, parts, slides);
  }

  /// @param parts further ones; each slide points at `chart1.xml` as `c1`
  private Document read(ParseOptions options, Map<String, String> parts, String... slides)
      throws IOException {
    var all = new LinkedHashMap<>(parts);
    var relations = new StringBuilder();
    var list = new StringBuilder();
    String relation = "<Relationship Id='%s' Type='x/%s' Target='%s'/>";
    for (int i = 1; i <= slides.length; i++) {
      all.put("ppt/slides/slide" + i + ".xml", slides[i - 1]);
      all.put(
          "ppt/slides/_rels/slide" + i + ".xml.rels",
          "<Relationships>"
              + relation.formatted("c1", "chart", "../charts/chart1.xml")
              + "</Relationships>");
      relations.append(relation.formatted("s" + i, "slide", "slides/slide" + i + ".xml"));
      list.append("<p:sldId id='25" + i + "' r:id='s" + i + "'/>");
    }
    all.put(
        "_rels/.rels",
        "<Relationships>"
            + relation.formatted("r", "officeDocument", "ppt/presentation.xml")
            + "</Relationships>");
    all.put("ppt/_rels/presentation.xml.rels", "<Relationships>" + relations + "</Relationships>");
    all.put(
        "ppt/presentation.xml",
        "<p:presentation xmlns:p='p' xmlns:r='r'><p:sldIdLst>"
            + list
            + "</p:sldIdLst></p:presentation>");
    Path file = folder.resolve("made.pptx");
    DocumentLines.zip(file, all);
    return Parsers.parse(file, "made.pptx", options);
  }
}
