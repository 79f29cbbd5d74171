package dev.whetstone.corpus.sandbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.core.Document;
import dev.whetstone.core.Passage;
import dev.whetstone.corpus.ApproximateTokens;
import dev.whetstone.corpus.DocumentLines;
import dev.whetstone.corpus.split.Splitter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.apache.poi.poifs.filesystem.DirectoryEntry;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages with their attachments, through the readers of all formats.
class MailTest {
  private static final String HEAD =
      """
      From: =?utf-8?q?Ada_L=C3=B6we?= <ada@example.org>
      To: Bob <bob@example.org>
      Subject: =?UTF-8?B?R3LDtsOfZSBkZXI=?=
       =?UTF-8?B?IFNjaGxldXNl?=
      Date: Wed, 1 May 2024 08:30:00 +0200
      MIME-Version: 1.0
      """;

  @TempDir Path folder;

  @Test
  void aMessageHasItsSubjectAsTitleAndItsFieldsAsMetadata() throws IOException {
    Document document =
        eml(HEAD + "Content-Type: text/plain; charset=utf-8\n\nThe sluice opens at six.\n");

    assertThat(document.title()).isEqualTo("Größe der Schleuse");
    assertThat(document.metadata())
        .containsEntry("from", "Ada Löwe <ada@example.org>")
        .containsEntry("to", "Bob <bob@example.org>")
        .containsEntry("date", "2024-05-01T06:30:00Z");
    assertThat(document.text()).endsWith("The sluice opens at six.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"iso-8859-1", "utf-8", "windows-1252", "us-ascii", "nonsense"})
  void aCharacterSetThatIsNamedWronglyDoesNoHarm(String charset) throws IOException {
    byte[] head = (HEAD + "Content-Type: text/plain; charset=" + charset + "\n\n").getBytes(UTF_8);
    byte[] text = "Übergröße für die Fähre\n".getBytes(Charset.forName("windows-1252"));
    Path file = folder.resolve("m.eml");
    Files.write(file, head);
    Files.write(file, text, java.nio.file.StandardOpenOption.APPEND);

    assertThat(Parsers.parse(file, "m.eml").text()).endsWith("Übergröße für die Fähre");
  }

  @Test
  void theFormOfTheTextThatSaysMoreIsRead() throws IOException {
    String table =
        "<p>Prices</p><table><tr><th>Gate</th><th>Euro</th></tr><tr><td>North</td><td>3</td></tr></table>";

    assertThat(DocumentLines.blocks(alternative("Prices: see the table in HTML", table)))
        .contains("TABLE_ROW: North | 3")
        .noneMatch(line -> line.contains("see the table"));
    assertThat(
            DocumentLines.blocks(
                alternative("The gate is open.", "<p>The <b>gate</b> is open.</p>")))
        .containsOnlyOnce("PARAGRAPH: The gate is open.");
  }

  @Test
  void attachmentsOfKnownFormatsArePartsAndTheOthersAreTold() throws IOException {
    Document document =
        eml(
            mixed(
                part("text/plain", "", "See the attachments."),
                part("text/csv", "prices.csv", "Zone,Adult\nA,3.20\nB,4.10\n"),
                part(
                    "application/octet-stream",
                    "=?utf-8?q?Anw=C3=A4lte=2Emd?=",
                    "# Rules\n\nNo fires."),
                part("application/zip", "tool.bin", "PK"),
                part("image/png", "scan.png", "PNG")));

    assertThat(DocumentLines.blocks(document))
        .contains(
            "PARAGRAPH: See the attachments.",
            "HEADING 1: prices.csv",
            "TABLE_ROW: A | 3.20",
            "HEADING 1: Anwälte.md",
            "HEADING 2: Rules",
            "PARAGRAPH: No fires.");
    assertThat(document.notes()).hasSize(2);
    assertThat(document.notes().get(0)).contains("tool.bin");
    assertThat(document.notes().get(1)).contains("scan.png", "picture");
    List<Passage> passages = new Splitter(ApproximateTokens.WORDS, 64).split(document);
    assertThat(passages)
        .filteredOn(passage -> passage.text().contains("No fires."))
        .singleElement()
        .satisfies(
            passage -> {
              assertThat(passage.headings())
                  .containsExactly("Größe der Schleuse", "Anwälte.md", "Rules");
              assertThat(passage.metadata())
                  .containsEntry("attachment", "Anwälte.md")
                  .containsEntry("from", "Ada Löwe <ada@example.org>")
                  .containsEntry("format", "markdown");
            });
  }

  @Test
  void messagesInMessagesAreReadToALimitedDepth() throws IOException {
    String message = "Subject: level 6\n\nThe innermost.\n";
    for (int level = 5; level >= 0; level--) {
      message =
          "Subject: level "
              + level
              + "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b"
              + level
              + "\n\n--b"
              + level
              + "\n\nText of level "
              + level
              + ".\n--b"
              + level
              + "\nContent-Type: message/rfc822\n\n"
              + message
              + "\n--b"
              + level
              + "--\n";
    }

    Document document = eml(message);

    assertThat(document.text())
        .contains("Text of level 0.", "Text of level 3.")
        .doesNotContain("level 5");
    assertThat(document.notes()).anyMatch(note -> note.contains("nested too deeply"));
  }

  @Test
  void encryptedMessagesAreCalledSo() throws IOException {
    Document document =
        eml(
            HEAD
                + "Content-Type: multipart/encrypted; boundary=b\n\n"
                + "--b\n"
                + "Content-Type: application/pgp-encrypted\n\n"
                + "Version: 1\n"
                + "--b--\n");

    assertThat(document.notes()).anyMatch(note -> note.contains("encrypted"));
  }

  @Test
  void aMessageOfOutlookIsReadWithItsAttachments() throws IOException {
    Path file = folder.resolve("m.msg");
    try (var container = new POIFSFileSystem();
        var out = Files.newOutputStream(file)) {
      DirectoryEntry root = container.getRoot();
      stream(root, "__properties_version1.0", new byte[32]);
      text(root, "0037", "Care of the sluice");
      text(root, "0C1A", "Ada Löwe");
      text(root, "0E04", "Bob");
      text(root, "1000", "The sluice opens at six.\r\n\r\nAda\r\n");
      DirectoryEntry attachment = root.createDirectory("__attach_version1.0_#00000000");
      stream(attachment, "__properties_version1.0", new byte[8]);
      text(attachment, "3707", "rules.md");
      stream(attachment, "__substg1.0_37010102", "# Rules\n\nNo fires.".getBytes(UTF_8));
      container.writeFilesystem(out);
    }

    for (String name : List.of("m.msg", "unnamed")) { // also told by its content
      Document document = Parsers.parse(file, name);

      assertThat(document.format()).isEqualTo("msg");
      assertThat(document.title()).isEqualTo("Care of the sluice");
      assertThat(document.metadata()).containsEntry("from", "Ada Löwe").containsEntry("to", "Bob");
      assertThat(DocumentLines.blocks(document))
          .contains(
              "PARAGRAPH: The sluice opens at six.",
              "HEADING 1: rules.md",
              "HEADING 2: Rules",
              "PARAGRAPH: No fires.");
    }
  }

  private static void text(DirectoryEntry folder, String property, String value)
      throws IOException {
    stream(folder, "__substg1.0_" + property + "001F", value.getBytes(UTF_16LE));
  }

  private static void stream(DirectoryEntry folder, String name, byte[] content)
      throws IOException {
    var _ = folder.createDocument(name, new ByteArrayInputStream(content));
  }

  private Document alternative(String text, String html) throws IOException {
    return eml(
        HEAD
            + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
            + text
            + "\n--b\nContent-Type: text/html\n\n"
            + html
            + "\n--b--\n");
  }

  private static String mixed(String... parts) {
    return HEAD
        + "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        + String.join("--b\n", parts)
        + "--b--\n";
  }

  private static String part(String type, String name, String content) {
    String attached =
        name.isEmpty() ? "" : "\nContent-Disposition: attachment; filename=\"" + name + "\"";
    return "Content-Type: "
        + type
        + attached
        + "\nContent-Transfer-Encoding: base64\n\n"
        + Base64.getMimeEncoder().encodeToString(content.getBytes(UTF_8))
        + "\n";
  }

  private Document eml(String message) throws IOException {
    Path file = folder.resolve("m.eml");
    Files.write(file, message.getBytes(ISO_8859_1));
    return Parsers.parse(file, "m.eml");
  }
}
