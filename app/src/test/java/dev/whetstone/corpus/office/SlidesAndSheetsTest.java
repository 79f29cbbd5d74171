package dev.whetstone.corpus.office;

import static dev.whetstone.corpus.DocumentLines.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Block;
import dev.whetstone.core.Document;
import dev.whetstone.corpus.sandbox.Parsers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.apache.poi.sl.usermodel.Placeholder;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xslf.usermodel.SlideLayout;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFSlide;
import org.apache.poi.xslf.usermodel.XSLFTable;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlidesAndSheetsTest {
  @TempDir Path folder;

  @Test
  void aSlideIsAPageWithItsTitleBulletsTableAndNotes() throws IOException {
    try (var show = new XMLSlideShow()) {
      var layout = show.getSlideMasters().getFirst().getLayout(SlideLayout.TITLE_AND_CONTENT);
      XSLFSlide slide = show.createSlide(layout);
      slide.getPlaceholder(0).setText("Plan");
      var body = slide.getPlaceholder(1);
      body.clearText();
      body.addNewTextParagraph().addNewTextRun().setText("Now");
      var nested = body.addNewTextParagraph();
      nested.setIndentLevel(1);
      nested.addNewTextRun().setText("This week");
      XSLFTable table = slide.createTable(2, 2);
      String[][] cells = {{"Who", "What"}, {"Ann", "Doors"}};
      for (int row = 0; row < 2; row++) {
        for (int column = 0; column < 2; column++) {
          table.getCell(row, column).setText(cells[row][column]);
        }
      }
      for (var shape : show.getNotesSlide(slide).getPlaceholders()) {
        shape.setText(shape.getTextType() == Placeholder.BODY ? "Say it slowly." : "");
      }
      var titleOnly = show.getSlideMasters().getFirst().getLayout(SlideLayout.TITLE_ONLY);
      show.createSlide(titleOnly).getPlaceholder(0).setText("End");

      Document document = read(show, "made.pptx");

      assertThat(blocks(document))
          .containsExactly(
              "HEADING 1: Plan",
              "LIST_ITEM 1: Now",
              "LIST_ITEM 2: This week",
              "TABLE_HEADER: Who | What",
              "TABLE_ROW: Ann | Doors",
              "PARAGRAPH: Say it slowly.",
              "HEADING 1: End");
      assertThat(document.blocks()).extracting(Block::page).containsExactly(1, 1, 1, 1, 1, 1, 2);
    }
  }

  @Test
  void aSheetIsAPageItsFirstFullRowTheHeaderAndItsValuesAreAsShown() throws IOException {
    try (var book = new XSSFWorkbook()) {
      XSSFSheet sheet = book.createSheet("Risks");
      sheet.createRow(0).createCell(0).setCellValue("Risk register 2024");
      sheet.addMergedRegion(new CellRangeAddress(0, 0, 0, 3));
      String[] header = {"Area", "Risk", "Found", "Share"};
      for (int i = 0; i < header.length; i++) {
        (i == 0 ? sheet.createRow(2) : sheet.getRow(2)).createCell(i).setCellValue(header[i]);
      }
      var date = book.createCellStyle();
      date.setDataFormat(book.createDataFormat().getFormat("yyyy-mm-dd"));
      var share = book.createCellStyle();
      share.setDataFormat(book.createDataFormat().getFormat("0%"));
      for (int row = 3; row < 5; row++) {
        var cells = sheet.createRow(row);
        cells.createCell(0).setCellValue(row == 3 ? "Doors" : "");
        cells.createCell(1).setCellValue("Risk " + row);
        cells.createCell(2).setCellValue(LocalDate.of(2024, 5, row));
        cells.getCell(2).setCellStyle(date);
        cells.createCell(3).setCellValue(row / 10.0);
        cells.getCell(3).setCellStyle(share);
      }
      sheet.addMergedRegion(new CellRangeAddress(3, 4, 0, 0));
      XSSFSheet hidden = book.createSheet("Lists");
      hidden.createRow(0).createCell(0).setCellValue("not shown");
      book.setSheetHidden(1, true);
      XSSFSheet second = book.createSheet("Notes");
      second.createRow(0).createCell(0).setCellValue("One note");

      Document document = read(book, "made.xlsx");

      assertThat(blocks(document))
          .containsExactly(
              "HEADING 1: Risks",
              "PARAGRAPH: Risk register 2024",
              "TABLE_HEADER: Area | Risk | Found | Share",
              "TABLE_ROW: Doors | Risk 3 | 2024-05-03 | 30%",
              "TABLE_ROW: Doors | Risk 4 | 2024-05-04 | 40%",
              "HEADING 1: Notes",
              "TABLE_ROW: One note");
      assertThat(document.blocks().getLast().page()).isEqualTo(2);
    }
  }

  private Document read(org.apache.poi.ooxml.POIXMLDocument made, String name) throws IOException {
    Path file = folder.resolve(name);
    try (var out = Files.newOutputStream(file)) {
      made.write(out);
    }
    return Parsers.parse(file, name);
  }
}
