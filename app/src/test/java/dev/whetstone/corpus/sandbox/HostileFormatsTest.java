package dev.whetstone.corpus.sandbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import dev.whetstone.corpus.ParseLimits;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Files that are made to cost a reader of messages, books, records and texts more than they
/// should.
@Timeout(60)
class HostileFormatsTest {
  private static final ParseOptions OPTIONS = new ParseOptions(false, 1_000_000, 20_000, 300);
  private static final int MEGABYTE = 1 << 20;

  @TempDir Path folder;

  @Test
  void partsThatUnpackToFarMoreThanTheyAreAreRefused() throws IOException {
    assertThat(failure("bomb.odt", zip("content.xml", "<d><body><text><p>", 300)))
        .contains("zip bomb");
    assertThat(
            failure(
                "bomb.epub",
                zip("META-INF/container.xml", "<container><rootfile full-path='b.opf'/>", 300)))
        .contains("zip bomb");
  }

  @Test
  void aBombInAnAttachmentCostsTheAttachmentAlone() throws IOException {
    String bomb =
        Base64.getMimeEncoder().encodeToString(zip("content.xml", "<d><body><text><p>", 300));
    String message =
        "Subject: s\n"
            + "MIME-Version: 1.0\n"
            + "Content-Type: multipart/mixed; boundary=b\n\n"
            + "--b\n\n"
            + "The text.\n"
            + "--b\n"
            + "Content-Type: application/x; name=a.odt\n"
            + "Content-Transfer-Encoding: base64\n\n"
            + bomb
            + "\n--b--\n";

    Document document = parsed("m.eml", message.getBytes(ISO_8859_1));

    assertThat(document.text()).isEqualTo("The text.");
    assertThat(document.notes()).singleElement().asString().contains("a.odt", "zip bomb");
  }

  @Test
  void endlessLinesAndPartsAreBounded() throws IOException {
    String line = "x".repeat(8 * MEGABYTE);
    var parts =
        new StringBuilder("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 5_000; i++) {
      parts.append("--b\nContent-Type: application/x; name=a").append(i).append(".bin\n\nx\n");
    }

    assertThat(outcome("line.eml", ("Subject: " + line + "\n\nThe text.\n").getBytes(UTF_8)))
        .isNotNull();
    Document many =
        parsed("many.eml", ("Subject: s\n" + parts + "--b\n\nThe text.\n").getBytes(UTF_8));
    assertThat(many.notes()).hasSizeLessThan(300).anyMatch(note -> note.contains("4,800"));
    assertThat(parsed("cell.csv", ("name,text\na,b\nc," + line).getBytes(UTF_8)).notes())
        .singleElement()
        .asString()
        .contains("14 of its 8,388,624 bytes were read");
    assertThat(failure("value.jsonl", ("{\"text\": \"" + line + " \"}").getBytes(UTF_8)))
        .contains("bytes were read");
    assertThat(failure("line.rtf", ("{\\rtf1 " + line + "}").getBytes(UTF_8)))
        .contains("characters");
  }

  @Test
  void endlessNestingIsRefusedOrFlattened() throws IOException {
    var message = new StringBuilder("Subject: s\nMIME-Version: 1.0\n");
    for (int i = 0; i < 3_000; i++) {
      message
          .append("Content-Type: multipart/mixed; boundary=b")
          .append(i)
          .append("\n\n--b")
          .append(i)
          .append("\n");
    }
    String chapter = "<html><body>" + "<div>".repeat(100_000) + "The text.";

    assertThat(outcome("deep.eml", message.toString().getBytes(UTF_8))).isNotNull();
    assertThat(failure("deep.rtf", ("{\\rtf1 " + "{\\b ".repeat(100_000)).getBytes(UTF_8)))
        .contains("nested too deeply");
    assertThat(failure("deep.json", "{\"a\":".repeat(100_000).getBytes(UTF_8))).isNotBlank();
    assertThat(parsed("deep.epub", ParserFuzzing.epub(chapter.getBytes(UTF_8))).text())
        .contains("The text.");
  }

  @Test
  void manyRowsAndCellsAreBounded() throws IOException {
    String rtf =
        "{\\rtf1 \\trowd"
            + "\\cellx1".repeat(100_000)
            + " \\intbl x\\cell".repeat(100_000)
            + "\\row}";
    String odt =
        "<d><body><text><table><table-row><table-cell"
            + " number-columns-repeated='2000000000'><p>x</p></table-cell>"
            + "</table-row></table></text></body></d>";

    assertThat(outcome("wide.rtf", rtf.getBytes(UTF_8))).isNotNull();
    assertThat(parsed("wide.odt", ParserFuzzing.odt(odt.getBytes(UTF_8))).text())
        .hasSizeLessThan(1_000);
  }

  @Test
  void temporaryFilesOfAProcessGoWithIt() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    String message =
        """
        Subject: s
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Disposition: attachment; filename=a.txt

        Text.
        --b--
        """;
    Path file = Files.write(folder.resolve("m.eml"), message.getBytes(UTF_8));
    List<Path> before = folders(temporary);
    var limits = new ParseLimits(Duration.ofSeconds(30), 128, 64L << 20, ParseOptions.DEFAULT);

    try (var parser = new SafeParser(limits)) {
      assertThat(parser.parse(file, "m.eml")).isInstanceOf(ParseOutcome.Parsed.class);
      assertThat(folders(temporary)).hasSizeGreaterThan(before.size());
    }

    assertThat(folders(temporary)).isSubsetOf(before);
  }

  private static List<Path> folders(Path temporary) throws IOException {
    try (var files = Files.list(temporary)) {
      return files.filter(f -> f.getFileName().toString().startsWith("whetstone-parser")).toList();
    }
  }

  private static byte[] zip(String part, String start, int megabytes) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(part));
      zip.write(start.getBytes(UTF_8));
      byte[] blanks = " ".repeat(MEGABYTE).getBytes(UTF_8);
      for (int i = 0; i < megabytes; i++) {
        zip.write(blanks);
      }
    }
    return bytes.toByteArray();
  }

  private ParseOutcome outcome(String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    return ParserProcess.parse(new SourceFile(file, name), OPTIONS);
  }

  private Document parsed(String name, byte[] content) throws IOException {
    return switch (outcome(name, content)) {
      case ParseOutcome.Parsed(Document document) -> document;
      case ParseOutcome.Failed failed -> throw new AssertionError(failed);
    };
  }

  private String failure(String name, byte[] content) throws IOException {
    return switch (outcome(name, content)) {
      case ParseOutcome.Parsed parsed ->
          throw new AssertionError(
              parsed.document().notes() + " " + parsed.document().blocks().size());
      case ParseOutcome.Failed(String _, String reason, List<Integer> _) -> reason;
    };
  }
}
