package dev.whetstone.corpus.sandbox;

import dev.whetstone.core.Block;
import dev.whetstone.core.Document;
import dev.whetstone.core.Passage;
import dev.whetstone.corpus.ApproximateTokens;
import dev.whetstone.corpus.ParseOptions;
import dev.whetstone.corpus.ParseOutcome;
import dev.whetstone.corpus.SourceFile;
import dev.whetstone.corpus.split.Splitter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.poi.poifs.filesystem.DirectoryEntry;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/// The parsers as their process runs them, for fuzzing: files made around any bytes, and what must
/// hold of the outcome.
public final class ParserFuzzing {
  private ParserFuzzing() {}

  /// Parses and splits.
  ///
  /// @throws IllegalStateException if the document is not sound, or the splitter loses text
  public static void check(String name, byte[] content) throws IOException {
    Path folder = Files.createTempDirectory("fuzz");
    Path file = folder.resolve(name);
    try {
      Files.write(file, content);
      switch (ParserProcess.parse(new SourceFile(file, name), ParseOptions.DEFAULT)) {
        case ParseOutcome.Parsed(Document document) -> check(document);
        case ParseOutcome.Failed(String _, String reason, List<Integer> _) ->
            require(!reason.isBlank(), "no reason");
      }
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static void check(Document document) {
    List<Passage> passages = new Splitter(ApproximateTokens.WORDS, 64).split(document);
    var covered = new boolean[document.text().length()];
    for (Passage passage : passages) {
      for (int i = passage.from(); i < passage.to(); i++) {
        covered[i] = true;
      }
    }
    int before = 0;
    for (Block block : document.blocks()) {
      require(block.from() >= before && block.to() > block.from(), "blocks overlap");
      before = block.to();
      String text = document.text(block);
      boolean heads =
          block.kind() == Block.Kind.HEADING
              && passages.stream()
                  .flatMap(p -> p.headings().stream())
                  .anyMatch(h -> plain(text).endsWith(plain(h)) || plain(h).endsWith(plain(text)));
      for (int i = block.from(); i < block.to() && !heads; i++) {
        require(covered[i] || Character.isWhitespace(document.text().charAt(i)), "lost: " + text);
      }
    }
  }

  private static String plain(String heading) {
    return heading.strip().toLowerCase(Locale.ROOT);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }

  /// A PDF of one page with this content stream.
  public static byte[] pdf(byte[] content) {
    try (var pdf = new PDDocument()) {
      var page = new PDPage();
      var resources = new PDResources();
      resources.put(COSName.getPDFName("F1"), new PDType1Font(Standard14Fonts.FontName.HELVETICA));
      page.setResources(resources);
      var stream = new PDStream(pdf);
      try (var out = stream.createOutputStream()) {
        out.write(content);
      }
      page.setContents(stream);
      pdf.addPage(page);
      var bytes = new ByteArrayOutputStream();
      pdf.save(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] docx(byte[] document) throws IOException {
    return office("word/document.xml", Map.of(), document);
  }

  public static byte[] xlsx(byte[] sheet) throws IOException {
    return office(
        "xl/worksheets/sheet1.xml",
        Map.of(
            "xl/workbook.xml",
            "<workbook xmlns:r='r'><sheets><sheet name='S' sheetId='1'"
                + " r:id='r1'/></sheets></workbook>",
            "xl/_rels/workbook.xml.rels",
            relationship("r1", "worksheet", "worksheets/sheet1.xml")),
        sheet);
  }

  public static byte[] pptx(byte[] slide) throws IOException {
    return office(
        "ppt/slides/slide1.xml",
        Map.of(
            "ppt/presentation.xml",
            "<p:presentation xmlns:p='p' xmlns:r='r'><p:sldIdLst><p:sldId id='256' r:id='r1'/>"
                + "</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels",
            relationship("r1", "slide", "slides/slide1.xml")),
        slide);
  }

  /// The content of an OpenDocument text.
  public static byte[] odt(byte[] content) throws IOException {
    return zip(
        Map.of(
            "mimetype",
            "application/vnd.oasis.opendocument.text".getBytes(StandardCharsets.UTF_8),
            "content.xml",
            content));
  }

  /// A book of one chapter.
  public static byte[] epub(byte[] chapter) throws IOException {
    String container = "<container><rootfile full-path='b.opf'/></container>";
    String opf =
        "<package><manifest><item id='a' href='a.xhtml'"
            + " media-type='application/xhtml+xml'/></manifest><spine><itemref"
            + " idref='a'/></spine></package>";
    return zip(
        Map.of(
            "META-INF/container.xml",
            container.getBytes(StandardCharsets.UTF_8),
            "b.opf",
            opf.getBytes(StandardCharsets.UTF_8),
            "a.xhtml",
            chapter));
  }

  /// A message of Outlook with this HTML and, compressed, RTF, and as its attachment.
  public static byte[] msg(byte[] text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var container = new POIFSFileSystem()) {
      var root = container.getRoot();
      stream(root, "__properties_version1.0", new byte[32]);
      stream(root, "__substg1.0_10130102", text);
      stream(root, "__substg1.0_10090102", text);
      var attachment = root.createDirectory("__attach_version1.0_#00000000");
      stream(attachment, "__properties_version1.0", new byte[8]);
      stream(attachment, "__substg1.0_3707001E", "a.html".getBytes(StandardCharsets.US_ASCII));
      stream(attachment, "__substg1.0_37010102", text);
      container.writeFilesystem(bytes);
    }
    return bytes.toByteArray();
  }

  private static void stream(DirectoryEntry folder, String name, byte[] content)
      throws IOException {
    var _ = folder.createDocument(name, new ByteArrayInputStream(content));
  }

  private static byte[] zip(Map<String, byte[]> parts) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var part : parts.entrySet()) {
        put(zip, part.getKey(), part.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] office(String part, Map<String, String> others, byte[] content)
      throws IOException {
    String main =
        others.keySet().stream().filter(name -> !name.contains("_rels")).findFirst().orElse(part);
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      put(
          zip,
          "_rels/.rels",
          relationship("r", "officeDocument", main).getBytes(StandardCharsets.UTF_8));
      for (var other : others.entrySet()) {
        put(zip, other.getKey(), other.getValue().getBytes(StandardCharsets.UTF_8));
      }
      put(zip, part, content);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  private static String relationship(String id, String type, String target) {
    return "<Relationships><Relationship Id='%s' Type='x/%s' Target='%s'/></Relationships>"
        .formatted(id, type, target);
  }
}
