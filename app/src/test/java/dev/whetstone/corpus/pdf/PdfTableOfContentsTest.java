package dev.whetstone.corpus.pdf;

import static dev.whetstone.corpus.DocumentLines.blocks;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PdfTableOfContentsTest {
  private static final String DOTS = " ............................ ";

  @TempDir Path folder;

  @Test
  void rowsWithLeadersThatNothingRepeatsStayRowByRow() throws IOException {
    try (var pdf = new TestPdf()) {
      pdf.page().line(60, 780, "Extensions");
      pdf.lines(
          60,
          762,
          18,
          List.of(
              "Day card" + DOTS + "12",
              "Hot soup" + DOTS + "14",
              "Harbour office" + DOTS + "4417",
              "All lines are open day and night."));

      assertThat(blocks(pdf.read(folder)))
          .containsExactly(
              "PARAGRAPH: Extensions",
              "PARAGRAPH: Day card .... 12",
              "PARAGRAPH: Hot soup .... 14",
              "PARAGRAPH: Harbour office .... 4417",
              "PARAGRAPH: All lines are open day and night.");
    }
  }

  @Test
  void linesToBeFilledInStay() throws IOException {
    try (var pdf = new TestPdf()) {
      pdf.page()
          .lines(
              60,
              780,
              18,
              List.of(
                  "Name of the skipper: ______________",
                  "Length of the boat in metres ..............",
                  "The capital of Norway is ____________."));

      assertThat(pdf.read(folder).text())
          .contains("Name of the skipper: ____")
          .contains("Length of the boat in metres ....")
          .contains("The capital of Norway is ____.");
    }
  }

  @Test
  void aTableOfContentsGoesAndAnEntryThatNothingRepeatsStays() throws IOException {
    try (var pdf = new TestPdf()) {
      pdf.page()
          .line(60, 780, "Contents")
          .lines(
              60,
              760,
              14,
              List.of(
                  "1 Piers" + DOTS + "2",
                  "2 Boats of the members and of",
                  "their guests" + DOTS + "2",
                  "3 Fees" + DOTS + "3",
                  "4 Return of the berth" + DOTS + "3",
                  "Map on the cover" + DOTS + "3"));
      pdf.page().line(60, 780, "1. Piers").line(60, 750, "The piers are open.");
      pdf.line(60, 700, "2. Boats of the members and of their guests");
      pdf.line(60, 670, "Boats are red.");
      pdf.page().line(60, 780, "3. Fees").line(60, 750, "They are paid in May.");
      pdf.line(60, 700, "4. Return of the berth and of its key");

      List<String> lines = pdf.read(folder).text().lines().filter(l -> !l.isBlank()).toList();

      assertThat(lines)
          .doesNotContain("Contents")
          .startsWith("Map on the cover .... 3")
          .noneMatch(line -> line.matches(".*(Piers|guests|berth) \\.{4}.*"));
      assertThat(lines.stream().filter(line -> line.contains("Boats of the members"))).hasSize(1);
    }
  }

  @Test
  void numbersDrawnAfterTheNamesStayBesideThem() throws IOException {
    List<String> expected = new ArrayList<>();
    try (var pdf = new TestPdf()) {
      for (int page = 0; page < 3; page++) {
        pdf.page();
        for (int i = 0; i < 50; i++) {
          pdf.line(60, 800 - 15 * i, "Part " + (char) ('A' + page) + i + " .................");
        }
        for (int i = 0; i < 50; i++) {
          int number = 100 + 50 * page + i;
          pdf.line(300, 800 - 15 * i, Integer.toString(number));
          expected.add("TABLE_ROW: Part " + (char) ('A' + page) + i + " .... | " + number);
        }
      }

      assertThat(blocks(pdf.read(folder))).containsExactlyElementsOf(expected);
    }
  }
}
