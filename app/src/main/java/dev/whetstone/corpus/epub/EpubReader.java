package dev.whetstone.corpus.epub;

import dev.whetstone.core.Failure;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.DocumentTitles;
import dev.whetstone.corpus.ParseNotes;
import dev.whetstone.corpus.SafeZip;
import dev.whetstone.corpus.markup.HtmlReader;
import dev.whetstone.corpus.markup.TextDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jspecify.annotations.Nullable;

/// Reads EPUB 2 and 3. The chapters stand in the order of the spine; a chapter without a heading
/// has the title that the book's navigation gives it. Navigation pages are not read. A book with
/// content that is encrypted (DRM) is refused; obfuscated fonts are none of it.
public final class EpubReader {
  private static final String CONTAINER = "META-INF/container.xml";
  private static final String ENCRYPTION = "META-INF/encryption.xml";
  private static final int DEEPEST = 200; // elements in elements
  private static final int MOST_CHAPTERS = 20_000;
  private static final Set<String> FONT_OBFUSCATION =
      Set.of("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC");

  private final SafeZip zip;
  private final DocumentBuilder into;
  private int pictures; // chapters of nothing else
  private int missing;

  private EpubReader(SafeZip zip, DocumentBuilder into) {
    this.zip = zip;
    this.into = into;
  }

  public static void read(Path file, String id, DocumentBuilder into) throws IOException {
    try (var zip = SafeZip.open(file, id)) {
      new EpubReader(zip, into).read();
    }
  }

  private void read() throws IOException {
    refuseProtected();
    Document container = need(CONTAINER);
    Element root = container.selectFirst("rootfile[full-path]");
    if (root == null) {
      throw new Failure.BadInput(zip.id() + ": names no package; make the book again");
    }
    String at = root.attr("full-path");
    var book = new EpubPackage(need(at), at);
    into.title(DocumentTitles.meaningful(book.text("title")));
    into.metadata("author", book.text("creator"));
    into.metadata("date", book.text("date"));
    String language = book.text("language").toLowerCase(Locale.ROOT);
    if (language.matches("[a-z]{2}([-_].*)?")) {
      into.language(language.substring(0, 2));
    }
    Map<String, String> titles = book.titles(this::xml);
    List<String> chapters = book.chapters();
    Set<String> read = new HashSet<>();
    for (String chapter : chapters.subList(0, Math.min(MOST_CHAPTERS, chapters.size()))) {
      if (read.add(chapter)) {
        chapter(chapter, titles.get(chapter));
      }
    }
    if (chapters.size() > MOST_CHAPTERS) {
      into.note("%,d chapters not read".formatted(chapters.size() - MOST_CHAPTERS));
    }
    if (missing > 0) {
      into.note(ParseNotes.counted(missing, "chapter") + " missing in the file, or without a body");
    }
    if (pictures > 0) {
      if (into.isEmpty()) {
        into.picture(0);
      } else {
        into.note(ParseNotes.counted(pictures, "page") + " of nothing but pictures not read");
      }
    }
  }

  private void refuseProtected() throws IOException {
    Document encryption = xml(ENCRYPTION);
    if (encryption == null) {
      return;
    }
    for (Element method : encryption.getAllElements()) {
      if (local(method).equals("encryptionmethod")
          && local(method.parent()).equals("encrypteddata")
          && !FONT_OBFUSCATION.contains(method.attr("Algorithm"))) {
        throw new Failure.BadInput(
            zip.id() + ": is protected (DRM); only a copy without protection can be read");
      }
    }
  }

  private static String local(@Nullable Element element) {
    String name = element == null ? "" : element.tagName();
    return name.substring(name.indexOf(':') + 1).toLowerCase(Locale.ROOT);
  }

  private void chapter(String part, @Nullable String title) throws IOException {
    byte[] bytes = zip.bytes(part);
    String xhtml = bytes == null ? "" : TextDecoder.decode(bytes);
    Document page = bytes == null ? null : parse(xhtml);
    Element body = page == null ? null : page.selectFirst("body");
    if (page == null || body == null) {
      missing++;
      return;
    }
    if (page.selectFirst("nav[epub:type=toc], nav[role=doc-toc]") != null
        || body.attr("epub:type").equals("toc")) {
      return;
    }
    if (body.text().isBlank()) {
      pictures += page.selectFirst("img, svg, image") == null ? 0 : 1;
      return;
    }
    if (title != null && page.selectFirst("h1, h2, h3, h4, h5, h6") == null) {
      into.heading(1, title);
      Element first = body.selectFirst("p, div:not(:has(p, div, table)), span");
      if (first != null && first.text().strip().equals(title)) {
        first.remove(); // it is set as a heading with the means of style sheets
        xhtml = page.outerHtml();
      }
    }
    HtmlReader.readXhtml(xhtml, into);
  }

  private Document need(String part) throws IOException {
    Document xml = xml(part);
    if (xml == null) {
      throw new Failure.BadInput(
          zip.id() + ": its part " + part + " is missing; make the book again");
    }
    return xml;
  }

  /// Entities and document types are not followed.
  private @Nullable Document xml(String part) throws IOException {
    byte[] bytes = zip.bytes(part);
    return bytes == null ? null : parse(TextDecoder.decode(bytes));
  }

  private static Document parse(String xml) {
    return Parser.xmlParser().setMaxDepth(DEEPEST).parseInput(xml, "");
  }
}
