package dev.whetstone.corpus.office;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.DocumentLines;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RtfReaderTest {
  @TempDir Path folder;

  @Test
  void textIsReadInTheCharacterSetsThatTheFileNames() throws IOException {
    String shiftJis = hex("渡し船", "Shift_JIS");
    String cyrillic = hex("Паром", "windows-1251");

    Document document =
        read(
            "\\ansi\\ansicpg1252{\\fonttbl{\\f0 A;}{\\f1\\fcharset128 B;}{\\f2\\fcharset204 C;}}"
                + "\\f0 Gr\\'f6\\'dfe\\par \\f1 "
                + shiftJis
                + "\\par\\f2 "
                + cyrillic
                + "\\par\\uc1 \\u27700?\\u-10179?\\u-8704?\\par");

    assertThat(document.text()).isEqualTo("Größe\n\nПаром".replace("Паром", "渡し船\n\nПаром\n\n水😀"));
  }

  @Test
  void whatIsNoTextOfTheDocumentIsNotRead() throws IOException {
    Document document =
        read(
            "{\\*\\unknownword Nonsense {\\b more}}{\\info{\\title Sluice rules}{\\author Ada}}"
                + "{\\header Page head}{\\footer Page foot}"
                + "{\\field{\\*\\fldinst HYPERLINK \"https://example.org\"}{\\fldrslt the lock}}"
                + "{\\pict\\pngblip 89504e47} is {\\deleted closed }open{\\v at night}."
                + "{\\*\\annotation Why?}\\par");

    assertThat(document.text()).isEqualTo("the lock is open.");
    assertThat(document.title()).isEqualTo("Sluice rules");
    assertThat(document.notes()).hasSize(2);
  }

  @Test
  void aTableInACellIsTextOfThatCell() throws IOException {
    Document document =
        read(
            "\\trowd\\cellx1000\\cellx2000 \\intbl Gate\\cell Times\\cell\\r"
                + "ow\\trowd\\cellx1000\\cellx2000 \\intbl North\\cell \\itap2 Mon\\n"
                + "estcell 6\\n"
                + "estcell{\\*\\n"
                + "esttableprops\\trowd\\cellx500\\cellx900\\n"
                + "estrow}\\itap1\\intbl\\cell\\r"
                + "ow\\trowd\\cellx1000\\cellx2000 \\intbl South\\cell 8\\cell\\r"
                + "ow\\pard After.\\par");

    assertThat(DocumentLines.blocks(document))
        .containsExactly(
            "TABLE_HEADER: Gate | Times",
            "TABLE_ROW: North | Mon 6",
            "TABLE_ROW: South | 8",
            "PARAGRAPH: After.");
  }

  @Test
  void aFileThatIsCutOffIsReadSoFar() throws IOException {
    Document document = read("First.\\par Second.\\par{\\b");

    assertThat(document.text()).startsWith("First.");
  }

  @Test
  void otherFilesAndEndlessNestingAreRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("a.rtf"), "no rtf");
    Path deep = Files.writeString(folder.resolve("b.rtf"), "{\\rtf1 " + "{".repeat(1_000_000));

    for (Path file : new Path[] {text, deep}) {
      assertThatThrownBy(() -> RtfReader.read(file, "x", new DocumentBuilder("x", "rtf")))
          .isInstanceOf(Failure.BadInput.class);
    }
  }

  private static String hex(String text, String charset) {
    var escaped = new StringBuilder();
    for (byte b : text.getBytes(Charset.forName(charset))) {
      escaped.append("\\'%02x".formatted(b & 0xFF));
    }
    return escaped.toString();
  }

  private Document read(String body) throws IOException {
    Path file = Files.writeString(folder.resolve("x.rtf"), "{\\rtf1" + body + "}", ISO_8859_1);
    var into = new DocumentBuilder("x.rtf", "rtf");
    RtfReader.read(file, "x.rtf", into);
    return into.build();
  }
}
