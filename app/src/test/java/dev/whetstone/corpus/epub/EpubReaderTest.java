package dev.whetstone.corpus.epub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whetstone.core.Document;
import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.DocumentLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpubReaderTest {
  private static final String PACKAGE =
      """
      <package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
      <dc:title>The Tides</dc:title><dc:creator>Ada Byron</dc:creator><dc:language>de-CH</dc:language></metadata>
      <manifest><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
      <item id="b" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>
      <item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>
      <item id="x" href="text/gone.xhtml" media-type="application/xhtml+xml"/>
      <item id="p" href="p.png" media-type="image/png"/></manifest>
      <spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/><itemref idref="x"/></spine></package>
      """;

  @TempDir Path folder;

  @Test
  void chaptersStandInTheOrderOfTheSpineWithTheirTitles() throws IOException {
    Document document = read(Map.of());

    assertThat(DocumentLines.blocks(document))
        .containsExactly(
            "HEADING 1: Ebbe",
            "PARAGRAPH: Das Wasser geht.",
            "HEADING 1: Flut",
            "PARAGRAPH: Das Wasser kommt.");
    assertThat(document.title()).isEqualTo("The Tides");
    assertThat(document.language()).isEqualTo("de");
    assertThat(document.metadata()).containsEntry("author", "Ada Byron");
    assertThat(document.notes()).singleElement().asString().contains("1 chapter missing");
  }

  @Test
  void aProtectedBookIsCalledSoAndObfuscatedFontsAreNone() throws IOException {
    String encryption =
        "<encryption xmlns:enc='e'><enc:EncryptedData><enc:EncryptionMethod Algorithm='%s'/>"
            + "<enc:CipherData/></enc:EncryptedData></encryption>";
    String font = encryption.formatted("http://www.idpf.org/2008/embedding");
    String drm = encryption.formatted("http://www.w3.org/2001/04/xmlenc#aes256-cbc");

    assertThat(read(Map.of("META-INF/encryption.xml", font)).blocks()).hasSize(4);
    assertThatThrownBy(() -> read(Map.of("META-INF/encryption.xml", drm)))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("DRM");
  }

  @Test
  void entitiesOfPartsAreNotFollowed() throws IOException {
    String chapter =
        "<!DOCTYPE html [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><html><body><p>One &f;"
            + " two.</p></body></html>";

    Document document = read(Map.of("OPS/text/one.xhtml", chapter));

    assertThat(document.text()).doesNotContain("root:").contains("two.");
  }

  @Test
  void whatIsNoBookIsRefused() {
    assertThatThrownBy(() -> read(Map.of("META-INF/container.xml", "<container/>")))
        .isInstanceOf(Failure.BadInput.class);
    assertThatThrownBy(
            () ->
                read(
                    Map.of(
                        "META-INF/container.xml",
                        "<container><rootfile full-path='../../x.opf'/></container>")))
        .isInstanceOf(Failure.BadInput.class)
        .hasMessageContaining("missing");
  }

  private Document read(Map<String, String> others) throws IOException {
    Map<String, String> parts = new HashMap<>();
    parts.put("mimetype", "application/epub+zip");
    parts.put(
        "META-INF/container.xml",
        "<container><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>");
    parts.put("OPS/book.opf", PACKAGE);
    parts.put(
        "OPS/nav.xhtml",
        "<html xmlns:epub='e'><body><nav epub:type='toc'><ol><li><a"
            + " href='text/one.xhtml'>Ebbe</a></li><li><a"
            + " href='text/two%20b.xhtml#x'>Flut</a></li></ol></nav></body></html>");
    parts.put(
        "OPS/text/one.xhtml",
        "<html><head><title/></head><body><p>Das Wasser geht.</p></body></html>");
    parts.put(
        "OPS/text/two b.xhtml",
        "<?xml version='1.0' encoding='UTF-8'?><html><body><h1>Flut</h1><p>Das Wasser"
            + " kommt.</p></body></html>");
    parts.putAll(others);
    Path file = folder.resolve("book.epub");
    DocumentLines.zip(file, parts);
    var into = new DocumentBuilder("book.epub", "epub");
    EpubReader.read(file, "book.epub", into);
    return into.build();
  }
}
