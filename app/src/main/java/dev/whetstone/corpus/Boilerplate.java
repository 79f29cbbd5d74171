package dev.whetstone.corpus;

import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/// What of a web page is not its content.
final class Boilerplate {
  private static final String UNREADABLE =
      "script, style, noscript, template, svg, canvas, iframe, object, embed, select, input, textarea,"
          + " option, datalist, dialog, head";

  private static final String AROUND =
      "nav, [role=navigation], [role=search], [role=contentinfo], #toc, #sidebar, #navbar, #menu,"
          + " #breadcrumbs, #navigation, #footer, .nosearch, .navbar, .navigation, .sidebar, .sidenav,"
          + " .breadcrumb, .breadcrumbs, .toc, .table-of-contents, .skip-link, .skipnav, .pagination,"
          + " .cookie-banner, .usa-banner, .site-footer, .page-footer, a.headerlink";

  private static final double MAIN_PART = 0.3;

  private Boilerplate() {}

  /// Removes what nobody reads as text.
  static void dropUnreadable(Document page) {
    page.select(UNREADABLE).remove();
    for (Element button : page.select("button")) {
      if (button.closest("h1, h2, h3, h4, h5, h6") == null) {
        button.remove();
      }
    }
    for (Element anchor : page.select("h1 a, h2 a, h3 a, h4 a, h5 a, h6 a")) {
      if (anchor.text().matches("[#¶§🔗\\s]+")) {
        anchor.remove();
      }
    }
  }

  /// The element that holds the page's content; what surrounds it is removed from the page.
  static Element content(Document page) {
    dropUnreadable(page);
    Element body = page.body();
    for (Element around : body.select(AROUND)) {
      boolean holdsContent = around.equals(body) || around.selectFirst("main, article, h1") != null;
      if (!holdsContent) {
        around.remove();
      }
    }
    for (Element edge : body.select("header, footer")) {
      if (edge.closest("main, article, blockquote") == null
          && edge.selectFirst("main, article") == null) {
        Element heading = edge.selectFirst("h1");
        if (heading == null) {
          edge.remove();
        } else {
          edge.replaceWith(heading);
        }
      }
    }
    Element main = body.selectFirst("main, [role=main]");
    if (main == null && body.select("article").size() == 1) {
      main = body.selectFirst("article");
    }
    if (main != null && main.text().length() >= MAIN_PART * body.text().length()) {
      return main;
    }
    return body;
  }
}
