package dev.whetstone.corpus.office;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.DocumentLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OdtReaderTest {
  @TempDir Path folder;

  @Test
  void textBoxesRubyAndFieldsAreReadAndContentsAreNot() throws IOException {
    Document document =
        read(
            "<text:table-of-content><text:index-body><text:p>Tides"
                + " 7</text:p></text:index-body></text:table-of-content><text:h"
                + " text:outline-level='1'>Tides</text:h><text:p>See <text:a>the"
                + " <text:span>table</text:span></text:a> of <text:date>1 May</text:date>;"
                + "<text:ruby><text:ruby-base>東京</text:ruby-base><text:ruby-text>とうきょう</text:ruby-text></text:ruby>.<draw:frame><draw:text-box><text:p>Mind"
                + " the gap.</text:p></draw:text-box></draw:frame>"
                + "<office:annotation><text:p>Why?</text:p></office:annotation></text:p><text:section"
                + " text:display='none'><text:p>Not for sale.</text:p></text:section>");

    assertThat(DocumentLines.blocks(document))
        .containsExactly(
            "HEADING 1: Tides",
            "PARAGRAPH: See the table of 1 May;東京.",
            "PARAGRAPH: Mind the gap.");
    assertThat(document.notes()).hasSize(2);
  }

  @Test
  void aDocumentOfPicturesIsAPicture() throws IOException {
    Document document = read("<text:p><draw:frame><draw:image/></draw:frame></text:p>");

    assertThat(document.blocks()).isEmpty();
    assertThat(document.pictures()).containsExactly(0);
  }

  @Test
  void encryptedAndHostileFilesAreRefused() throws IOException {
    Path encrypted = folder.resolve("e.odt");
    DocumentLines.zip(
        encrypted,
        Map.of(
            "META-INF/manifest.xml",
            "<m:manifest"
                + " xmlns:m='m'><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>",
            "content.xml",
            "garbage"));
    Path laughs = folder.resolve("l.odt");
    DocumentLines.zip(
        laughs,
        Map.of(
            "content.xml",
            "<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b"
                + " '&a;&a;'>]><d><body><text><p>&b;</p></text></body></d>"));
    Path deep = folder.resolve("d.odt");
    DocumentLines.zip(
        deep, Map.of("content.xml", "<d><body><text>" + "<list><list-item>".repeat(20_000)));

    for (Path file : new Path[] {encrypted, laughs, deep}) {
      assertThatThrownBy(() -> OdtReader.read(file, "x", new DocumentBuilder("x", "odt")))
          .isInstanceOf(Failure.BadInput.class);
    }
  }

  private Document read(String body) throws IOException {
    Path file = folder.resolve("x.odt");
    DocumentLines.zip(
        file,
        Map.of(
            "content.xml",
            "<o:document-content xmlns:o='o' xmlns:office='o' xmlns:text='t'"
                + " xmlns:draw='d'><o:body><o:text>"
                + body
                + "</o:text></o:body></o:document-content>"));
    var into = new DocumentBuilder("x.odt", "odt");
    OdtReader.read(file, "x.odt", into);
    return into.build();
  }
}
