package dev.whetstone.corpus.pdf;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.DocumentTitles;
import dev.whetstone.corpus.pdf.PdfPage.Chunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineNode;
import org.jspecify.annotations.Nullable;

/// Reads PDF files. A PDF states where each glyph is drawn, and the passes rebuild the text:
/// [PdfGlyphs] sorts the letters by the direction of their text and puts values of the form and
/// text boxes among them, [PdfChunks] makes words of them, [PdfRuledTable] finds the ruled tables,
/// [PdfHeadersAndFooters] drops running heads, [PdfReadingOrder] puts the lines into reading order,
/// [PdfTableOfContents] drops the table of contents, [PdfParagraphs] joins lines to paragraphs,
/// [PdfHeadings] and [PdfBlocks] make the document.
///
/// Pages whose letters cannot be told are left out, and a file is refused where they are many. What
/// of the file is not read is noted.
public final class PdfReader {
  private static final int MOST_PAGES = 20_000;
  private static final float MOST_GARBLED = 0.25f; // of the pages
  private static final int MOST_BOOKMARKS = 20_000;
  private static final String MEND =
      "(fonts that are damaged, cut off or without a map to Unicode); make the PDF again, or run it"
          + " through text recognition (OCR)";

  private PdfReader() {}

  public static void read(Path file, String id, DocumentBuilder into) throws IOException {
    try (PDDocument pdf = open(file, id)) {
      if (pdf.getNumberOfPages() > MOST_PAGES) {
        throw new Failure.BadInput(
            id + ": has more than " + MOST_PAGES + " pages; split it into smaller files");
      }
      var annotations = new PdfAnnotations(pdf);
      var glyphs = new PdfGlyphs(annotations);
      List<PdfPage> pages = new ArrayList<>();
      int number = 0;
      for (PDPage page : pdf.getPages()) {
        pages.add(glyphs.page(page, ++number));
      }
      List<Integer> garbledPages = garbledPages(pages);
      long written = pages.stream().filter(page -> page.quality().glyphs() > 0).count();
      if (garbledPages.size() > MOST_GARBLED * written) {
        throw new Failure.BadInput(
            "%s: the letters on %d of its %d pages cannot be told %s"
                .formatted(id, garbledPages.size(), written, MEND));
      }
      garbledPages.forEach(bad -> pages.set(bad - 1, pages.get(bad - 1).blank()));
      if (!garbledPages.isEmpty()) {
        into.note(
            "the letters on %d of its %d written pages cannot be told and are left out, the first on page %d %s"
                .formatted(garbledPages.size(), written, garbledPages.getFirst(), MEND));
      }
      if (pages.stream().allMatch(page -> page.sheets().isEmpty())) {
        throw new Failure.BadInput(
            id + ": holds no text, only pictures of it; run it through text recognition (OCR)");
      }
      if (!hasEndMark(file)) {
        into.note("its end is missing, and other parts may be, too; copy or make the PDF again");
      }
      annotations.notes().forEach(into::note);
      pictures(pages, into);
      String title = DocumentTitles.meaningful(pdf.getDocumentInformation().getTitle());
      layout(pages, outline(pdf), title, into);
    } catch (IOException e) {
      throw new Failure.BadInput(
          id + ": is damaged or cut off (" + e.getMessage() + "); make the PDF again", e);
    }
  }

  private static PDDocument open(Path file, String id) throws IOException {
    try {
      return Loader.loadPDF(file.toFile());
    } catch (InvalidPasswordException e) {
      throw new Failure.BadInput(id + ": is encrypted; save it without a password", e);
    } catch (NoClassDefFoundError e) { // PDFBox needs Bouncy Castle's CMS for certificates alone
      throw new Failure.BadInput(
          id + ": is encrypted for the holders of certificates; save it without encryption", e);
    }
  }

  /// Tells of pages that hold a picture and no text, and of text beyond the most that is read.
  private static void pictures(List<PdfPage> pages, DocumentBuilder into) {
    List<PdfPage> pictures =
        pages.stream().filter(page -> page.sheets().isEmpty() && page.picture()).toList();
    if (!pictures.isEmpty()) {
      into.note(
          "%d of its %d pages hold a picture and no text, the first is page %d; if they are scanned, run it through text recognition (OCR)"
              .formatted(pictures.size(), pages.size(), pictures.getFirst().number()));
    }
    for (PdfPage page : pages) {
      if (page.lost() > 0) {
        into.note(
            "page %d shows %,d letters more than are read of one page; split it"
                .formatted(page.number(), page.lost()));
      }
    }
  }

  /// Whether the mark of the end stands in the last 1,024 bytes, where readers look for it.
  private static boolean hasEndMark(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      in.skipNBytes(Math.max(0, Files.size(file) - 1024));
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains("%%EOF");
    }
  }

  /// Numbers from 1.
  private static List<Integer> garbledPages(List<PdfPage> pages) {
    return IntStream.rangeClosed(1, pages.size())
        .filter(number -> pages.get(number - 1).quality().isGarbled())
        .boxed()
        .toList();
  }

  private static void layout(
      List<PdfPage> pages,
      Map<String, Integer> outline,
      @Nullable String ownTitle,
      DocumentBuilder into) {
    List<PdfSheet> sheets = pages.stream().flatMap(page -> page.sheets().stream()).toList();
    List<List<PdfRuledTable>> grids = sheets.stream().map(PdfRuledTable::find).toList();
    List<List<Chunk>> chunks = new ArrayList<>();
    for (int i = 0; i < sheets.size(); i++) {
      chunks.add(PdfFractions.write(sheets.get(i), grids.get(i)));
    }
    PdfHeadersAndFooters.Remainder remainder = PdfHeadersAndFooters.drop(sheets, chunks, grids);
    List<PdfLine> lines = new ArrayList<>();
    int upright = 0; // index of the sheet
    for (int i = 0; i < sheets.size(); i++) {
      PdfSheet sheet = sheets.get(i);
      upright = sheet.page() == sheets.get(upright).page() ? upright : i;
      List<Chunk> own = remainder.chunks().get(i);
      if (i != upright && sheet.isStraight()) {
        own = outside(grids.get(upright), sheet, own);
      }
      lines.addAll(PdfReadingOrder.of(sheet, own, grids.get(i)));
    }
    lines = PdfTableOfContents.drop(lines, pages.size());
    var hyphens = new Hyphens();
    lines.forEach(line -> hyphens.learn(line.text()));
    var measure = new PdfTextMetrics(lines);
    List<PdfContent> contents = PdfParagraphs.of(lines, measure, hyphens);
    List<PdfContent.Paragraph> paragraphs =
        contents.stream()
            .filter(PdfContent.Paragraph.class::isInstance)
            .map(PdfContent.Paragraph.class::cast)
            .toList();
    String title = PdfHeadings.title(paragraphs, measure.bodySize(), remainder.footerTexts());
    if (ownTitle != null || title != null) {
      into.title(ownTitle == null ? title : ownTitle);
    }
    var headings =
        new PdfHeadings(paragraphs, measure.bodySize(), outline, remainder.footerTexts());
    new PdfBlocks(headings, hyphens, into).add(contents);
  }

  /// The text of a turned sheet but for what stands in a table of the upright one, which takes it:
  /// headers of narrow columns are set sideways.
  private static List<Chunk> outside(
      List<PdfRuledTable> tables, PdfSheet turned, List<Chunk> chunks) {
    return chunks.stream()
        .filter(chunk -> tables.stream().noneMatch(table -> table.take(turned.upright(chunk))))
        .toList();
  }

  private static Map<String, Integer> outline(PDDocument pdf) {
    Map<String, Integer> levels = new HashMap<>();
    PDOutlineNode outline = pdf.getDocumentCatalog().getDocumentOutline();
    if (outline != null) {
      bookmarks(outline, 1, levels);
    }
    return levels;
  }

  private static void bookmarks(PDOutlineNode node, int level, Map<String, Integer> levels) {
    if (level > 9) {
      return;
    }
    for (PDOutlineItem item : node.children()) {
      if (levels.size() >= MOST_BOOKMARKS) {
        return;
      }
      String title = item.getTitle();
      String key = title == null ? "" : PdfHeadings.key(title);
      if (key.length() > 1) {
        levels.putIfAbsent(key, level);
      }
      bookmarks(item, level + 1, levels);
    }
  }
}
