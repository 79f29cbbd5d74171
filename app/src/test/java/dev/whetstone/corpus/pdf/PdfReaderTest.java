package dev.whetstone.corpus.pdf;

import static dev.whetstone.corpus.DocumentLines.blocks;
import static java.awt.image.BufferedImage.TYPE_INT_RGB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Block;
import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.sandbox.Parsers;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.documentinterchange.markedcontent.PDPropertyList;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.util.Matrix;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PdfReaderTest {
  private static final PDType1Font PLAIN = new PDType1Font(FontName.HELVETICA);
  private static final PDType1Font BOLD = new PDType1Font(FontName.HELVETICA_BOLD);
  private static final String LIBERATION =
      "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";
  private static final List<String> BODY =
      List.of(
          "Every night a copy of the whole store is written to another site, where it is",
          "kept for thirty days. A copy that cannot be read back is made again at once,",
          "and the operator on duty is told. Nobody may switch the copies off.");

  @TempDir Path folder;

  @Test
  void linesBecomeParagraphsAndHeadingsAreRankedByTheirNumbers() throws IOException {
    try (var pdf = new PDDocument()) {
      try (var page = page(pdf)) {
        line(page, BOLD, 14, 72, 720, "1. Backups");
        lines(page, 72, 690, BODY);
        line(page, BOLD, 12, 72, 600, "1.1 Retention");
        lines(page, 72, 580, BODY);
      }

      assertThat(blocks(read(pdf)))
          .containsExactly(
              "HEADING 1: 1. Backups",
              "PARAGRAPH: " + String.join(" ", BODY),
              "HEADING 2: 1.1 Retention",
              "PARAGRAPH: " + String.join(" ", BODY));
    }
  }

  @Test
  void runningHeadersPageNumbersAndContentsAreDroppedAndParagraphsCrossPages() throws IOException {
    try (var pdf = new PDDocument()) {
      try (var page = page(pdf)) {
        furniture(page, 1);
        line(page, BOLD, 14, 72, 720, "Table of Contents");
        line(page, PLAIN, 11, 72, 690, "1. Backups .................................... 2");
        line(page, PLAIN, 11, 72, 676, "2. Doors ...................................... 3");
      }
      try (var page = page(pdf)) {
        furniture(page, 2);
        line(page, BOLD, 14, 72, 720, "1. Backups");
        lines(page, 72, 690, BODY.subList(0, 2));
      }
      try (var page = page(pdf)) {
        furniture(page, 3);
        lines(page, 72, 720, BODY.subList(2, 3));
        line(page, BOLD, 14, 72, 600, "2. Doors");
        lines(page, 72, 570, BODY);
      }

      Document document = read(pdf);

      assertThat(blocks(document))
          .containsExactly(
              "HEADING 1: 1. Backups",
              "PARAGRAPH: " + String.join(" ", BODY),
              "HEADING 1: 2. Doors",
              "PARAGRAPH: " + String.join(" ", BODY));
      assertThat(document.blocks()).extracting(Block::page).containsExactly(2, 2, 3, 3);
    }
  }

  @Test
  void bulletsAreItemsAsDeepAsTheyAreIndented() throws IOException {
    try (var pdf = new PDDocument()) {
      try (var page = page(pdf)) {
        lines(page, 72, 720, BODY);
        line(page, PLAIN, 11, 90, 660, "• Steel doors");
        line(page, PLAIN, 11, 108, 646, "• with two locks");
        line(page, PLAIN, 11, 90, 632, "• Glass doors");
      }

      assertThat(blocks(read(pdf)))
          .containsExactly(
              "PARAGRAPH: " + String.join(" ", BODY),
              "LIST_ITEM 1: Steel doors",
              "LIST_ITEM 2: with two locks",
              "LIST_ITEM 1: Glass doors");
    }
  }

  @Test
  void aRuledTableKeepsItsRowsAndOneHeaderOverPages() throws IOException {
    try (var pdf = new PDDocument()) {
      try (var page = page(pdf)) {
        lines(page, 72, 740, BODY);
        table(page, 600, BOLD, List.of("Area", "Rule"), List.of("Doors", "Locked at night"));
      }
      try (var page = page(pdf)) {
        table(page, 740, PLAIN, List.of("Gates", "Watched"), List.of("Roofs", "Checked"));
        lines(page, 72, 500, BODY);
      }

      Document document = read(pdf);

      assertThat(blocks(document))
          .containsExactly(
              "PARAGRAPH: " + String.join(" ", BODY),
              "TABLE_HEADER: Area | Rule",
              "TABLE_ROW: Doors | Locked at night",
              "TABLE_HEADER: Area | Rule",
              "TABLE_ROW: Gates | Watched",
              "TABLE_ROW: Roofs | Checked",
              "PARAGRAPH: " + String.join(" ", BODY));
      assertThat(document.blocks()).extracting(Block::page).containsExactly(1, 1, 1, 2, 2, 2, 2);
    }
  }

  @Test
  void aWordCutByAHyphenIsPutTogetherAsTheRestOfTheTextWritesIt() throws IOException {
    try (var pdf = new PDDocument()) {
      try (var page = page(pdf)) {
        lines(
            page,
            72,
            720,
            List.of(
                "The certification of a door is a matter of days, and no certi-",
                "fication is given to a door that has been opened by a high-",
                "assurance lock without a key, whatever the certification was."));
      }

      assertThat(read(pdf).text())
          .contains("no certification is given")
          .contains("a high-assurance lock");
    }
  }

  @Test
  void aBlankPageIsNeitherTextNorAPicture() throws IOException {
    try (var pdf = new PDDocument()) {
      pdf.addPage(new PDPage());

      Document document = read(pdf);

      assertThat(document.blocks()).isEmpty();
      assertThat(document.pictures()).isEmpty();
    }
  }

  @Test
  void aPdfThatLostItsFontsIsRefusedAndNotReadAsGarbage() throws IOException {
    try (var pdf = embedded(4)) {
      assertThat(read(pdf).text()).contains("kept for thirty days");
      pdf.getPages().forEach(PdfReaderTest::loseFonts);

      assertThatThrownBy(() -> read(pdf))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("made.pdf: the letters on 4 of its 4 pages cannot be told")
          .hasMessageContaining("make the PDF again");
    }
  }

  @Test
  void aPdfWhoseFontsHaveNoMapToUnicodeIsRefusedAsSuch() throws IOException {
    try (var pdf = embedded(2)) {
      for (PDPage page : pdf.getPages()) {
        for (COSName name : page.getResources().getFontNames()) {
          page.getResources().getFont(name).getCOSObject().removeItem(COSName.TO_UNICODE);
        }
      }

      assertThatThrownBy(() -> read(pdf))
          .isInstanceOf(Failure.BadInput.class)
          .hasMessageContaining("without a map to Unicode");
    }
  }

  @Test
  void theExampleInTheReadersCommentHolds(@TempDir Path folder) throws IOException {
    try (var made = new TestPdf()) {
      for (int page = 1; page <= 3; page++) {
        made.page().line(260, 40, "Page " + page + " of 3");
        made.lines(60, 700, 14, List.of("Bees are kept in hives", "that stand in the shade"));
        made.line(60, 672, "of old trees, away from");
        made.lines(320, 700, 14, List.of("the wind. They return to", "the hive before it rains"));
        made.line(320, 672, "and stay until it is dry.");
        made.line(
            TestPdf.BOLD, 10, Matrix.getTranslateInstance(60, 730), page + " Care of the bees");
      }

      Document document = made.read(folder);

      String paragraph =
          "PARAGRAPH: Bees are kept in hives that stand in the shade of old trees, away from the"
              + " wind. They return to the hive before it rains and stay until it is dry.";
      assertThat(blocks(document))
          .containsExactly(
              "HEADING 1: 1 Care of the bees",
              paragraph,
              "HEADING 1: 2 Care of the bees",
              paragraph,
              "HEADING 1: 3 Care of the bees",
              paragraph);
      assertThat(document.blocks()).extracting(Block::page).containsExactly(1, 1, 2, 2, 3, 3);
    }
  }

  @Test
  void aFileThatIsEncryptedForCertificatesIsRefusedAsEncrypted(@TempDir Path folder)
      throws IOException {
    String objects =
        """
        %PDF-1.5
        1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
        2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj
        3 0 obj << /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s4 /V 2 /Length 128
        /Recipients [<308006092a864886f70d010703a080>] >> endobj
        """;
    var end = new StringBuilder("xref\n0 4\n0000000000 65535 f \n");
    for (int i = 1; i <= 3; i++) {
      end.append("%010d 00000 n \n".formatted(objects.indexOf(i + " 0 obj")));
    }
    end.append("trailer << /Size 4 /Root 1 0 R /Encrypt 3 0 R /ID [<00> <00>] >>\n");
    end.append("startxref\n").append(objects.length()).append("\n%%EOF");
    Path file = folder.resolve("sealed.pdf");
    Files.writeString(file, objects + end);

    assertThatThrownBy(() -> Parsers.parse(file, "sealed.pdf"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("is encrypted for the holders of certificates");
  }

  @Test
  void aPageThatLostItsFontIsLeftOutAndTheOthersKeepTheirNumbers() throws IOException {
    try (var pdf = embedded(12)) {
      loseFonts(pdf.getPage(2));

      Document document = read(pdf);

      assertThat(document.text()).doesNotContain("\uFFFD");
      assertThat(document.blocks()).extracting(Block::page).contains(1, 2, 4, 12).doesNotContain(3);
      assertThat(document.notes())
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith("the letters on 1 of its 12 written pages cannot be told and are left out")
          .contains("the first on page 3");
    }
  }

  @Test
  void aPageThatIsAPictureIsTold() throws IOException {
    try (var pdf = new PDDocument()) {
      try (var page = page(pdf)) {
        lines(page, 72, 720, BODY);
      }
      try (var page = page(pdf)) {
        var picture = LosslessFactory.createFromImage(pdf, new BufferedImage(8, 8, TYPE_INT_RGB));
        page.drawImage(picture, 0, 0, 612, 792);
      }

      assertThat(read(pdf).pictures()).containsExactly(2);
      assertThat(read(pdf).notes()).isEmpty();
    }
  }

  @Test
  void aScanWithAStampIsAPictureAndATextWithALogoIsNone() throws IOException {
    try (var pdf = new PDDocument()) {
      var picture = LosslessFactory.createFromImage(pdf, new BufferedImage(8, 8, TYPE_INT_RGB));
      try (var page = page(pdf)) {
        page.drawImage(picture, 0, 0, 612, 792);
        lines(page, 72, 40, List.of("Scanned by hand, 7"));
      }
      try (var page = page(pdf)) {
        page.drawImage(picture, 72, 740, 40, 40);
        lines(page, 72, 720, List.of("A short text."));
      }
      try (var page = page(pdf)) { // a scan with a text layer
        page.drawImage(picture, 0, 0, 612, 792);
        lines(page, 72, 720, BODY);
      }
      try (var page = page(pdf)) { // blank but for a logo
        page.drawImage(picture, 72, 740, 40, 40);
      }

      assertThat(read(pdf).pictures()).containsExactly(1);
    }
  }

  @Test
  void whatAFileCallsPaginationGoesAtTheEdgeWhereItIsRepeatedAndStaysElsewhere()
      throws IOException {
    try (var pdf = new PDDocument()) {
      for (int i = 1; i <= 2; i++) {
        try (var page = page(pdf)) {
          artifact(page, 760, "House rules, " + i + " of 2");
          lines(page, 72, 740, BODY);
          artifact(page, 400, "Kept in room " + i);
          artifact(page, 40, i == 1 ? "Valid from the first of May." : "2");
        }
      }

      assertThat(read(pdf).text())
          .doesNotContain("House rules")
          .contains("Kept in room 1", "Kept in room 2", "Valid from the first of May.");
    }
  }

  private static void artifact(PDPageContentStream page, float y, String text) throws IOException {
    var properties = new COSDictionary();
    properties.setName(COSName.TYPE, "Pagination");
    page.beginMarkedContent(COSName.getPDFName("Artifact"), PDPropertyList.create(properties));
    line(page, PLAIN, 11, 72, y, text);
    page.endMarkedContent();
  }

  @Test
  void aPdfThatCanBeReadThoughItsEndIsMissingSaysSo() throws IOException {
    Path file = folder.resolve("cut.pdf");
    try (var pdf = embedded(3)) {
      pdf.save(file.toFile());
    }
    assertThat(Parsers.parse(file, "cut.pdf").notes()).isEmpty();
    byte[] all = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(all, all.length - 6)); // without the mark

    assertThat(Parsers.parse(file, "cut.pdf").notes())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("its end is missing");
  }

  @Test
  void aPageIsGarbledByATenthOfDamageOrByHalfOfUnknownSigns() {
    assertThat(new PdfTextQuality(100, 10, 0).isGarbled()).isFalse();
    assertThat(new PdfTextQuality(100, 11, 0).isGarbled()).isTrue();
    assertThat(new PdfTextQuality(100, 0, 50).isGarbled()).isFalse();
    assertThat(new PdfTextQuality(100, 0, 51).isGarbled()).isTrue();
    assertThat(PdfTextQuality.NONE.isGarbled()).isFalse();
  }

  /// A file as Office programs write them: its fonts are parts of fonts, with codes of two bytes.
  private PDDocument embedded(int pages) throws IOException {
    Path file = folder.resolve("embedded.pdf");
    try (var pdf = new PDDocument();
        var ttf = PDDocument.class.getResourceAsStream(LIBERATION)) {
      var font = PDType0Font.load(pdf, Objects.requireNonNull(ttf), true);
      for (int i = 0; i < pages; i++) {
        try (var page = page(pdf)) {
          for (int j = 0; j < BODY.size(); j++) {
            line(page, font, 11, 72, 500 - 14 * j, (i + 1) + " " + BODY.get(j));
          }
        }
      }
      pdf.save(file.toFile());
    }
    return Loader.loadPDF(file.toFile());
  }

  /// As where the file was cut off before them.
  private static void loseFonts(PDPage page) {
    page.getResources().getCOSObject().removeItem(COSName.FONT);
  }

  private Document read(PDDocument pdf) throws IOException {
    Path file = folder.resolve("made.pdf");
    pdf.save(file.toFile());
    return Parsers.parse(file, "made.pdf");
  }

  private static PDPageContentStream page(PDDocument pdf) throws IOException {
    var page = new PDPage();
    pdf.addPage(page);
    return new PDPageContentStream(pdf, page);
  }

  private static void furniture(PDPageContentStream page, int number) throws IOException {
    line(page, PLAIN, 9, 72, 760, "House rules, version 3");
    line(page, PLAIN, 9, 300, 40, Integer.toString(number));
  }

  private static void lines(PDPageContentStream page, float x, float y, List<String> lines)
      throws IOException {
    for (int i = 0; i < lines.size(); i++) {
      line(page, PLAIN, 11, x, y - 14 * i, lines.get(i));
    }
  }

  @SafeVarargs
  private static void table(
      PDPageContentStream page, float top, PDType1Font first, List<String>... rows)
      throws IOException {
    for (int i = 0; i <= rows.length; i++) {
      page.moveTo(72, top - 20 * i);
      page.lineTo(400, top - 20 * i);
      page.stroke();
    }
    for (float x : new float[] {72, 200, 400}) {
      page.moveTo(x, top);
      page.lineTo(x, top - 20 * rows.length);
      page.stroke();
    }
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < 2; j++) {
        line(page, i == 0 ? first : PLAIN, 11, 76 + 128 * j, top - 14 - 20 * i, rows[i].get(j));
      }
    }
  }

  private static void line(
      PDPageContentStream page, PDFont font, float size, float x, float y, String text)
      throws IOException {
    page.beginText();
    page.setFont(font, size);
    page.newLineAtOffset(x, y);
    page.showText(text);
    page.endText();
  }
}
