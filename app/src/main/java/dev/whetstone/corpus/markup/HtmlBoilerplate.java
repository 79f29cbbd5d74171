package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;

/// Removes the parts of a web page that are not its content.
///
/// Landmarks (navigation, search, the page's footer) and elements with names that have one meaning
/// are boilerplate. A name such as `menu` or `sidebar` also stands for dishes and for DocBook's
/// boxes: such an element is boilerplate only when most of its text is links. An element beside the
/// main part stays when it holds a sentence. An element with more than [#SUBSTANTIAL] characters
/// outside of links is counted in a note when it is removed.
final class HtmlBoilerplate {
  private static final String UNREADABLE =
      "script, style, noscript, template, canvas, video, audio, iframe, object, embed, select,"
          + " input, textarea, option, datalist, head";

  private static final String AROUND =
      "nav, [role=navigation], [role=search], [role=contentinfo], #breadcrumbs, .breadcrumb,"
          + " .breadcrumbs, .nosearch, .skip-link, .skipnav, .pagination, #cookie-banner,"
          + " .cookie-banner, .usa-banner, #footer, .site-footer, .page-footer, .navheader,"
          + " .navfooter, a.headerlink";

  /// Names that do not tell what an element holds.
  private static final String PERHAPS_AROUND =
      "#toc, #sidebar, #navbar, #menu, #navigation, .navbar, .navigation, .sidebar, .sidenav,"
          + " .menu, .toc, .table-of-contents";

  /// Beside the main part.
  private static final String BESIDE =
      "aside, form, footer, [role=banner], [role=complementary], [role=dialog], #sidebar, .sidebar,"
          + " .sidenav, [class*=cookie], [id*=cookie], [class*=consent], [id*=consent],"
          + " [class*=newsletter], [class*=modal], [class*=popup], [class*=footer], [id*=footer],"
          + " [class*=banner]";

  private static final String HEADINGS = "h1, h2, h3, h4, h5, h6";
  private static final String TEXT_BLOCKS = "p, li, dd, td, blockquote, div, section, header";
  private static final Pattern SENTENCE =
      Pattern.compile(
          "(?s).*\\S\\s+\\S+\\s+\\S+\\s+\\S.*[.!?:…][\"'”’)]*\\s*|.*\\p{IsHan}{4}.*[。！？：…]\\s*");
  private static final Pattern OPENS_A_PART =
      Pattern.compile("(?i).*(?:accordion|collaps|toggle|faq|question|disclosure|expand).*");
  private static final double MAIN_PART = 0.3;
  private static final int SUBSTANTIAL = 200; // characters
  private static final int LONGEST_BUTTON = 40;

  private final DocumentBuilder into;
  private int droppedCharacters; // characters of substantial elements

  private HtmlBoilerplate(DocumentBuilder into) {
    this.into = into;
  }

  /// The element that holds the page's content; what surrounds it is removed from the page.
  static Element content(Document page, DocumentBuilder into) {
    var boilerplate = new HtmlBoilerplate(into);
    Element content = boilerplate.content(page);
    boilerplate.noteOmissions();
    return content;
  }

  /// Removes from a part of a page the elements that are not read as text.
  static void dropUnreadable(Document page, DocumentBuilder into) {
    var boilerplate = new HtmlBoilerplate(into);
    boilerplate.dropUnreadable(page);
    boilerplate.noteOmissions();
    HtmlHidden.drop(page.body(), into);
  }

  /// Whether at least half of the element's text stands in links.
  static boolean isMostlyLinks(Element element) {
    return 2 * unlinked(element) <= element.text().length();
  }

  private void noteOmissions() {
    if (droppedCharacters > 0) {
      into.note(
          ParseNotes.charactersLeftOut(
              droppedCharacters,
              " around the page's content or not shown on it (navigation, banners, footer, form"
                  + " fields)"));
    }
  }

  private void drop(Element element) {
    int prose = unlinked(element);
    droppedCharacters += prose > SUBSTANTIAL && !element.is("script, style, head") ? prose : 0;
    element.remove();
  }

  private void dropUnreadable(Document page) {
    page.select("template[shadowrootmode]").unwrap(); // shown as its host's content
    page.select(UNREADABLE).forEach(this::drop);
    for (Element tab : page.select("[role=tab][aria-controls]")) {
      Element panel = page.getElementById(tab.attr("aria-controls"));
      if (panel != null) {
        panel.prependElement("p").text(tab.text());
        tab.remove();
      }
    }
    page.select("button").stream().filter(HtmlBoilerplate::isInSentence).forEach(Element::unwrap);
    page.select("button").stream().filter(button -> !isTitle(button)).forEach(this::drop);
    for (Element anchor : page.select("h1 a, h2 a, h3 a, h4 a, h5 a, h6 a")) {
      if (anchor.text().matches("[#¶§🔗\\s]+")) {
        anchor.remove();
      }
    }
  }

  /// Whether a button is the title of the part that it opens, and not a command.
  private static boolean isTitle(Element button) {
    if (button.closest(HEADINGS + ", summary, dt") != null) {
      return true;
    }
    String text = button.text();
    Element part = button.nextElementSibling();
    String id = button.attr("aria-controls");
    Element controlled = id.isEmpty() ? null : button.root().getElementById(id);
    part = controlled == null ? part : controlled;
    if (part != null && part.hasText() && isMostlyLinks(part)) {
      return false; // of a menu
    }
    return button.hasAttr("aria-expanded")
        || button.hasAttr("aria-controls")
        || OPENS_A_PART.matcher(button.className() + " " + button.id()).matches()
        || (part != null && HtmlHidden.isHiding(part))
        || text.matches(".*[?？]\\s*")
        || text.length() > LONGEST_BUTTON;
  }

  /// Whether words stand on both sides of a button, as in `Press <button>Start</button> twice`.
  private static boolean isInSentence(Element button) {
    return button.previousSibling() instanceof TextNode before
        && button.nextSibling() instanceof TextNode after
        && hasWords(before)
        && hasWords(after);
  }

  private static boolean hasWords(TextNode text) {
    return text.text().codePoints().anyMatch(Character::isLetter);
  }

  private Element content(Document page) {
    dropUnreadable(page);
    Element body = page.body();
    for (Element around : body.select(AROUND)) {
      if (!holdsContent(around)) {
        drop(around);
      }
    }
    for (Element around : body.select(PERHAPS_AROUND)) {
      if (!holdsContent(around) && isMostlyLinks(around)) {
        drop(around);
      }
    }
    HtmlHidden.drop(body, into);
    for (Element edge : body.select("header, footer")) {
      if (edge.closest("main, article, section, blockquote") == null
          && edge.selectFirst("main, article") == null) {
        edge(edge);
      }
    }
    Element main = body.selectFirst("main, [role=main]");
    if (main == null && body.select("article").size() == 1) {
      main = body.selectFirst("article");
    }
    if (main != null && main.text().length() >= MAIN_PART * body.text().length()) {
      dropBeside(main, body);
    }
    return body;
  }

  private static boolean holdsContent(Element element) {
    return element.normalName().equals("body") || element.selectFirst("main, article, h1") != null;
  }

  /// A page's header stays when it holds the title or a sentence; its footer goes.
  private void edge(Element edge) {
    edge.select("ul, ol, div, p, form").stream()
        .filter(part -> part.is("form") || isMostlyLinks(part))
        .forEach(this::drop);
    Element title = edge.selectFirst("h1");
    boolean isContent = edge.normalName().equals("header") && (title != null || hasSentence(edge));
    if (!isContent) {
      if (title != null) {
        edge.before(title);
      }
      drop(edge);
    }
  }

  private void dropBeside(Element main, Element body) {
    for (Element inner = main; inner != null && !inner.equals(body); inner = inner.parent()) {
      for (Element sibling : inner.siblingElements()) {
        boolean content =
            sibling.is("main, article, h1")
                || sibling.selectFirst("h1") != null
                || (!sibling.is(BESIDE) && !isMostlyLinks(sibling) && hasSentence(sibling));
        if (!content) {
          drop(sibling);
        }
      }
    }
  }

  private static boolean hasSentence(Element element) {
    return element.select(TEXT_BLOCKS).stream()
        .filter(HtmlBoilerplate::isInner)
        .anyMatch(block -> SENTENCE.matcher(block.text()).matches() && !isMostlyLinks(block));
  }

  private static boolean isInner(Element block) {
    return block.children().stream().noneMatch(child -> child.is(TEXT_BLOCKS));
  }

  /// Characters of the element's text outside of links.
  private static int unlinked(Element element) {
    int linked = 0;
    for (Element link : element.select("a[href], a:not([name]):not([id])")) {
      linked += link.text().length();
    }
    return element.text().length() - linked;
  }
}
