package dev.whetstone.corpus.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.corpus.ApproximateTokens;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.DocumentLines;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.split.Splitter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest {
  private static final String FAQ =
      """
      Question,Answer,Link,Updated
      How long is the bridge closed?,"Until the end of May.
      The ferry, too.",https://example.org/bridge,2024-05-01
      Who pays the tow?,The owner pays it.,https://example.org/tow,2024-06-01
      """;

  @Test
  void aRowWithATitleIsAPartWithItsOwnHeadingAndMetadata() {
    Document document = read(FAQ, ParseOptions.DEFAULT);

    assertThat(DocumentLines.blocks(document))
        .containsExactly(
            "HEADING 1: How long is the bridge closed?",
            "PARAGRAPH: Until the end of May. The ferry, too.",
            "LIST_ITEM 1: Updated: 2024-05-01",
            "HEADING 1: Who pays the tow?",
            "PARAGRAPH: The owner pays it.",
            "LIST_ITEM 1: Updated: 2024-06-01");
    List<Passage> passages = new Splitter(ApproximateTokens.WORDS, 64).split(document);
    assertThat(passages).hasSize(2);
    assertThat(passages.getFirst().headings()).containsExactly("How long is the bridge closed?");
    assertThat(passages.getFirst().metadata())
        .containsEntry("url", "https://example.org/bridge")
        .containsEntry("date", "2024-05-01")
        .containsEntry("title", "How long is the bridge closed?")
        .containsEntry("format", "csv");
    assertThat(passages.getLast().metadata()).containsEntry("url", "https://example.org/tow");
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|"})
  void theSeparatorIsTold(String separator) {
    String text =
        "Zone,Adult,Child\nA,3.20,1.60\nB,4.10,2.00\n\"C, D\",5.00,2.50\n".replace(",", separator);

    assertThat(DocumentLines.blocks(read(text, ParseOptions.DEFAULT)))
        .containsExactly(
            "TABLE_HEADER: Zone | Adult | Child",
            "TABLE_ROW: A | 3.20 | 1.60",
            "TABLE_ROW: B | 4.10 | 2.00",
            "TABLE_ROW: C" + separator.replace("\t", "") + " D | 5.00 | 2.50");
  }

  @Test
  void aLineThatNamesTheSeparatorIsNoRow() {
    assertThat(read("sep=;\r\na;b\r\n1,5;2\r\n", ParseOptions.DEFAULT).text())
        .isEqualTo("a | b\n1,5 | 2");
  }

  @Test
  void aTableWithoutAHeaderIsReadFromItsFirstRow() {
    assertThat(DocumentLines.blocks(read("1,Heron,12.5\n2,Otter,9.1\n", ParseOptions.DEFAULT)))
        .containsExactly("TABLE_ROW: 1 | Heron | 12.5", "TABLE_ROW: 2 | Otter | 9.1");
  }

  @Test
  void eachRowOfALongTableStandsInOnePassageUnderTheHeader() {
    String rows =
        IntStream.range(100, 900)
            .mapToObj("E-%d,Sensor of the dryer,Replace cable"::formatted)
            .collect(Collectors.joining("\n"));

    List<Passage> passages =
        new Splitter(ApproximateTokens.WORDS, 64)
            .split(read("Code,Place,Remedy\n" + rows, ParseOptions.DEFAULT));

    assertThat(passages).allMatch(p -> p.text().startsWith("Code | Place | Remedy\n"));
    for (int i = 100; i < 900; i++) {
      String row = "E-" + i + " | Sensor of the dryer | Replace cable";
      assertThat(passages).filteredOn(p -> p.text().lines().toList().contains(row)).hasSize(1);
    }
  }

  @Test
  void wideRowsAreWrittenWithTheNamesOfTheirColumns() {
    String header =
        IntStream.range(0, 20).mapToObj("feature%d"::formatted).collect(Collectors.joining(","));
    String row = IntStream.range(0, 20).mapToObj("v%d"::formatted).collect(Collectors.joining(","));

    assertThat(read(header + "\n" + row + "\n" + row, ParseOptions.DEFAULT).text())
        .startsWith("feature0: v0\nfeature1: v1\n");
  }

  @Test
  void whatADocumentDoesNotTakeIsDroppedAndToldWithItsLine() {
    String rows = "Harbour %d,closed\n";
    String text =
        "Name,State\n"
            + IntStream.range(0, 100).mapToObj(rows::formatted).collect(Collectors.joining());

    Document document = read(text, new ParseOptions(false, 100_000, 50, 300));

    assertThat(document.blocks()).hasSizeBetween(40, 50);
    assertThat(document.text()).contains("Harbour 0", "Harbour 20").doesNotContain("Harbour 60");
    assertThat(document.notes()).singleElement().asString().contains("rows not read, from line 2");
  }

  @Test
  void aQuoteThatIsNotClosedEndsTheTableAndIsTold() {
    Document document =
        read("Name,State\nHeron,open\nOtter,\"closed\nBadger,open\n", ParseOptions.DEFAULT);

    assertThat(document.text()).contains("Heron");
    assertThat(document.notes()).singleElement().asString().contains("line 3");
  }

  @Test
  void aLogOfQuestionsIsNoDocument() {
    assertThatThrownBy(
            () -> read("question,document,phrase\nWho?,a.md,the owner\n", ParseOptions.DEFAULT))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("log of questions");
  }

  private static Document read(String text, ParseOptions options) {
    var into = new DocumentBuilder("folder/file.csv", "csv", options).title("file");
    CsvReader.read(text, false, into);
    return into.build();
  }
}
