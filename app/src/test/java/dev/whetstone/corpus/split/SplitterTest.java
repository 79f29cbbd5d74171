package dev.whetstone.corpus.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Block;
import dev.whetstone.core.Block.Kind;
import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.core.TokenCounter;
import dev.whetstone.corpus.ApproximateTokens;
import dev.whetstone.corpus.DocumentBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitterTest {
  private static final TokenCounter COUNTER = ApproximateTokens.WORDS;

  @Test
  void aPassageKeepsToItsSectionAndNamesTheWayToIt() {
    Document document =
        new DocumentBuilder("guide.md", "markdown")
            .title("Pump guide")
            .heading(1, "Pump guide")
            .paragraph("How the pump is run.")
            .heading(2, "Empty")
            .heading(2, "Care")
            .heading(3, "Weekly")
            .page(4)
            .paragraph("Oil the valve.")
            .heading(2, "Limits")
            .paragraph("Four bar.")
            .build();

    List<Passage> passages = new Splitter(COUNTER, 64).split(document);

    assertThat(passages)
        .extracting(passage -> passage.headings() + " " + passage.text() + " " + passage.page())
        .containsExactly(
            "[Pump guide] How the pump is run.\nEmpty 0",
            "[Pump guide, Care, Weekly] Oil the valve. 4",
            "[Pump guide, Limits] Four bar. 4");
    assertThat(passages.getFirst().metadata())
        .containsEntry("format", "markdown")
        .containsEntry("language", "en")
        .containsEntry("title", "Pump guide");
    assertThat(passages).allSatisfy(p -> assertThat(p.tokens()).isEqualTo(count(p.embedded())));
  }

  @Test
  void aTablesHeaderThatIsTooLongToBeRepeatedIsFoundWhole() {
    List<String> head = IntStream.range(0, 300).mapToObj(i -> "head" + i).toList();
    Document document =
        new DocumentBuilder("t.html", "html")
            .title("T")
            .paragraph("Before it.")
            .table(
                List.of(String.join(" ", head), "Price"),
                List.of(List.of("row one", "5"), List.of("row two", "6")))
            .build();

    List<Passage> passages = new Splitter(COUNTER, 64).split(document);

    String all = String.join("\n", passages.stream().map(Passage::text).toList());
    assertThat(List.of(all.split("\\W+")))
        .containsAll(head)
        .contains("Before", "Price", "one", "two");
    assertThat(passages)
        .allSatisfy(p -> assertThat(p.tokens()).isLessThanOrEqualTo(80))
        .filteredOn(p -> p.text().contains("row "))
        .allSatisfy(p -> assertThat(p.text()).contains("head0 head1 "));
    assertThat(passages).allSatisfy(p -> assertThat(p.from()).isLessThan(p.to()));
  }

  @Test
  void headingsWithoutABodyAreTheTextOfTheSectionAroundThem() {
    Document document =
        new DocumentBuilder("notes.md", "markdown")
            .title("Notes")
            .heading(1, "Notes")
            .heading(2, "Summer")
            .heading(3, "Boats leave every hour")
            .heading(3, "The night boat no longer stops at the pier")
            .heading(2, "Winter")
            .paragraph("No boats.")
            .heading(2, "Bicycles travel free")
            .build();

    assertThat(new Splitter(COUNTER, 64).split(document))
        .extracting(passage -> passage.headings() + " " + passage.text())
        .containsExactly(
            "[Notes, Summer] Boats leave every hour\nThe night boat no longer stops at the pier",
            "[Notes, Winter] No boats.",
            "[Notes] Bicycles travel free");
  }

  @Test
  void aDocumentOfHeadingsAloneHasPassages() {
    Document document =
        new DocumentBuilder("only.md", "markdown")
            .heading(1, "The pier is closed in May")
            .heading(1, "The lock keeper has the key")
            .build();

    assertThat(new Splitter(COUNTER, 64).split(document))
        .extracting(passage -> passage.headings() + " " + passage.text())
        .containsExactly("[The pier is closed in May] The lock keeper has the key");
    Document single = new DocumentBuilder("one.md", "markdown").heading(1, "Closed").build();
    assertThat(new Splitter(COUNTER, 64).split(single))
        .extracting(passage -> passage.headings() + " " + passage.text())
        .containsExactly("[Closed] Closed");
  }

  @Test
  void aHeadingLongerThanThePathTakesStandsWholeInTheText() {
    String heading = "The keeper ".repeat(20).strip() + " opens the lock";
    Document document =
        new DocumentBuilder("long.md", "markdown")
            .title("Lock")
            .heading(1, heading)
            .paragraph("At six.")
            .build();

    Passage passage = new Splitter(COUNTER, 256).split(document).getFirst();

    assertThat(passage.text()).isEqualTo(heading + "\nAt six.");
    assertThat(passage.headings().getLast()).endsWith("…").hasSize(160);
  }

  @Test
  void aDocumentOfTooManyPassagesIsRefused() {
    var builder = new DocumentBuilder("many.md", "markdown").title("Many");
    for (int i = 0; i < 11; i++) {
      builder.heading(1, "Heading " + i).paragraph("Text " + i);
    }
    var limits = new PassageLimits(100, 160, 10);

    assertThatThrownBy(() -> new Splitter(COUNTER, 64, limits).split(builder.build()))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("10 passages");
  }

  @Test
  void everyPartOfATableBeginsWithItsHeader() {
    List<List<String>> rows =
        IntStream.range(0, 60)
            .mapToObj(i -> List.of("option" + i, "what it does for you"))
            .toList();
    Document document =
        new DocumentBuilder("t", "html").title("T").table(List.of("Name", "Meaning"), rows).build();

    List<Passage> passages = new Splitter(COUNTER, 64).split(document);

    assertThat(passages).hasSizeGreaterThan(4);
    assertThat(passages)
        .allSatisfy(passage -> assertThat(passage.text()).startsWith("Name | Meaning\noption"));
    assertThat(String.join("\n", passages.stream().map(Passage::text).toList()))
        .contains(rows.stream().map(row -> String.join(" | ", row)).toList());
  }

  @Test
  void aListStaysWithWhatIntroducesIt() {
    var builder = new DocumentBuilder("l", "html").title("L");
    builder.paragraph("word ".repeat(40)).paragraph("You need these tools:");
    for (int i = 0; i < 4; i++) {
      builder.item(1, "a tool of kind " + i);
    }

    List<Passage> passages = new Splitter(COUNTER, 64).split(builder.build());

    assertThat(passages).hasSize(2);
    assertThat(passages.getLast().text())
        .startsWith("You need these tools:\na tool of kind 0")
        .endsWith("kind 3");
  }

  @Test
  void anArticleOfAStatuteIsNotTornWhenItFits() {
    var builder = new DocumentBuilder("law.md", "markdown").title("合同法").heading(1, "第一章");
    String clause = "当事人应当按照约定全面履行自己的义务。";
    builder.paragraph("第一条 " + clause).paragraph(clause);
    builder.paragraph("第二条 " + clause).paragraph(clause).paragraph(clause);

    List<Passage> passages = new Splitter(COUNTER, 80).split(builder.build());

    assertThat(passages).hasSize(2);
    assertThat(passages.get(0).text()).isEqualTo("第一条 " + clause + "\n" + clause);
    assertThat(passages.get(1).text()).isEqualTo("第二条 " + clause + "\n" + clause + "\n" + clause);
  }

  @Test
  void aLongParagraphIsCutAtTheEndsOfSentences() {
    String english = "The pump moves water. It does so quietly, e.g. at night. ".repeat(10);
    String chinese = "水泵输送水。它很安静；夜里也是！".repeat(20);
    Document document =
        new DocumentBuilder("p", "text").title("P").paragraph(english).paragraph(chinese).build();

    List<Passage> passages = new Splitter(COUNTER, 40).split(document);

    assertThat(passages).hasSizeGreaterThan(6);
    assertThat(passages)
        .allSatisfy(p -> assertThat(p.text()).matches("(?s).*(water|night)\\.|.*[。；！]"));
  }

  @Test
  void codeStaysWholeWhenItFitsAndIsCutAtLinesWhenNot() {
    String fits =
        IntStream.range(0, 12).mapToObj(i -> "  call(" + i + ")").reduce("{", SplitterTest::line);
    String large =
        IntStream.range(0, 90).mapToObj(i -> "  call(" + i + ")").reduce("{", SplitterTest::line);
    Document document =
        new DocumentBuilder("c", "text")
            .title("C")
            .paragraph("word ".repeat(30))
            .code(fits)
            .code(large)
            .build();

    List<Passage> passages = new Splitter(COUNTER, 64).split(document);

    assertThat(passages).anySatisfy(p -> assertThat(p.text()).contains(fits));
    assertThat(passages)
        .allSatisfy(p -> assertThat(p.text()).doesNotContainPattern("call\\(\\d*$"));
  }

  @Test
  void recurringTextHasIdsOfItsOwnAndTheyStay() {
    var builder = new DocumentBuilder("r", "text").title("R");
    builder.heading(2, "Again").paragraph("Same.").heading(2, "Again").paragraph("Same.");

    List<Passage> once = new Splitter(COUNTER, 64).split(builder.build());
    List<Passage> twice = new Splitter(COUNTER, 64).split(builder.build());

    assertThat(once).extracting(Passage::id).doesNotHaveDuplicates().hasSize(2);
    assertThat(twice).isEqualTo(once);
  }

  @Test
  void whateverTheBlocksNothingIsLostTornFromItsHeaderOrTooLong() {
    for (int seed = 1; seed <= 40; seed++) {
      Document document = random(new Random(seed));

      List<Passage> passages =
          new Splitter(COUNTER, 64, PassageLimits.DEFAULT.withTokens(100)).split(document);

      check(document, passages, seed);
    }
  }

  @Test
  void oneEndlessWordOrLineIsCutWithoutCountingItWhole() {
    var counted = new AtomicLong();
    TokenCounter counter =
        text -> {
          counted.addAndGet(text.length());
          return count(text);
        };
    String text = "x".repeat(300_000) + " " + "水".repeat(100_000) + " " + "ab, ".repeat(50_000);
    Document document = new DocumentBuilder("e", "text").title("E").paragraph(text).build();

    List<Passage> passages = new Splitter(counter, 256).split(document);

    assertThat(passages).allSatisfy(p -> assertThat(p.tokens()).isLessThanOrEqualTo(320));
    assertThat(counted.get()).isLessThan(20L * text.length());
  }

  @Test
  void theExampleInTheSplittersCommentHolds() {
    TokenCounter wordsAndSigns =
        text -> (int) Pattern.compile("\\w+|[^\\w\\s]").matcher(text).results().count();
    var into = new DocumentBuilder("ferry", "markdown");
    into.heading(1, "Ferry").heading(2, "Fares").paragraph("The fares by zone are:");
    into.table(
        List.of("Zone", "Adult", "Child"), Collections.nCopies(10, List.of("A", "3.20", "1.60")));
    into.heading(2, "Boats leave every hour");

    List<Passage> passages = new Splitter(wordsAndSigns, 32).split(into.build());

    assertThat(passages).extracting(Passage::tokens).startsWith(24, 27, 27, 27, 36);
    assertThat(passages).extracting(Passage::headings).startsWith(List.of("Ferry", "Fares"));
    assertThat(passages.getLast().headings()).containsExactly("Ferry");
    assertThat(passages.getLast().text()).isEqualTo("Boats leave every hour");
    assertThat(passages).hasSize(6);
  }

  @Test
  void aTargetBeyondTheLimitIsRefused() {
    assertThatThrownBy(() -> new Splitter(COUNTER, 512))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("512");
  }

  private static void check(Document document, List<Passage> passages, int seed) {
    var covered = new int[document.text().length()];
    for (Passage passage : passages) {
      String span = document.text().substring(passage.from(), passage.to());
      assertThat(passage.tokens()).as("seed %d", seed).isLessThanOrEqualTo(100);
      assertThat(passage.tokens()).isEqualTo(count(passage.embedded()));
      assertThat(squeezed(passage.text())).as("seed %d", seed).endsWith(squeezed(span));
      for (int i = passage.from(); i < passage.to(); i++) {
        covered[i]++;
      }
    }
    for (int b = 0; b < document.blocks().size(); b++) {
      Block block = document.blocks().get(b);
      boolean inPath =
          block.kind() == Kind.HEADING
              && passages.stream().anyMatch(p -> p.headings().contains(document.text(block)));
      int expected = inPath && covered[block.from()] == 0 ? 0 : 1;
      for (int i = block.from(); i < block.to(); i++) {
        if (!Character.isWhitespace(document.text().charAt(i))) {
          assertThat(covered[i]).as("seed %d, %s", seed, block).isEqualTo(expected);
        }
      }
      if (block.header() >= 0) {
        String header = document.text(document.blocks().get(block.header()));
        assertThat(passages)
            .filteredOn(p -> p.from() < block.to() && block.from() < p.to())
            .isNotEmpty()
            .allSatisfy(p -> assertThat(p.text()).contains(header));
      }
    }
    assertThat(passages).isSortedAccordingTo(Comparator.comparingInt(Passage::from));
  }

  private static Document random(Random random) {
    var builder = new DocumentBuilder("d/" + random.nextInt(), "html").title("A title");
    for (int i = 0; i < 40; i++) {
      switch (random.nextInt(8)) {
        case 0 -> builder.heading(1 + random.nextInt(4), words(random, 6));
        case 1, 2 -> builder.paragraph(words(random, 300));
        case 3 -> builder.item(1 + random.nextInt(3), words(random, 30));
        case 4 -> builder.code(words(random, 100).replace(". ", "\n  "));
        case 5 -> builder.paragraph(words(random, 10) + ":");
        case 6 -> builder.table(List.of("One", "Two"), rows(random));
        default -> builder.table(null, rows(random));
      }
    }
    return builder.build();
  }

  private static List<List<String>> rows(Random random) {
    var rows = new ArrayList<List<String>>();
    for (int i = random.nextInt(12); i >= 0; i--) {
      rows.add(List.of(words(random, 5), words(random, random.nextInt(10) == 0 ? 200 : 12)));
    }
    return rows;
  }

  private static String words(Random random, int most) {
    var words = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      words.append(random.nextInt(12) == 0 ? "中文句子。" : "word" + random.nextInt(50));
      words.append(random.nextInt(9) == 0 ? ". " : random.nextInt(9) == 0 ? ", " : " ");
    }
    return words.toString();
  }

  private static String line(String text, String line) {
    return text + "\n" + line;
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s+", "");
  }

  private static int count(String text) {
    return COUNTER.count(text);
  }
}
