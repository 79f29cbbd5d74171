package dev.whetstone.corpus.pdf;

import static dev.whetstone.corpus.DocumentLines.blocks;
import static dev.whetstone.corpus.pdf.TestPdf.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.pdfbox.util.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PdfReadingOrderTest {
  private static final List<String> LEFT =
      List.of(
          "Beekeepers inspect each hive once",
          "a week from April until August. They",
          "look for the queen, count the frames",
          "of brood and note the stores. When",
          "a swarm is about to leave, the keeper",
          "moves the old queen with two frames");
  private static final List<String> RIGHT =
      List.of(
          "to a small box. The box stays closed",
          "for one night in a cool cellar and is",
          "opened at a new place on the next",
          "evening. Honey is taken in July, once",
          "the cells are capped on two thirds of",
          "the comb.");
  private static final List<String> STEPS =
      List.of(
          "Close the main valve before the pump is opened.",
          "Call the engineer on duty at extension 4417.",
          "Wait until the gauge shows less than 0.5 bar.");

  private record Drawn(float x, float y, String text) {}

  enum Order {
    BY_COLUMN,
    BY_ROW,
    RIGHT_FIRST,
    UPWARDS,
    SHUFFLED
  }

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Order.class)
  void columnsOfProseAreReadOneAfterTheOtherHoweverTheyWereDrawn(Order order) throws IOException {
    for (float shift : new float[] {0, 6}) { // the columns level, or not
      List<Drawn> lines = new ArrayList<>();
      for (int i = 0; i < LEFT.size(); i++) {
        lines.add(new Drawn(60, 700 - 13 * i, LEFT.get(i)));
      }
      for (int i = 0; i < RIGHT.size(); i++) {
        lines.add(new Drawn(320, 700 - shift - 13 * i, RIGHT.get(i)));
      }
      Comparator<Drawn> downward = Comparator.comparingDouble(line -> -line.y());
      switch (order) {
        case BY_COLUMN -> {}
        case BY_ROW -> lines.sort(downward.thenComparingDouble(Drawn::x));
        case RIGHT_FIRST -> Collections.rotate(lines, RIGHT.size());
        case UPWARDS -> lines.sort(downward.reversed());
        case SHUFFLED -> Collections.shuffle(lines, new Random(7));
      }
      try (var pdf = new TestPdf()) {
        pdf.page();
        for (Drawn line : lines) {
          pdf.line(line.x(), line.y(), line.text());
        }

        assertThat(blocks(pdf.read(folder)))
            .containsExactly(
                "PARAGRAPH: " + String.join(" ", LEFT) + " " + String.join(" ", RIGHT));
      }
    }
  }

  @Test
  void aTableWithoutRulesKeepsItsRowsAndItsHeaderOverPages() throws IOException {
    try (var pdf = new TestPdf()) {
      for (int page = 0; page < 2; page++) {
        pdf.page().line(60, 760, "Code").line(120, 760, "Meaning").line(320, 760, "Remedy");
        for (int i = 0; i < 30; i++) {
          int code = 101 + page * 30 + i;
          pdf.line(60, 742 - 18 * i, "E-" + code);
          pdf.line(120, 742 - 18 * i, "Sensor " + code + " of the dryer is silent");
          pdf.line(320, 742 - 18 * i, "Replace cable " + code + " and restart");
        }
      }

      List<String> blocks = blocks(pdf.read(folder));

      assertThat(blocks).hasSize(62);
      assertThat(blocks.getFirst()).isEqualTo("TABLE_HEADER: Code | Meaning | Remedy");
      assertThat(blocks.getLast())
          .isEqualTo(
              "TABLE_ROW: E-160 | Sensor 160 of the dryer is silent | Replace cable 160 and"
                  + " restart");
    }
  }

  @Test
  void aHangingListIsNoTable() throws IOException {
    try (var pdf = new TestPdf()) {
      pdf.page();
      for (int i = 0; i < 5; i++) {
        pdf.line(60, 700 - 30 * i, "(" + (i + 1) + ")");
        pdf.line(
            90,
            700 - 30 * i,
            "The member pays the fee " + i + " of the year before the first of May");
        pdf.line(90, 687 - 30 * i, "or leaves the club.");
      }

      assertThat(blocks(pdf.read(folder)))
          .hasSize(5)
          .allMatch(
              block -> block.startsWith("LIST_ITEM 1: The member") && block.endsWith("club."));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 90, 180, 270})
  void aTurnedPageIsReadAsItIsShown(int rotation) throws IOException {
    try (var pdf = new TestPdf()) {
      pdf.page().current().setRotation(rotation);
      turned(pdf, rotation);

      assertThat(blocks(pdf.read(folder)))
          .containsExactlyElementsOf(STEPS.stream().map(step -> "LIST_ITEM 1: " + step).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {90, 180, 270})
  void textSetSidewaysIsReadAfterTheUprightText(int angle) throws IOException {
    try (var pdf = new TestPdf()) {
      turned(pdf.page(), angle);
      pdf.line(60, 800, "The pumping station has a plan for emergencies.");

      assertThat(blocks(pdf.read(folder)))
          .hasSize(4)
          .startsWith("PARAGRAPH: The pumping station has a plan for emergencies.")
          .endsWith("LIST_ITEM 1: " + STEPS.getLast());
    }
  }

  @Test
  void aHeaderSetSidewaysStandsInItsCell() throws IOException {
    try (var pdf = new TestPdf()) {
      pdf.page();
      for (float y : new float[] {700, 600, 580, 560}) {
        pdf.rule(60, y, 260, y);
      }
      for (float x : new float[] {60, 160, 260}) {
        pdf.rule(x, 560, x, 700);
      }
      Matrix up = Matrix.getRotateInstance(Math.toRadians(90), 114, 610);
      pdf.line(PLAIN, 10, up, "Floor").line(170, 640, "Smoke doors");
      pdf.line(66, 586, "Cellar")
          .line(170, 586, "four")
          .line(66, 566, "Roof")
          .line(170, 566, "one");

      assertThat(blocks(pdf.read(folder)))
          .containsExactly(
              "TABLE_HEADER: Floor | Smoke doors",
              "TABLE_ROW: Cellar | four",
              "TABLE_ROW: Roof | one");
    }
  }

  @Test
  void eachWordOfAPageComesOnceWhereverItStands() throws IOException {
    for (int seed = 0; seed < 30; seed++) {
      var random = new Random(seed);
      List<String> words = new ArrayList<>();
      List<Integer> cells = new ArrayList<>(IntStream.range(0, 8 * 40).boxed().toList());
      Collections.shuffle(cells, random);
      try (var pdf = new TestPdf()) {
        pdf.page();
        for (int i = 0; i < 60; i++) {
          String word = "w" + i + "q" + seed;
          words.add(word);
          float x = 40 + 60 * (cells.get(i) % 8) + random.nextInt(9);
          float y = 60 + 18 * (cells.get(i) / 8) + random.nextInt(7);
          Matrix at = Matrix.getRotateInstance(Math.toRadians(90 * (i % 7 == 0 ? 1 : 0)), x, y);
          pdf.line(PLAIN, 8 + random.nextInt(4), at, word);
        }

        String text = pdf.read(folder).text();

        assertThat(words)
            .as("seed " + seed)
            .allMatch(word -> text.split("\\b" + word + "\\b", -1).length == 2);
      }
    }
  }

  @Test
  void superscriptsAndFractionsKeepTheirMeaning() throws IOException {
    try (var pdf = new TestPdf()) {
      pdf.page();
      float x = 60 + width("The plant makes 3 x 10");
      pdf.line(60, 700, "The plant makes 3 x 10").line(PLAIN, 7, at(x, 704), "6");
      pdf.line(x + 7, 700, "parts, and CO")
          .line(PLAIN, 7, at(x + 7 + width("parts, and CO"), 698), "2");
      x = 60 + width("The moment is");
      pdf.line(60, 600, "The moment is").line(x + 6, 607, "q l").rule(x + 4, 603, x + 20, 603);
      pdf.line(x + 9, 593, "8").line(x + 26, 600, "here.");

      assertThat(pdf.read(folder).text())
          .contains("3 x 10⁶ parts", "CO2")
          .contains("The moment is (q l)/8 here.");
    }
  }

  @Test
  void theMarkOfAFootnoteDrawnLaterStandsInItsLine() throws IOException {
    try (var pdf = new TestPdf()) {
      pdf.page().line(60, 700, "A contract says who audits the office");
      pdf.line(PLAIN, 6, at(61 + width("A contract"), 704), "1");
      pdf.line(60, 686, "and how often the audits are held.");
      pdf.line(PLAIN, 6, at(61 + width("and how often the audits are held."), 690), "2");

      assertThat(blocks(pdf.read(folder)))
          .containsExactly(
              "PARAGRAPH: A contract¹ says who audits the office and how often the audits are"
                  + " held.²");
    }
  }

  @Test
  void aSmallNumberThatBelongsToNoLineStays() throws IOException {
    try (var pdf = new TestPdf()) {
      pdf.page().line(60, 700, "Each office is audited once a year by another office.");
      pdf.line(PLAIN, 6, at(60, 600), "42");

      assertThat(blocks(pdf.read(folder))).hasSize(2).endsWith("PARAGRAPH: 42");
    }
  }

  private static float width(String text) throws IOException {
    return PLAIN.getStringWidth(text) / 100; // at 10 points
  }

  private static Matrix at(float x, float y) {
    return Matrix.getTranslateInstance(x, y);
  }

  /// Draws numbered steps turned by this angle, upright for one who turns the page so.
  private static void turned(TestPdf pdf, int angle) throws IOException {
    for (int i = 0; i < STEPS.size(); i++) {
      float along = 60;
      float down = 300 + 16 * i;
      Matrix matrix =
          switch (angle) {
            case 90 -> Matrix.getRotateInstance(Math.toRadians(90), down, along);
            case 180 -> Matrix.getRotateInstance(Math.toRadians(180), 595 - along, down);
            case 270 -> Matrix.getRotateInstance(Math.toRadians(270), 595 - down, 842 - along);
            default -> at(along, 842 - down);
          };
      pdf.line(PLAIN, 10, matrix, (i + 1) + ". " + STEPS.get(i));
    }
  }
}
