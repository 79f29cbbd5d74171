package dev.whetstone.corpus.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.ApproximateTokens;
import dev.whetstone.corpus.FileFormat;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.markup.MarkupDocuments;
import dev.whetstone.corpus.split.Splitter;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParsersTest {
  private static final String CHINESE = "水泵手册\n\n第一条 水泵每分钟输送四十升水。\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "GB18030", "GBK"})
  void chineseIsReadInAnyCharacterSet(String charset) throws IOException {
    Path file = file("a.txt", CHINESE.getBytes(Charset.forName(charset)));

    Document document = Parsers.parse(file, "a.txt");

    assertThat(document.text()).isEqualTo("水泵手册\n\n第一条 水泵每分钟输送四十升水。");
    assertThat(document.language()).isEqualTo("zh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void aByteOrderMarkIsNotText(String charset) throws IOException {
    Path file = file("a.md", "\uFEFF# Título\n\nCafé".getBytes(Charset.forName(charset)));

    Document document = Parsers.parse(file, "a.md");

    assertThat(document.text()).isEqualTo("Título\n\nCafé");
    assertThat(document.title()).isEqualTo("Título");
  }

  @Test
  void westernBytesAndDeclaredCharacterSetsAreTold() throws IOException {
    Path western =
        file("w.txt", "Café à la carte, naïve".getBytes(Charset.forName("windows-1252")));
    String html =
        "<html><head><meta charset=\"Shift_JIS\"></head><body><p>日本語のページです</p></body></html>";
    Path declared = file("d.html", html.getBytes(Charset.forName("Shift_JIS")));

    assertThat(Parsers.parse(western, "w.txt").text()).isEqualTo("Café à la carte, naïve");
    assertThat(Parsers.parse(declared, "d.html").text()).isEqualTo("日本語のページです");
    assertThat(Parsers.parse(declared, "d.html").language()).isEqualTo("ja");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The naïve façade of the Müller building",
        "They don’t say “Über” here",
        "Die Größe der Straßen und Gemüse in München",
        "Größe",
        "Les éléments préférés du système",
        "préférer"
      })
  void accentsOfWindows1252AreNotTakenForChinese(String text) throws IOException {
    Path file = file("w.txt", text.getBytes(Charset.forName("windows-1252")));

    assertThat(Parsers.parse(file, "w.txt").text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Click the 确定 button to save the document",
        "Press 开 to start the pump, then wait for ten seconds",
        "Open the USB设置 page of the Settings application and read on",
        "第3章",
        "泵",
        "電腦軟體說明書",
        "The rare character 𠀀 and the name 王小明 stand in this English line",
      })
  void chineseInGb18030IsReadAmongEnglishToo(String text) throws IOException {
    Path file = file("g.txt", text.getBytes(Charset.forName("GB18030")));

    assertThat(Parsers.parse(file, "g.txt").text()).isEqualTo(text);
  }

  @Test
  void nulAndLoneSurrogatesAreReplaced() {
    Document document = MarkupDocuments.text("a\0b \uD800 c \uD83D\uDE00 d\uDC00");

    assertThat(document.text()).isEqualTo("a\uFFFDb \uFFFD c \uD83D\uDE00 d\uFFFD");
  }

  @Test
  void theContentTellsTheFormatWhereTheNameDoesNot() throws IOException {
    Path html = file("page", "<!DOCTYPE html><body><h1>T</h1>".getBytes(StandardCharsets.UTF_8));
    Path text = file("notes.unknown", "just text".getBytes(StandardCharsets.UTF_8));

    assertThat(Parsers.parse(html, "page").format()).isEqualTo("html");
    assertThat(Parsers.parse(text, "notes.unknown").format()).isEqualTo("text");
  }

  @Test
  void namesTellWhatIsSupported() {
    assertThat(FileFormat.ofName("a/B.MD")).isPresent();
    assertThat(FileFormat.ofName("a.adoc")).isPresent();
    assertThat(FileFormat.ofName("a.mp3")).isEmpty();
    assertThat(FileFormat.ofName("md")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\uFEFF", "\f\f\n\f", "\uFEFF\u200B \r\n\t"})
  void anEmptyFileIsADocumentWithoutText(String content) throws IOException {
    for (String name : new String[] {"e.md", "e.html", "e.adoc", "e.txt"}) {
      Document document =
          Parsers.parse(file(name, content.getBytes(StandardCharsets.UTF_8)), "in/" + name);

      assertThat(document.blocks()).isEmpty();
      assertThat(document.title()).isEqualTo(name);
      assertThat(new Splitter(ApproximateTokens.WORDS, 64).split(document)).isEmpty();
    }
  }

  @Test
  void binaryDataIsRefusedByName() throws IOException {
    var junk = new byte[20_000];
    new Random(7).nextBytes(junk);
    Path file = file("junk.md", junk);

    assertThatThrownBy(() -> Parsers.parse(file, "in/junk.md"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("in/junk.md")
        .hasMessageContaining("binary");
  }

  @Test
  void aFileTooLargeOrMissingIsRefused() throws IOException {
    Path file = file("large.txt", new byte[101]);

    assertThatThrownBy(() -> Parsers.parse(file, "large.txt", ParseOptions.DEFAULT, 100))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("101 bytes, and at most 100");
    assertThatThrownBy(() -> Parsers.parse(folder.resolve("none.txt"), "none.txt"))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("none.txt: no such file");
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }
}
