package dev.whetstone.corpus.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.core.Passage;
import dev.whetstone.corpus.ApproximateTokens;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.DocumentLines;
import dev.whetstone.corpus.split.Splitter;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonRecordReaderTest {
  @Test
  void linesOfBeirAreParts() {
    String lines =
        """
        {"_id": "4983", "title": "Tides", "text": "The sea falls twice a day.", "metadata": {"url": "https://example.org/t", "year": 2001}}
        {"_id": "MED-10", "title": "", "text": "Bees dance.", "metadata": {}}
        """;

    Document document = read(lines, true);

    assertThat(DocumentLines.blocks(document))
        .containsExactly(
            "HEADING 1: Tides", "PARAGRAPH: The sea falls twice a day.", "PARAGRAPH: Bees dance.");
    List<Passage> passages = new Splitter(ApproximateTokens.WORDS, 64).split(document);
    assertThat(passages)
        .extracting(Passage::text)
        .containsExactly("The sea falls twice a day.", "Bees dance.");
    assertThat(passages.getFirst().headings()).containsExactly("Tides");
    assertThat(passages.getFirst().metadata())
        .containsEntry("id", "4983")
        .containsEntry("url", "https://example.org/t")
        .containsEntry("year", "2001");
    assertThat(passages.getLast().metadata())
        .containsEntry("id", "MED-10")
        .doesNotContainKey("url");
  }

  @Test
  void brokenLinesAreToldByNumberAndTheOthersRead() {
    Document document =
        read("{\"text\": \"One.\"}\n{\"text\": \"Tw\n\n[1]\n{\"text\": \"Three.\"}\n", true);

    assertThat(document.text()).isEqualTo("One.\n\nThree.");
    assertThat(document.notes()).singleElement().asString().contains("lines 2 (", ", 4 (");
  }

  @Test
  void objectsInObjectsAreFlattenedWithTheirPaths() {
    Document document =
        read(
            """
            [{"name": "Pump", "maker": {"city": "Bern", "since": 1950}, "tags": ["steel", "small"],
              "parts": [{"name": "Lid", "weight": 2.5}], "retired": false, "note": null}]
            """,
            false);

    assertThat(DocumentLines.blocks(document))
        .containsExactly(
            "HEADING 1: Pump",
            "LIST_ITEM 1: maker.city: Bern",
            "LIST_ITEM 1: maker.since: 1950",
            "LIST_ITEM 1: tags: steel, small",
            "LIST_ITEM 1: parts[0].name: Lid",
            "LIST_ITEM 1: parts[0].weight: 2.5",
            "LIST_ITEM 1: retired: false");
  }

  @Test
  void theArrayThatAnObjectIsMadeAroundHoldsTheRecords() {
    Document document =
        read(
            "{\"total\": 2, \"items\": [{\"title\": \"A\", \"body\": \"<p>One &amp;"
                + " <b>two</b></p>\"}, {\"title\": \"B\"}]}",
            false);

    assertThat(DocumentLines.blocks(document))
        .containsExactly(
            "LIST_ITEM 1: total: 2", "HEADING 1: A", "PARAGRAPH: One & two", "HEADING 1: B");
    assertThat(document.parts()).hasSize(3);
  }

  @Test
  void encodedDataIsLeftOutAndTold() {
    Document document =
        read("{\"text\": \"A pump.\", \"image\": \"" + "iVBORw0KGgo".repeat(200) + "\"}", false);

    assertThat(document.text()).isEqualTo("A pump.");
    assertThat(document.notes()).singleElement().asString().contains("1 value of encoded data");
  }

  @Test
  void deepNestingAndWhatIsNoJsonAreRefused() {
    assertThatThrownBy(() -> read("[".repeat(100_000), false)).isInstanceOf(Failure.BadInput.class);
    assertThatThrownBy(() -> read("{\"a\":".repeat(100_000), true))
        .isInstanceOf(Failure.BadInput.class);
    assertThatThrownBy(() -> read("no json", false)).isInstanceOf(Failure.BadInput.class);
  }

  @Test
  void aLogOfQuestionsIsNoDocument() {
    String line =
        "{\"question\": \"Who?\", \"answers\": [{\"document\": \"a.md\", \"phrase\": \"x\"}]}";

    assertThatThrownBy(() -> read(line, true)).hasMessageContaining("log of questions");
  }

  private static Document read(String text, boolean lines) {
    var into = new DocumentBuilder("folder/file.json", "json").title("file");
    JsonRecordReader.read(text, lines, into);
    return into.build();
  }
}
