package dev.whetstone.corpus.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What one hostile file may cost: limits of characters, blocks, titles and notes.
class ParseLimitsTest {
  private static final ParseOptions SMALL = new ParseOptions(false, 1000, 50, 20);

  @TempDir Path folder;

  @Test
  void aLongTitleIsCutAndTold() throws IOException {
    Document document =
        parsed("t.html", "<title>" + "pump ".repeat(100) + "</title><p>Text.", SMALL);

    assertThat(document.title()).hasSize(20).endsWith("…");
    assertThat(document.notes()).singleElement().asString().contains("499", "20");
  }

  @Test
  void aTitleOfMillionsOfCharactersCostsNoMoreThanItsFile() throws IOException {
    String title = "T".repeat(21_000_000);

    Document document =
        parsed("t.html", "<title>" + title + "</title><p>Text.", ParseOptions.DEFAULT);

    assertThat(document.title()).hasSize(300);
    assertThat(document.text()).isEqualTo("Text.");
  }

  @Test
  void aFileOfTooManyBlocksIsRefusedByName() throws IOException {
    assertThat(failure("b.txt", "1 A\n\nbN\n\n".repeat(1000), SMALL)).contains("50", "max_blocks");
  }

  @Test
  void aFileOfTooMuchTextIsRefused() throws IOException {
    assertThat(failure("c.txt", "word ".repeat(250), SMALL)).contains("1,000 characters");
  }

  @Test
  void aFileWithoutTextIsNamed() throws IOException {
    assertThat(failure("f.txt", "\f\f\f\n", SMALL)).isEqualTo("holds no text");
    assertThat(failure("bom.txt", "\uFEFF", SMALL)).isEqualTo("holds no text");
  }

  @Test
  void endlessNotesAreCounted() {
    var builder = new DocumentBuilder("n.txt", "text").paragraph("Text.");
    for (int i = 0; i < 5000; i++) {
      builder.note("part " + i + " " + "x".repeat(5000));
    }

    Document document = builder.build();

    assertThat(document.notes()).hasSize(1001).allSatisfy(n -> assertThat(n).hasSizeLessThan(1001));
    assertThat(document.notes().getLast()).contains("4,000");
  }

  @Test
  void aDeclaredLanguageThatIsNoCodeIsNotKept() {
    var builder = new DocumentBuilder("l.txt", "text").paragraph("The pump is closed at night.");

    assertThat(builder.language("e".repeat(100_000)).build().language()).isEqualTo("en");
  }

  @Test
  void raisedAndLoweredTextKeepsItsMeaning() {
    assertThat("3 × 10" + Characters.superscript("6")).isEqualTo("3 × 10⁶");
    assertThat("10" + Characters.superscript("-12")).isEqualTo("10⁻¹²");
    assertThat("e" + Characters.superscript(" x+y ")).isEqualTo("e^(x+y)");
    assertThat("m" + Characters.superscript("n")).isEqualTo("m^n");
    assertThat("H" + Characters.subscript("2") + "O").isEqualTo("H₂O");
    assertThat(Characters.superscript(" ")).isEmpty();
  }

  private Document parsed(String name, String content, ParseOptions options) throws IOException {
    return switch (outcome(name, content, options)) {
      case ParseOutcome.Parsed(Document document) -> document;
      case ParseOutcome.Failed failed -> throw new AssertionError(failed);
    };
  }

  private String failure(String name, String content, ParseOptions options) throws IOException {
    return switch (outcome(name, content, options)) {
      case ParseOutcome.Parsed parsed -> throw new AssertionError(parsed);
      case ParseOutcome.Failed(String _, String reason, List<Integer> _) -> reason;
    };
  }

  private ParseOutcome outcome(String name, String content, ParseOptions options)
      throws IOException {
    return ParserProcess.parse(
        new SourceFile(Files.writeString(folder.resolve(name), content), name), options);
  }
}
