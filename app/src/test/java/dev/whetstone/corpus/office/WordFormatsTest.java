package dev.whetstone.corpus.office;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.DocumentLines;
import dev.whetstone.corpus.ParseOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One text in three formats: `sluice.fodt`, and what LibreOffice made of it.
class WordFormatsTest {
  private static final Path FOLDER = Path.of("src/test/resources/documents");

  @ParameterizedTest
  @ValueSource(strings = {"docx", "odt", "rtf"})
  void theSameTextGivesTheSameBlocks(String format) throws IOException {
    Document document = read(format, ParseOptions.DEFAULT);

    assertThat(DocumentLines.blocks(document))
        .containsExactly(
            "HEADING 1: Care of the sluice",
            "PARAGRAPH: The sluice is opened at six in the morning; 10⁶ litres pass.",
            "PARAGRAPH: In a dry year half of it.",
            "HEADING 2: Tools",
            "LIST_ITEM 1: A lamp",
            "LIST_ITEM 1: A hook",
            "LIST_ITEM 2: of iron",
            "HEADING 2: Steps",
            "LIST_ITEM 1: Light the lamp.",
            "LIST_ITEM 1: Open the gate.",
            "LIST_ITEM 2: 2.1. Turn the wheel.",
            "LIST_ITEM 2: 2.2. Wait for the bell.",
            "HEADING 1: Times",
            "TABLE_HEADER: Gate | Opens | Shuts",
            "TABLE_ROW: North | 6 | 18",
            "TABLE_ROW: North | 7 | 19",
            "TABLE_ROW: South | closed",
            "PARAGRAPH: Naïve users ask “why” – the gate’s wheel turns; 水门六点开。");
    assertThat(document.title()).isEqualTo("The sluice at Northwood");
    assertThat(document.notes()).hasSize(2).allMatch(note -> note.contains("parse.hidden: true"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"docx", "odt", "rtf"})
  void hiddenAndStruckTextIsReadWhereItIsAskedFor(String format) throws IOException {
    Document document = read(format, new ParseOptions(true, 100_000, 1_000, 300));

    assertThat(document.text()).contains("A secret.", "At noon.").doesNotContain("deleted words");
    assertThat(document.notes()).isEmpty();
  }

  @Test
  void theFormatsAgreeAlsoOnTheText() throws IOException {
    String docx = read("docx", ParseOptions.DEFAULT).text();

    assertThat(read("odt", ParseOptions.DEFAULT).text()).isEqualTo(docx);
    assertThat(read("rtf", ParseOptions.DEFAULT).text()).isEqualTo(docx);
  }

  private static Document read(String format, ParseOptions options) throws IOException {
    Path file = FOLDER.resolve("sluice." + format);
    var into = new DocumentBuilder(file.getFileName().toString(), format, options);
    switch (format) {
      case "docx" -> DocxReader.read(file, "sluice", into);
      case "odt" -> OdtReader.read(file, "sluice", into);
      default -> RtfReader.read(file, "sluice", into);
    }
    return into.build();
  }
}
