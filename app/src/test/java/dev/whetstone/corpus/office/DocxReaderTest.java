package dev.whetstone.corpus.office;

import static dev.whetstone.corpus.DocumentLines.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.DocumentLines;
import dev.whetstone.corpus.sandbox.Parsers;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFRun;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.STNumberFormat;

class DocxReaderTest {
  @TempDir Path folder;

  @Test
  void stylesMakeHeadingsAlsoWithoutTheirDefinitions() throws IOException {
    try (var word = new XWPFDocument()) {
      paragraph(word, "Heading1", "Backups");
      paragraph(word, null, "Made every night.");
      paragraph(word, "Heading2", "Retention");
      paragraph(word, null, "Thirty days.");

      assertThat(blocks(read(word)))
          .containsExactly(
              "HEADING 1: Backups",
              "PARAGRAPH: Made every night.",
              "HEADING 2: Retention",
              "PARAGRAPH: Thirty days.");
    }
  }

  @Test
  void shortBoldParagraphsAreHeadingsWhereNoStyleIs() throws IOException {
    try (var word = new XWPFDocument()) {
      bold(word, "Backups", 16);
      paragraph(word, null, "Made every night.");
      bold(word, "Retention", 12);
      paragraph(word, null, "Thirty days.");
      bold(word, "This whole sentence is bold, and no heading.", 12);

      assertThat(blocks(read(word)))
          .containsExactly(
              "HEADING 1: Backups",
              "PARAGRAPH: Made every night.",
              "HEADING 2: Retention",
              "PARAGRAPH: Thirty days.",
              "PARAGRAPH: This whole sentence is bold, and no heading.");
    }
  }

  @Test
  void automaticNumbersStandBeforeHeadingsAndBulletsMakeItems() throws IOException {
    try (var word = new XWPFDocument()) {
      BigInteger numbers = list(word, 1, "%1.", "%1.%2", STNumberFormat.DECIMAL);
      BigInteger bullets = list(word, 2, "•", "o", STNumberFormat.BULLET);
      numbered(word, "Heading1", "Scope", numbers, 0);
      numbered(word, "Heading1", "Controls", numbers, 0);
      numbered(word, "Heading2", "Access", numbers, 1);
      numbered(word, "Heading2", "Change", numbers, 1);
      numbered(word, null, "Doors", bullets, 0);
      numbered(word, null, "Steel doors", bullets, 1);

      assertThat(blocks(read(word)))
          .containsExactly(
              "HEADING 1: 1. Scope",
              "HEADING 1: 2. Controls",
              "HEADING 2: 2.1 Access",
              "HEADING 2: 2.2 Change",
              "LIST_ITEM 1: Doors",
              "LIST_ITEM 2: Steel doors");
    }
  }

  @Test
  void aTableKeepsItsHeaderAndMergedCellsAreSaidAgain() throws IOException {
    String cell = "<w:tc><w:tcPr>%s</w:tcPr><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>";
    String body =
        "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>"
            + cell.formatted("", "Area")
            + cell.formatted("", "Rule")
            + "</w:tr><w:tr>"
            + cell.formatted("<w:vMerge w:val='restart'/>", "Doors")
            + cell.formatted("", "Locked")
            + "</w:tr><w:tr>"
            + cell.formatted("<w:vMerge/>", "")
            + cell.formatted("", "Counted")
            + "</w:tr></w:tbl>";

    assertThat(blocks(raw(body)))
        .containsExactly(
            "TABLE_HEADER: Area | Rule", "TABLE_ROW: Doors | Locked", "TABLE_ROW: Doors | Counted");
  }

  @Test
  void whatIsDeletedHiddenOrATableOfContentsIsLeftOut() throws IOException {
    String body =
        "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> TOC \\o"
            + " </w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>"
            + "<w:r><w:t>Scope 3</w:t></w:r></w:p>"
            + "<w:p><w:r><w:t>Rules 4</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
            + "<w:p><w:r><w:t xml:space='preserve'>Kept </w:t></w:r>"
            + "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
            + "<w:ins><w:r><w:t>added</w:t></w:r></w:ins>"
            + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
            + "<w:hyperlink><w:r><w:t xml:space='preserve'> linked</w:t></w:r></w:hyperlink>"
            + "<w:sdt><w:sdtContent><w:r><w:t xml:space='preserve'> controlled</w:t></w:r>"
            + "</w:sdtContent></w:sdt></w:p>";

    assertThat(blocks(raw(body))).containsExactly("PARAGRAPH: Kept added linked controlled");
  }

  @Test
  void aTextBoxIsReadOnceAfterItsParagraph() throws IOException {
    String box = "<w:txbxContent><w:p><w:r><w:t>Boxed</w:t></w:r></w:p></w:txbxContent>";
    String body =
        "<w:p><w:r><w:t>Before</w:t><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
            + box
            + "</w:drawing></mc:Choice><mc:Fallback><w:pict>"
            + box
            + "</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>";

    assertThat(blocks(raw(body))).containsExactly("PARAGRAPH: Before", "PARAGRAPH: Boxed");
  }

  private Document read(XWPFDocument word) throws IOException {
    Path file = folder.resolve("made.docx");
    try (var out = Files.newOutputStream(file)) {
      word.write(out);
    }
    return Parsers.parse(file, "made.docx");
  }

  private Document raw(String body) throws IOException {
    Path file = folder.resolve("raw.docx");
    DocumentLines.zip(
        file,
        Map.of(
            "_rels/.rels",
            "<Relationships><Relationship Id='r' Type='x/officeDocument'"
                + " Target='word/document.xml'/></Relationships>",
            "word/document.xml",
            "<w:document xmlns:w='w' xmlns:mc='mc'><w:body>" + body + "</w:body></w:document>"));
    return Parsers.parse(file, "raw.docx");
  }

  private static XWPFParagraph paragraph(XWPFDocument word, @Nullable String style, String text) {
    XWPFParagraph paragraph = word.createParagraph();
    if (style != null) {
      paragraph.setStyle(style);
    }
    paragraph.createRun().setText(text);
    return paragraph;
  }

  private static void bold(XWPFDocument word, String text, int size) {
    XWPFRun run = word.createParagraph().createRun();
    run.setBold(true);
    run.setFontSize(size);
    run.setText(text);
  }

  private static void numbered(
      XWPFDocument word, @Nullable String style, String text, BigInteger list, int level) {
    XWPFParagraph paragraph = paragraph(word, style, text);
    paragraph.setNumID(list);
    paragraph.setNumILvl(BigInteger.valueOf(level));
  }

  private static BigInteger list(
      XWPFDocument word, int id, String first, String second, STNumberFormat.Enum format) {
    var scheme =
        org.openxmlformats.schemas.wordprocessingml.x2006.main.CTAbstractNum.Factory.newInstance();
    scheme.setAbstractNumId(BigInteger.valueOf(id));
    for (String text : new String[] {first, second}) {
      var level = scheme.addNewLvl();
      level.setIlvl(BigInteger.valueOf(scheme.sizeOfLvlArray() - 1L));
      level.addNewStart().setVal(BigInteger.ONE);
      level.addNewNumFmt().setVal(format);
      level.addNewLvlText().setVal(text);
    }
    var numbering = word.getNumbering() == null ? word.createNumbering() : word.getNumbering();
    BigInteger made =
        numbering.addAbstractNum(new org.apache.poi.xwpf.usermodel.XWPFAbstractNum(scheme));
    return numbering.addNum(made);
  }
}
