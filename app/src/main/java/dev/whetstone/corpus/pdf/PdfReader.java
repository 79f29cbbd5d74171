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

/// Reads PDF files.
///
/// **The problem.** A PDF states which glyph is drawn at which point of a page. It has no words, no
/// lines, no paragraphs and no order: a program may draw the footer first, print a letter twice to
/// make it bold, or set two columns whose rows stand at the same height. Text has to be rebuilt
/// from geometry, and a wrong decision does not fail: it joins two columns, loses a row of a table,
/// or repeats a running header in the middle of each sentence that crosses a page.
///
/// **The passes**, in their order; each is a class whose comment gives its rule:
///
/// | pass | in → out |
/// |---|---|
/// | [PdfGlyphs] | content streams → glyphs and ruled lines, in one [PdfSheet] for each direction of text. [PdfAnnotations] and [PdfInsertion] add form values and text boxes, [PdfTextQuality] counts letters that cannot be read |
/// | [PdfChunks] | glyphs → chunks: text on one baseline without a wide gap, with [PdfSuperscript] |
/// | [PdfRuledTable] | ruled lines → grids of tables |
/// | [PdfFractions] | two chunks around a short rule → one chunk `a/b` |
/// | [PdfHeadersAndFooters] | removes what pages repeat, by [PdfRepeatedRows] and [PdfPageNumber] |
/// | [PdfReadingOrder] | chunks of a sheet → lines in reading order; finds columns of prose and tables without rules ([PdfAlignedTable]); [PdfFootnoteMarks] go into their lines |
/// | [PdfTableOfContents] | removes tables of contents |
/// | [PdfParagraphs] | lines of all pages → paragraphs and tables, with [PdfTextMetrics] and [Hyphens]; joins what the end of a page separated |
/// | [PdfHeadings] | tells headings from paragraphs and gives them levels |
/// | [PdfBlocks], [PdfTableJoiner] | paragraphs and tables → blocks of the document |
///
/// The order matters. Headers and footers are removed before the reading order is found, since a
/// footer closes the gap between two columns; fractions come before that, since their parts look
/// like rows. The table of contents is removed when the lines of all pages are known, since it is
/// recognised by its repetition. What is usual in the document (size, leading, right margin) is
/// measured on the remaining lines, so that headers do not count.
///
/// **Invariants.**
///
/// - Each chunk is in one line, or was removed by a pass that found it elsewhere in the file.
/// - In doubt text is kept: a repeated header costs some words, a lost row an answer.
/// - A block has the number of the page on which it begins.
/// - A page that is a picture is recorded; what else is not read (comments, attachments, unreadable
///   pages) is counted in a note.
/// - A page whose letters cannot be read is left out; a file with more than a quarter of such pages
///   is refused.
///
/// **An example.** Page 2 of 3 of a manual is drawn in this order: the footer, the left column, the
/// right column, the heading in bold above both.
///
/// ```
/// 2 Care of the bees
/// Bees are kept in hives     the wind. They return to
/// that stand in the shade    the hive before it rains
/// of old trees, away from    and stay until it is dry.
///                 Page 2 of 3
/// ```
///
/// 1. `PdfGlyphs` and `PdfChunks` make eight chunks of one upright sheet.
/// 2. `PdfHeadersAndFooters` finds `Page # of 3` on all three pages, counting with them and far
///    from the body, and removes it.
/// 3. `PdfReadingOrder` finds the strip between the columns, which three rows have text on both
///    sides of. The heading stands above it and is read first, then the left column and the right
///    one, since their lines run on.
/// 4. `PdfParagraphs` joins the six lines to one paragraph: `Bees are kept … until it is dry.`
/// 5. `PdfHeadings` takes `2 Care of the bees` for a heading of level 1: it is bold, and its number
///    has one part.
///
/// **Cost.** Linear in the glyphs but for the search for strips ([PdfReadingOrder]) and the
/// grouping of rules; each is bounded by constants. Pages are read one after another, their glyphs
/// turned into chunks before the next page.
public final class PdfReader {
  private static final int MOST_PAGES = 20_000;
  private static final float MOST_GARBLED = 0.25f; // of the pages
  private static final int MOST_BOOKMARKS = 20_000;
  private static final double SMALLEST_PICTURE = 0.1; // of a page; a smaller one is a logo
  private static final double MOST_OF_A_PAGE = 0.6;
  private static final int STAMP = 30; // letters
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
        pictures(pages, List.of(), List.of(), into);
        return;
      }
      if (!hasEndMark(file)) {
        into.note("its end is missing, and other parts may be, too; copy or make the PDF again");
      }
      annotations.notes().forEach(into::note);
      lostGlyphs(pages, into);
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

  /// Records the pages that are pictures: those without text beside a picture, and those of which a
  /// picture covers most and on which nothing but a stamp or a page number is written.
  ///
  /// @param sheets of the pages
  /// @param chunks of each sheet, without running heads
  private static void pictures(
      List<PdfPage> pages, List<PdfSheet> sheets, List<List<Chunk>> chunks, DocumentBuilder into) {
    Map<Integer, Integer> letters = new HashMap<>();
    for (int i = 0; i < sheets.size(); i++) {
      int own = chunks.get(i).stream().mapToInt(Chunk::letters).sum();
      letters.merge(sheets.get(i).page(), own, Integer::sum);
    }
    for (PdfPage page : pages) {
      int written = letters.getOrDefault(page.number(), 0);
      if (written == 0
          ? page.pictures() >= SMALLEST_PICTURE
          : written <= STAMP && page.pictures() >= MOST_OF_A_PAGE) {
        into.picture(page.number());
      }
    }
  }

  /// Adds notes on glyphs beyond the limit of a page.
  private static void lostGlyphs(List<PdfPage> pages, DocumentBuilder into) {
    for (PdfPage page : pages) {
      if (page.lost() > 0) {
        into.note(
            "page %d shows %,d letters more than are read of one page; split it"
                .formatted(page.number(), page.lost()));
      }
    }
  }

  /// Whether the file's last 1,024 bytes hold the end mark, where readers look for it.
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
    pictures(pages, sheets, remainder.chunks(), into);
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
