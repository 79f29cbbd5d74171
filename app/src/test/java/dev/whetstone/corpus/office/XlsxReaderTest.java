package dev.whetstone.corpus.office;

import static dev.whetstone.corpus.DocumentLines.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.DocumentLines;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.sandbox.Parsers;
import dev.whetstone.corpus.split.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.poi.ss.usermodel.FillPatternType;
import org.apache.poi.ss.usermodel.SheetVisibility;
import org.apache.poi.ss.util.AreaReference;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.usermodel.XSSFClientAnchor;
import org.apache.poi.xssf.usermodel.XSSFFont;
import org.apache.poi.xssf.usermodel.XSSFRichTextString;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XlsxReaderTest {
  @TempDir Path folder;

  @Test
  void aBlockBelowAnEmptyRowIsATableOfItsOwnWhereItsFirstRowIsOneOfLabels() throws IOException {
    try (var book = new XSSFWorkbook()) {
      XSSFSheet sheet = book.createSheet("Marks");
      rows(
          sheet,
          "Buoy|Colour",
          "North|red",
          "",
          "Light|Seconds|Range",
          "Pier|4|9 miles",
          "",
          "Lamps of the pier",
          "Lamp|Watts",
          "Head|40",
          "Foot|60",
          "",
          "Note: measured in May");

      assertThat(blocks(read(book)))
          .containsExactly(
              "HEADING 1: Marks",
              "TABLE_HEADER: Buoy | Colour",
              "TABLE_ROW: North | red",
              "TABLE_HEADER: Light | Seconds | Range",
              "TABLE_ROW: Pier | 4 | 9 miles",
              "PARAGRAPH: Lamps of the pier",
              "TABLE_HEADER: Lamp | Watts",
              "TABLE_ROW: Head | 40",
              "TABLE_ROW: Foot | 60",
              "PARAGRAPH: Note: measured in May");
    }
  }

  @Test
  void groupsOfRowsGoOnUnderTheHeader() throws IOException {
    try (var book = new XSSFWorkbook()) {
      rows(
          book.createSheet("Stock"),
          "Item|Price|Place",
          "Rope|12|shed",
          "",
          "Anchor|n/a|shed",
          "Buoy|7|quay",
          "Oar|9|quay");

      assertThat(blocks(read(book)))
          .containsExactly(
              "HEADING 1: Stock",
              "TABLE_HEADER: Item | Price | Place",
              "TABLE_ROW: Rope | 12 | shed",
              "TABLE_ROW: Anchor | n/a | shed",
              "TABLE_ROW: Buoy | 7 | quay",
              "TABLE_ROW: Oar | 9 | quay");
    }
  }

  @Test
  void boldLabelsAndTablesOfTheWorkbookBeginATable() throws IOException {
    try (var book = new XSSFWorkbook()) {
      XSSFSheet sheet = book.createSheet("Both");
      rows(
          sheet,
          "Port|Officer",
          "Ashport|Ann",
          "",
          "Boat|Owner",
          "Heron|Ben",
          "Pier|Keeper",
          "East|Cy");
      XSSFFont bold = book.createFont();
      bold.setBold(true);
      var style = book.createCellStyle();
      style.setFont(bold);
      sheet.getRow(3).forEach(cell -> cell.setCellStyle(style));
      sheet.createTable(
          new AreaReference(
              new CellReference(5, 0), new CellReference(6, 1), book.getSpreadsheetVersion()));

      assertThat(blocks(read(book)))
          .containsExactly(
              "HEADING 1: Both",
              "TABLE_HEADER: Port | Officer",
              "TABLE_ROW: Ashport | Ann",
              "TABLE_HEADER: Boat | Owner",
              "TABLE_ROW: Heron | Ben",
              "TABLE_HEADER: Pier | Keeper",
              "TABLE_ROW: East | Cy");
    }
  }

  @Test
  void theRowThatAFilterBeginsWithIsTheHeaderWhateverStandsAbove() throws IOException {
    try (var book = new XSSFWorkbook()) {
      XSSFSheet sheet = book.createSheet("Filtered");
      rows(sheet, "List of|boats", "2023|2024", "5|6");
      sheet.setAutoFilter(CellRangeAddress.valueOf("A2:B3"));

      assertThat(blocks(read(book)))
          .containsExactly(
              "HEADING 1: Filtered",
              "PARAGRAPH: List of boats",
              "TABLE_HEADER: 2023 | 2024",
              "TABLE_ROW: 5 | 6");
    }
  }

  @Test
  void aRowInTheStyleOfTheHeaderBeforeBeginsATable() throws IOException {
    try (var book = new XSSFWorkbook()) {
      XSSFSheet sheet = book.createSheet("Styled");
      rows(sheet, "Port|Officer", "Ashport|Ann", "", "Boat|Owner", "Heron|Ben");
      var style = book.createCellStyle();
      style.setFillForegroundColor((short) 13);
      style.setFillPattern(FillPatternType.SOLID_FOREGROUND);
      for (int row : new int[] {0, 3}) {
        sheet.getRow(row).forEach(cell -> cell.setCellStyle(style));
      }

      assertThat(blocks(read(book)))
          .containsExactly(
              "HEADING 1: Styled",
              "TABLE_HEADER: Port | Officer",
              "TABLE_ROW: Ashport | Ann",
              "TABLE_HEADER: Boat | Owner",
              "TABLE_ROW: Heron | Ben");
    }
  }

  @Test
  void labelsMergedOverColumnsAreOneHeaderWithTheRowThatDividesThem() throws IOException {
    try (var book = new XSSFWorkbook()) {
      XSSFSheet sheet = book.createSheet("Roster");
      rows(
          sheet,
          "Roster of the ferry, May",
          "Crew|Morning||2024|",
          "|Helm|Deck|Helm|Deck",
          "North line|Brandt|Ilic|Sorel|Kaya",
          "|Moreau|Ng|Falk|Roth");
      for (String area : List.of("A1:E1", "A2:A3", "B2:C2", "D2:E2", "A4:A5")) {
        sheet.addMergedRegion(CellRangeAddress.valueOf(area));
      }

      assertThat(blocks(read(book)))
          .containsExactly(
              "HEADING 1: Roster",
              "PARAGRAPH: Roster of the ferry, May",
              "TABLE_HEADER: Crew | Morning Helm | Morning Deck | 2024 Helm | 2024 Deck",
              "TABLE_ROW: North line | Brandt | Ilic | Sorel | Kaya",
              "TABLE_ROW: North line | Moreau | Ng | Falk | Roth");
    }
  }

  @Test
  void whatIsHiddenIsLeftOutAndToldOrReadWhereTheSettingSaysSo() throws IOException {
    try (var book = new XSSFWorkbook()) {
      XSSFSheet sheet = book.createSheet("Prices");
      rows(sheet, "Item|Cost|Price", "Rope|5|12", "Old rope|3|7", "Anchor|40|90", "Buoy|2|8");
      sheet.setColumnHidden(1, true);
      sheet.getRow(2).setZeroHeight(true);
      var empty = book.createCellStyle();
      empty.setDataFormat(book.createDataFormat().getFormat(";;;"));
      sheet.getRow(4).getCell(2).setCellStyle(empty);
      rows(book.createSheet("Pay"), "Name|Pay", "The cook|2900");
      book.setSheetHidden(1, true);
      rows(book.createSheet("Codes"), "Key|Secret", "gate|4711");
      book.setSheetVisibility(2, SheetVisibility.VERY_HIDDEN);

      Document document = read(book);

      assertThat(blocks(document))
          .containsExactly(
              "HEADING 1: Prices",
              "TABLE_HEADER: Item | Price",
              "TABLE_ROW: Rope | 12",
              "TABLE_ROW: Anchor | 90",
              "TABLE_ROW: Buoy");
      assertThat(document.notes())
          .hasSize(4)
          .anyMatch(note -> note.contains("2 hidden sheets (Pay, Codes)"))
          .anyMatch(note -> note.contains("Prices") && note.contains("1 hidden row"))
          .anyMatch(note -> note.contains("Prices") && note.contains("1 hidden column"))
          .anyMatch(note -> note.contains("Prices") && note.contains("1 hidden cell"));

      Document whole =
          Parsers.parse(
              folder.resolve("made.xlsx"), "made.xlsx", new ParseOptions(true, 10_000, 100, 100));
      assertThat(blocks(whole))
          .contains(
              "TABLE_ROW: Old rope | 3 | 7",
              "TABLE_ROW: Buoy | 2 | 8",
              "TABLE_ROW: The cook | 2900",
              "TABLE_ROW: gate | 4711");
      assertThat(whole.notes()).isEmpty();
    }
  }

  @Test
  void formulasWithoutValueAndErrorsAreToldAndTheRestOfTheirRowIsRead() throws IOException {
    try (var book = new XSSFWorkbook()) {
      XSSFSheet sheet = book.createSheet("Sums");
      rows(sheet, "Name|Length|Twice", "Punt|6|", "Skiff|4|");
      sheet.getRow(1).createCell(2).setCellFormula("B2*2");
      sheet.getRow(2).createCell(2).setCellErrorValue((byte) 7);

      Document document = read(book);

      assertThat(blocks(document))
          .containsExactly(
              "HEADING 1: Sums",
              "TABLE_HEADER: Name | Length | Twice",
              "TABLE_ROW: Punt | 6",
              "TABLE_ROW: Skiff | 4");
      assertThat(document.notes())
          .hasSize(2)
          .allMatch(note -> note.contains("Sums"))
          .anyMatch(note -> note.contains("1 formula"))
          .anyMatch(note -> note.contains("1 cell") && note.contains("error"));
    }
  }

  @Test
  void aWorkbookOfSeveralOrUnnamedSheetsIsNamedAfterItsFile() throws IOException {
    try (var book = new XSSFWorkbook()) {
      rows(book.createSheet("Sheet1"), "Rope");
      assertThat(read(book).title()).isEqualTo("made");
    }
    try (var book = new XSSFWorkbook()) {
      rows(book.createSheet("Prices"), "Rope");
      assertThat(read(book).title()).isEqualTo("Prices");
      rows(book.createSheet("Roster"), "Ann");

      Document document = read(book);

      assertThat(document.title()).isEqualTo("made");
      assertThat(new Splitter(String::length, 256).split(document))
          .extracting(passage -> passage.headings().getLast())
          .containsExactly("Prices", "Roster");
    }
  }

  @Test
  void textBoxesAndTitlesOfChartsAreReadAndRaisedLettersKept() throws IOException {
    try (var book = new XSSFWorkbook()) {
      XSSFSheet sheet = book.createSheet("Sheet");
      var text = new XSSFRichTextString("3 × 106");
      var raised = book.createFont();
      raised.setTypeOffset(org.apache.poi.ss.usermodel.Font.SS_SUPER);
      text.applyFont(6, 7, raised);
      sheet.createRow(0).createCell(0).setCellValue(text);
      var drawing = sheet.createDrawingPatriarch();
      var anchor = new XSSFClientAnchor(0, 0, 0, 0, 1, 1, 5, 5);
      drawing.createTextbox(anchor).setText("Mind the step");
      drawing.createChart(anchor).setTitleText("Herring landed");

      assertThat(blocks(read(book)))
          .containsExactly(
              "HEADING 1: Sheet",
              "TABLE_ROW: 3 × 10⁶",
              "PARAGRAPH: Mind the step",
              "PARAGRAPH: Herring landed");
    }
  }

  @Test
  void formatsThatALanguageGivesItsMeaningAreReadByTheWorkbooksOwn() throws IOException {
    String sheet =
        "<worksheet><sheetData><row r='1'><c r='A1' s='1'><v>45358</v></c>"
            + "<c r='B1' s='2'><v>0.75</v></c><c r='C1' s='3'><v>45358</v></c>"
            + "<c r='D1' t='s'><v>0</v></c></row></sheetData></worksheet>";

    assertThat(raw(sheet, "备注").text()).contains("2024年3月7日 | 下午6时00分 | 3/7/24 | 备注");
    assertThat(raw(sheet.replace("0.75", "45358"), "メモ").text())
        .contains("2024年3月7日 | 2024年3月 | 3/7/24 | メモ");
  }

  /// A workbook whose styles 1 to 3 have the formats 31, 34 and 14.
  private Document raw(String sheet, String shared) throws IOException {
    String relation = "<Relationship Id='%s' Type='x/%s' Target='%s'/>";
    Path file = folder.resolve("raw.xlsx");
    DocumentLines.zip(
        file,
        Map.of(
            "_rels/.rels",
            "<Relationships>"
                + relation.formatted("r", "officeDocument", "xl/workbook.xml")
                + "</Relationships>",
            "xl/_rels/workbook.xml.rels",
            "<Relationships>"
                + relation.formatted("a", "worksheet", "sheet1.xml")
                + relation.formatted("b", "styles", "styles.xml")
                + relation.formatted("c", "sharedStrings", "shared.xml")
                + "</Relationships>",
            "xl/workbook.xml",
            "<workbook xmlns:r='r'><sheets><sheet name='S' r:id='a'/></sheets></workbook>",
            "xl/styles.xml",
            "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='31'/><xf numFmtId='34'/>"
                + "<xf numFmtId='14'/></cellXfs></styleSheet>",
            "xl/shared.xml",
            "<sst><si><t>" + shared + "</t></si></sst>",
            "xl/sheet1.xml",
            sheet));
    return Parsers.parse(file, "raw.xlsx");
  }

  /// Fills rows: cells parted by `|`, whole numbers as numbers, empty ones left out.
  private static void rows(XSSFSheet sheet, String... lines) {
    for (int i = 0; i < lines.length; i++) {
      String[] cells = lines[i].split("\\|", -1);
      XSSFRow row = sheet.createRow(i);
      for (int column = 0; column < cells.length; column++) {
        if (cells[column].matches("\\d+")) {
          row.createCell(column).setCellValue(Integer.parseInt(cells[column]));
        } else if (!cells[column].isEmpty()) {
          row.createCell(column).setCellValue(cells[column]);
        }
      }
    }
  }

  private Document read(XSSFWorkbook book) throws IOException {
    Path file = folder.resolve("made.xlsx");
    try (var out = Files.newOutputStream(file)) {
      book.write(out);
    }
    return Parsers.parse(file, "made.xlsx");
  }
}
