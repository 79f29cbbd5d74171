package dev.whetstone.corpus.pdf;

import static dev.whetstone.corpus.DocumentLines.blocks;
import static dev.whetstone.corpus.pdf.TestPdf.BOLD;
import static dev.whetstone.corpus.pdf.TestPdf.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.util.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PdfHeadersAndFootersTest {
  @TempDir Path folder;

  @Test
  void aRunningHeadAndPageNumbersGoAndTheBodyStays() throws IOException {
    try (var pdf = new TestPdf()) {
      for (int i = 1; i <= 4; i++) {
        pdf.page().line(PLAIN, 8, at(60, 815), "Lift manual, edition 7").line(530, 815, "" + i);
        pdf.lines(60, 760, 14, rows("Door %d of floor " + i + " opens to the left.", 0, 40));
        pdf.line(270, 30, "Page " + i + " of 4");
      }

      String text = pdf.read(folder).text();

      assertThat(text).doesNotContain("Lift manual", "Page ");
      assertThat(text.lines().filter(line -> line.startsWith("Door"))).hasSize(160);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hex bolt M8 x %2$d",
        "%1$d May 11:%3$02d:07 pump started",
        "Section %2$d",
        "Value %1$d",
        "%2$d"
      })
  void rowsThatDifferInDigitsStayAtBothEdges(String row) throws IOException {
    List<String> all = new ArrayList<>();
    try (var pdf = new TestPdf()) {
      for (int page = 0; page < 3; page++) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 52; i++) {
          rows.add(row.formatted(page + 1, page * 52 + i + 1, i));
        }
        pdf.page().lines(60, 810, 15, rows);
        all.addAll(rows);
      }

      List<String> said = pdf.read(folder).text().lines().filter(l -> !l.isBlank()).toList();

      assertThat(String.join("\n", said)).isEqualTo(String.join("\n", all));
    }
  }

  @Test
  void aHeadingThatCountsWithThePagesStays() throws IOException {
    try (var pdf = new TestPdf()) {
      for (int i = 1; i <= 5; i++) {
        pdf.page().line(BOLD, 16, at(60, 780), "Lesson " + i);
        pdf.line(60, 740, "The tool is cleaned after work and hung on its hook.");
        pdf.line(60, 60, "Question " + i + " is at the back.");
      }

      assertThat(pdf.read(folder).text())
          .contains("Lesson 1", "Lesson 2", "Lesson 3", "Lesson 4", "Lesson 5")
          .contains("Question 1 is", "Question 5 is");
    }
  }

  @Test
  void aRuledTableUpToTheEdgesKeepsItsRowsAndItsHeader() throws IOException {
    try (var pdf = new TestPdf()) {
      for (int page = 0; page < 3; page++) {
        pdf.page();
        for (int i = 0; i < 46; i++) {
          float y = 825 - 18 * i;
          pdf.rule(15, y, 580, y).rule(15, y - 18, 580, y - 18);
          String item = i == 0 ? "Item" : "Bolt %d".formatted(page * 45 + i);
          pdf.line(18, y - 13, item).line(303, y - 13, i == 0 ? "Price" : "%d EUR".formatted(i));
        }
        for (float x : new float[] {15, 300, 580}) {
          pdf.rule(x, 825, x, 825 - 18 * 46);
        }
      }

      Document document = pdf.read(folder);

      assertThat(blocks(document)).contains("TABLE_HEADER: Item | Price");
      assertThat(blocks(document).stream().filter(block -> block.contains("Bolt"))).hasSize(135);
    }
  }

  @Test
  void onTwoPagesWhatOnlyResemblesStaysAndWhatIsRepeatedStaysOnce() throws IOException {
    try (var pdf = new TestPdf()) {
      for (int i = 3; i <= 4; i++) {
        pdf.page()
            .line(60, 810, "Rowing club")
            .line(60, 760, "In 202" + i + " we had 1" + i + "0 members.");
        pdf.lines(60, 732, 14, rows("Boat %d of 202" + i + " is red.", 1, 9));
        pdf.line(60, 40, "The fee was 4" + i + " euros.");
      }

      List<String> blocks = blocks(pdf.read(folder));

      assertThat(blocks)
          .contains("PARAGRAPH: In 2023 we had 130 members.", "PARAGRAPH: The fee was 43 euros.")
          .contains("PARAGRAPH: In 2024 we had 140 members.", "PARAGRAPH: The fee was 44 euros.")
          .containsOnlyOnce("PARAGRAPH: Rowing club");
    }
  }

  @Test
  void aWordAsLargeAsTheBodyThatHeadsEachPageStaysOnce() throws IOException {
    try (var pdf = new TestPdf()) {
      for (int i = 0; i < 6; i++) {
        pdf.page().line(60, 800, "Invoice").line(60, 770, "Number: " + (1000 + i));
        pdf.line(60, 755, "Customer: " + (char) ('A' + i)).line(60, 60, "Total: " + i + "5 EUR");
      }

      String text = pdf.read(folder).text();

      assertThat(text).containsOnlyOnce("Invoice");
      assertThat(text).contains("Number: 1005", "Customer: F", "Total: 05 EUR", "Total: 55 EUR");
    }
  }

  @Test
  void aFooterThatIsSetLargerThanTheBodyHeadsNothing() throws IOException {
    try (var pdf = new TestPdf()) {
      for (int i = 1; i <= 3; i++) {
        pdf.page().lines(60, 760, 14, rows("Door %d of floor " + i + " opens to the left.", 0, 40));
        pdf.line(BOLD, 13, at(60, 30), "Harbour office");
      }

      Document document = pdf.read(folder);

      assertThat(document.title()).isNotEqualTo("Harbour office");
      assertThat(blocks(document)).noneMatch(block -> block.startsWith("HEADING"));
      assertThat(document.text()).containsOnlyOnce("Harbour office");
    }
  }

  @Test
  void aSentenceAndALineToFillInThatAllPagesRepeatStayOnce() throws IOException {
    try (var pdf = new TestPdf()) {
      for (int i = 0; i < 5; i++) {
        pdf.page().line(60, 810, "Switch the power off before you open the door.");
        pdf.lines(60, 740, 14, rows("Step %d of part " + i + " is done.", 0, 20));
        pdf.line(60, 40, "Signature of the patient: ________________");
      }

      String text = pdf.read(folder).text();

      assertThat(text.split("Switch the power off", -1)).hasSize(2);
      assertThat(text.split("Signature of the patient", -1)).hasSize(2);
    }
  }

  @Test
  void aWatermarkSetAslantGoesWhereAllPagesHaveIt() throws IOException {
    try (var pdf = new TestPdf()) {
      for (int i = 1; i <= 3; i++) {
        pdf.page().line(60, 700, "Clause " + i + " binds both sides.");
        pdf.line(PLAIN, 60, Matrix.getRotateInstance(Math.toRadians(45), 200, 300), "DRAFT");
      }

      assertThat(pdf.read(folder).text()).contains("Clause 1", "Clause 3").doesNotContain("DRAFT");
    }
  }

  private static List<String> rows(String row, int from, int to) {
    List<String> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(row.formatted(i));
    }
    return rows;
  }

  private static Matrix at(float x, float y) {
    return Matrix.getTranslateInstance(x, y);
  }
}
