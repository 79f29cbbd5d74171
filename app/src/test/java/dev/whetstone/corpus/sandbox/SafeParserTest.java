package dev.whetstone.corpus.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whetstone.corpus.ParseLimits;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.crypt.EncryptionMode;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeParserTest {
  private static final ParseLimits LIMITS =
      new ParseLimits(Duration.ofSeconds(30), 128, 64L << 20, ParseOptions.DEFAULT);

  @TempDir Path folder;

  @Test
  void aDocumentComesBackFromTheProcessAsItIsParsedHere() throws IOException {
    Path file = text("a.txt", "One paragraph with 汉字.\n\nAnother, with an emoji: 😀.");

    try (var parser = new SafeParser(LIMITS)) {
      assertThat(parser.parse(file, "a.txt"))
          .isEqualTo(new ParseOutcome.Parsed(Parsers.parse(file, "a.txt")));
    }
  }

  @Test
  void outcomesComeInTheOrderOfTheirSourcesAndBadFilesDoNotStopTheOthers() throws IOException {
    List<SourceFile> sources = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Path file = text(i + ".txt", i % 7 == 3 ? "" : "File number " + i);
      sources.add(new SourceFile(file, i + ".txt"));
    }
    sources.add(new SourceFile(folder.resolve("absent.pdf"), "absent.pdf"));
    List<ParseOutcome> outcomes = new ArrayList<>();

    try (var parser = new SafeParser(LIMITS)) {
      parser.parseAll(sources, 2, outcomes::add);
    }

    assertThat(outcomes)
        .extracting(ParseOutcome::id)
        .isEqualTo(sources.stream().map(SourceFile::id).toList());
    assertThat(outcomes)
        .filteredOn(outcome -> outcome instanceof ParseOutcome.Failed)
        .containsExactly(
            new ParseOutcome.Failed("3.txt", "is empty"),
            new ParseOutcome.Failed("10.txt", "is empty"),
            new ParseOutcome.Failed("17.txt", "is empty"),
            new ParseOutcome.Failed("24.txt", "is empty"),
            new ParseOutcome.Failed("absent.pdf", "does not exist"));
  }

  @Test
  void aFileThatTakesTooLongIsStoppedAndTheNextIsParsed() throws IOException {
    Path slow = folder.resolve("slow.pdf");
    Files.write(slow, endlessPdf());
    Path fine = text("fine.txt", "Fine.");

    try (var parser =
        new SafeParser(
            new ParseLimits(Duration.ofMillis(1500), 256, 64L << 20, ParseOptions.DEFAULT))) {
      assertThat(parser.parse(slow, "slow.pdf"))
          .isEqualTo(new ParseOutcome.Failed("slow.pdf", "took longer than 1.5 s and was stopped"));
      assertThat(parser.parse(fine, "fine.txt")).isInstanceOf(ParseOutcome.Parsed.class);
    }
  }

  @Test
  void aFileThatNeedsTooMuchMemoryIsNamedAndTheNextIsParsed() throws IOException {
    Path large = folder.resolve("large.txt");
    Files.writeString(large, "word ".repeat(8_000_000));
    Path fine = text("fine.txt", "Fine.");

    try (var parser =
        new SafeParser(
            new ParseLimits(Duration.ofSeconds(30), 64, 64L << 20, ParseOptions.DEFAULT))) {
      assertThat(parser.parse(large, "large.txt"))
          .isEqualTo(new ParseOutcome.Failed("large.txt", "needs more than 64 MB of memory"));
      assertThat(parser.parse(fine, "fine.txt")).isInstanceOf(ParseOutcome.Parsed.class);
    }
  }

  @Test
  void encryptedFilesAreCalledSo() throws Exception {
    Path pdf = folder.resolve("secret.pdf");
    try (var document = new PDDocument()) {
      document.addPage(new PDPage());
      document.protect(new StandardProtectionPolicy("owner", "user", new AccessPermission()));
      document.save(pdf.toFile());
    }
    Path docx = folder.resolve("secret.docx");
    try (var container = new POIFSFileSystem();
        var document = new XWPFDocument();
        var out = Files.newOutputStream(docx)) {
      document.createParagraph().createRun().setText("secret");
      var encryptor = new EncryptionInfo(EncryptionMode.agile).getEncryptor();
      encryptor.confirmPassword("password");
      try (OutputStream encrypted = encryptor.getDataStream(container)) {
        document.write(encrypted);
      }
      container.writeFilesystem(out);
    }

    assertThat(reason(pdf)).contains("is encrypted");
    assertThat(reason(docx)).contains("is encrypted");
  }

  @Test
  void hostileOfficeFilesAreRefusedWithAReason() throws IOException {
    byte[] zeros = new byte[1 << 20];
    Path bomb =
        zip(
            "bomb.docx",
            Map.of("word/document.xml", "<document><body>"),
            out -> {
              out.putNextEntry(new ZipEntry("word/styles.xml"));
              for (int i = 0; i < 400; i++) {
                out.write(zeros);
              }
            });
    String relations =
        "<Relationships><Relationship Id='r' Type='x/officeDocument' Target='word/document.xml'/>"
            + "</Relationships>";
    String styles =
        "<Relationships><Relationship Id='r' Type='x/styles' Target='styles.xml'/></Relationships>";
    Path bombed =
        zip(
            "bombed.docx",
            Map.of(
                "_rels/.rels",
                relations,
                "word/_rels/document.xml.rels",
                styles,
                "word/document.xml",
                "<document/>"),
            out -> {
              out.putNextEntry(new ZipEntry("word/styles.xml"));
              out.write("<styles>".getBytes(UTF_8));
              byte[] blanks = " ".repeat(1 << 20).getBytes(UTF_8);
              for (int i = 0; i < 400; i++) {
                out.write(blanks);
              }
            });
    Path laughs =
        zip(
            "laughs.docx",
            Map.of(
                "_rels/.rels",
                relations,
                "word/document.xml",
                "<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"
                    + "<document><body><p><r><t>&b;</t></r></p></body></document>"),
            _ -> {});
    Path deep =
        zip(
            "deep.docx",
            Map.of(
                "_rels/.rels",
                relations,
                "word/document.xml",
                "<document><body>" + "<tbl><tr><tc>".repeat(20_000)),
            _ -> {});
    Path cut = folder.resolve("cut.docx");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(bombed), 2000));

    assertThat(reason(bomb)).contains("names no main part");
    assertThat(reason(bombed)).contains("looks like a zip bomb: its part word/styles.xml");
    assertThat(reason(laughs)).contains("declares a document type");
    assertThat(reason(deep)).contains("nested too deeply");
    assertThat(reason(cut)).contains("damaged or cut off");
  }

  @Test
  void wrongExtensionsAndDamagedFilesAreRefusedWithAReason() throws IOException {
    Path zip = zip("archive.docx", Map.of("inner.zip", "PK"), _ -> {});
    Path nul = folder.resolve("nul.pdf");
    Files.write(nul, new byte[10_000]);
    Path cut = folder.resolve("cut.pdf");
    Files.write(cut, "%PDF-1.7\n1 0 obj\n<< /Type /Catalog".getBytes(UTF_8));
    Path notExcel = text("text.xlsx", "a,b\n1,2\n");

    assertThat(reason(zip)).contains("zip that is no Office file");
    assertThat(reason(nul)).contains("is damaged");
    assertThat(reason(cut)).contains("is damaged");
    assertThat(reason(notExcel)).contains("is damaged");
  }

  @Test
  void theProcessEndsWithItsParser() throws IOException {
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    List<ProcessHandle> children;

    try (var parser = new SafeParser(LIMITS)) {
      parser.parse(text("a.txt", "a"), "a.txt");
      children =
          ProcessHandle.current().children().filter(child -> !before.contains(child)).toList();
    }

    assertThat(children).hasSize(1);
    assertThat(children).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void theProcessEndsWhenItsProgramIsGoneEvenInTheMiddleOfAFile() throws Exception {
    Path slow = folder.resolve("slow.pdf");
    Files.write(slow, endlessPdf());
    Process process =
        new ProcessBuilder(ParserChild.command(LIMITS))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      PipeProtocol.read(new DataInputStream(process.getInputStream()), 100);
      PipeProtocol.write(
          new DataOutputStream(process.getOutputStream()),
          PipeProtocol.request(new SourceFile(slow, "slow.pdf")));
      boolean busy = !process.waitFor(500, TimeUnit.MILLISECONDS);

      process.getOutputStream().close(); // all that is left of a killed program

      assertThat(busy).isTrue();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private String reason(Path file) {
    try (var parser = new SafeParser(LIMITS)) {
      ParseOutcome outcome = parser.parse(file, file.getFileName().toString());
      assertThat(outcome).isInstanceOf(ParseOutcome.Failed.class);
      return ((ParseOutcome.Failed) outcome).reason();
    }
  }

  private Path text(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private interface Fill {
    void into(ZipOutputStream out) throws IOException;
  }

  private Path zip(String name, Map<String, String> parts, Fill fill) throws IOException {
    Path file = folder.resolve(name);
    try (var out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (var part : parts.entrySet()) {
        out.putNextEntry(new ZipEntry(part.getKey()));
        out.write(part.getValue().getBytes(UTF_8));
      }
      fill.into(out);
    }
    return file;
  }

  /// One page that draws a form that draws a form ... ten times each, ten deep.
  private static byte[] endlessPdf() {
    var pdf = new StringBuilder("%PDF-1.7\n");
    List<Integer> at = new ArrayList<>();
    List<String> objects = new ArrayList<>();
    objects.add("<< /Type /Catalog /Pages 2 0 R >>");
    objects.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    objects.add(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
            + " /Resources << /XObject << /F 5 0 R >> >> >>");
    objects.add(stream("", "/F Do ".repeat(10)));
    for (int i = 0; i < 10; i++) {
      objects.add(
          stream(
              "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /F "
                  + (6 + i)
                  + " 0 R >> >>",
              "/F Do ".repeat(10)));
    }
    objects.add(stream("/Type /XObject /Subtype /Form /BBox [0 0 600 800]", "1 0 0 1 0 0 cm "));
    for (int i = 0; i < objects.size(); i++) {
      at.add(pdf.length());
      pdf.append(i + 1).append(" 0 obj\n").append(objects.get(i)).append("\nendobj\n");
    }
    int table = pdf.length();
    pdf.append("xref\n0 ").append(objects.size() + 1).append("\n0000000000 65535 f \n");
    at.forEach(offset -> pdf.append("%010d 00000 n \n".formatted(offset)));
    pdf.append("trailer\n<< /Root 1 0 R /Size ").append(objects.size() + 1).append(" >>\n");
    return pdf.append("startxref\n").append(table).append("\n%%EOF").toString().getBytes(UTF_8);
  }

  private static String stream(String entries, String content) {
    return "<< "
        + entries
        + " /Length "
        + content.length()
        + " >>\nstream\n"
        + content
        + "\nendstream";
  }
}
