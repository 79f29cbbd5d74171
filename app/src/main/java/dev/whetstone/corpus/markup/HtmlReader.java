package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.Characters;
import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ListLabels;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jspecify.annotations.Nullable;

/// HTML into blocks: headings, paragraphs, list items (a term and its definition make one item),
/// tables, `pre`. Elements nested deeper than 200 are flattened, so the walk never exhausts the
/// stack.
public final class HtmlReader {
  private static final int DEEPEST = 200;
  private static final String XML = "<?xml version=\"1.0\"?>";
  private static final int SHORTEST_ALT = 4; // words: less is a name, not a description

  private static final Set<String> BLOCKS =
      Set.of(
          "address",
          "article",
          "aside",
          "blockquote",
          "body",
          "caption",
          "center",
          "dd",
          "details",
          "dialog",
          "div",
          "fieldset",
          "figcaption",
          "figure",
          "footer",
          "form",
          "header",
          "hr",
          "html",
          "legend",
          "main",
          "p",
          "section",
          "summary",
          "tbody",
          "td",
          "tfoot",
          "th",
          "thead");

  private final DocumentBuilder into;
  private final StringBuilder inline = new StringBuilder();
  private String prefix = ""; // said before the next block's text: a term, the word Note
  private boolean onlyTerms; // the last list of definitions has none
  private int depth; // of lists
  private int item; // depth of the list item that the next block opens; 0 for none

  private HtmlReader(DocumentBuilder into) {
    this.into = into;
  }

  /// A whole page: its title, language, address (`canonical`, else `og:url`) and content without
  /// what surrounds it.
  public static void read(String html, DocumentBuilder into) {
    var page = parse(XhtmlConverter.plain(html));
    String title = page.title();
    String link = page.select("link[rel=canonical]").attr("href");
    String shared = page.select("meta[property=og:url]").attr("content");
    HtmlTextAlternatives.apply(page);
    Element root = HtmlBoilerplate.content(page, into);
    Element heading = root.selectFirst("h1");
    if (heading != null && (title.isBlank() || title.contains(heading.text()))) {
      title = heading.text();
    }
    into.title(title);
    into.url(link).url(shared);
    new HtmlReader(into).readAll(root);
    String declared = page.select("html").attr("lang").toLowerCase(Locale.ROOT);
    if (declared.matches("(de|fr|es|it|pt|nl|pl|sv|da|fi|cs|tr)([-_].*)?")) {
      into.language(declared.substring(0, 2));
    }
  }

  /// A part of a page in XHTML, as [#readFragment].
  public static void readXhtml(String xhtml, DocumentBuilder into) {
    boolean declared = xhtml.stripLeading().startsWith("<?xml");
    readFragment(XhtmlConverter.plain(declared ? xhtml : XML + xhtml), into);
  }

  /// A part of a page, of which everything is content.
  public static void readFragment(String html, DocumentBuilder into) {
    var page = parse(html);
    HtmlTextAlternatives.apply(page);
    HtmlBoilerplate.dropUnreadable(page, into);
    new HtmlReader(into).readAll(page.body());
  }

  private static org.jsoup.nodes.Document parse(String html) {
    return Parser.htmlParser().setMaxDepth(DEEPEST).parseInput(html, "");
  }

  private void readAll(Element root) {
    var data = new EncodedData();
    root.forEachNode(
        node -> {
          if (node instanceof TextNode text) {
            text.text(data.cut(text.getWholeText()));
          }
        });
    data.noteOmissions(into);
    children(root);
    close();
  }

  private void children(Element element) {
    for (Node child : element.childNodes()) {
      if (child instanceof TextNode text) {
        inline.append(text.getWholeText());
      } else if (child instanceof Element inner) {
        element(inner);
      }
    }
  }

  private void element(Element element) {
    switch (element.normalName()) {
      case "h1", "h2", "h3", "h4", "h5", "h6" -> {
        close();
        if (element.closest("blockquote") == null) {
          into.heading(element.normalName().charAt(1) - '0', element.text());
        } else {
          into.paragraph(element.text()); // a heading of the work that is quoted
        }
      }
      case "pre", "listing", "xmp" -> {
        close();
        into.code(element.wholeText());
      }
      case "table" -> table(element);
      case "ul", "ol", "menu", "dir" -> list(element);
      case "dl" -> {
        onlyTerms = element.selectFirst("dd") == null;
        list(element);
        close();
      }
      case "li" -> item(element);
      case "dt" -> {
        flush();
        if (onlyTerms) {
          item(element);
        } else {
          prefix = prefix + ListLabels.asPrefix(element.text());
          item = Math.max(1, depth);
        }
      }
      case "dd" -> item(element);
      case "button" -> {
        close();
        prefix = ListLabels.asPrefix(element.text());
      }
      case "tr" -> row(element);
      case "br" -> lineBreak(element);
      case "img" -> image(element);
      default -> {
        boolean block = BLOCKS.contains(element.normalName()) || standsAlone(element);
        if (block) {
          flush();
        }
        if (element.hasClass("admonitionblock")) {
          admonition(element);
        } else {
          children(element);
        }
        if (block) {
          flush();
        }
      }
    }
  }

  /// Whether an element that HTML does not know stands among elements, not in a text.
  private static boolean standsAlone(Element element) {
    return HtmlTextAlternatives.isCustom(element)
        && !isText(element.previousSibling())
        && !isText(element.nextSibling());
  }

  private static boolean isText(@Nullable Node sibling) {
    return sibling instanceof TextNode text && !text.isBlank();
  }

  private void list(Element element) {
    close();
    depth++;
    children(element);
    close();
    depth--;
    item = 0;
  }

  private void item(Element element) {
    flush();
    item = Math.max(1, depth);
    children(element);
    close();
    item = 0;
  }

  /// A note, its label and its text side by side in a table.
  private void admonition(Element element) {
    Element content = element.selectFirst("td.content");
    if (content == null) {
      children(element);
      return;
    }
    Element icon = element.selectFirst("td.icon");
    prefix = icon == null ? "" : ListLabels.asPrefix(icon.text());
    children(content);
    close();
  }

  private void table(Element element) {
    close();
    if (!HtmlTable.holdsData(element)) {
      children(element);
      close();
      return;
    }
    Element caption = element.selectFirst("> caption");
    if (caption != null) {
      into.paragraph(caption.text());
    }
    HtmlTable.read(element, into);
  }

  /// A row of a table that arranges other tables: as a row where its cells are short texts.
  private void row(Element row) {
    flush();
    if (HtmlTable.holdsTexts(row)) {
      close();
      into.table(null, List.of(row.children().eachText()));
    } else {
      children(row);
    }
    flush();
  }

  /// One is a space, two in a row end the paragraph.
  private void lineBreak(Element element) {
    Node next = element.nextSibling();
    while (next instanceof TextNode text && text.isBlank()) {
      next = next.nextSibling();
    }
    if (next instanceof Element following && following.normalName().equals("br")) {
      flush();
    } else {
      inline.append(' ');
    }
  }

  private void image(Element element) {
    String alt = element.attr("alt").strip();
    boolean logo = alt.toLowerCase(Locale.ROOT).endsWith("logo");
    if (!logo && alt.split("\\s+", SHORTEST_ALT + 1).length >= SHORTEST_ALT) {
      inline.append(' ').append(alt).append(' ');
    }
  }

  private void flush() {
    String text = Characters.oneLine(inline.toString());
    inline.setLength(0);
    if (text.isEmpty()) {
      return;
    }
    String line = prefix + text;
    prefix = "";
    if (item > 0) {
      into.item(item, line);
    } else {
      into.paragraph(line);
    }
    item = 0;
  }

  /// As [#flush], and a lead that found no text stands alone.
  private void close() {
    flush();
    if (!prefix.isBlank()) {
      inline.append(prefix.strip());
      prefix = "";
      flush();
    }
  }
}
