package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;

/// Removes the text that a page does not show or shows as struck out, and counts it in notes.
///
/// Hidden is what the `hidden` attribute or the style of an element hides, a dialog that is not
/// open, and short decoration that is hidden from screen readers. A part that the reader opens (the
/// panel below a button, a tab, what is found by search) is content. Style sheets are not read.
/// When more than half of the text is struck out, a tag was not closed, and it stays.
final class HtmlHidden {
  private static final Pattern HIDING_STYLE =
      Pattern.compile(
          "(?i)(?:^|;)\\s*(?:display\\s*:\\s*none|visibility\\s*:\\s*(?:hidden|collapse)|mso-hide\\s*:\\s*all)\\b");
  private static final String STRUCK =
      "s, del, strike, [style~=(?i)text-decoration(-line)?\\s*:[^;]*line-through]";
  private static final String CONTROL =
      "button, summary, [aria-expanded], [aria-controls], [role=button], [role=tab],"
          + " [data-toggle], [data-bs-toggle]";
  private static final int LONGEST_DECORATION = 200;

  private final Element body;
  private final Set<String> controlledIds = new HashSet<>(); // ids that a control opens

  private HtmlHidden(Element body) {
    this.body = body;
    for (Element control : body.select(CONTROL)) {
      for (String name : new String[] {"aria-controls", "data-target", "data-bs-target", "href"}) {
        for (String id : control.attr(name).split("\\s+", -1)) {
          controlledIds.add(id.startsWith("#") ? id.substring(1) : id);
        }
      }
    }
    controlledIds.remove("");
  }

  /// Removes the elements below `body` unless the reader's settings ask for them.
  static void drop(Element body, DocumentBuilder into) {
    if (into.readsHidden()) {
      return;
    }
    new HtmlHidden(body).drop(into);
  }

  private void drop(DocumentBuilder into) {
    int hidden = 0;
    for (Element element : body.select("[hidden], [style], [aria-hidden=true], dialog")) {
      if (isHidden(element)) {
        hidden += removed(element);
      }
    }
    if (hidden > 0) {
      into.note(
          ParseNotes.charactersLeftOut(hidden, " of hidden text")
              + "; parse.hidden: true reads them");
    }
    int all = body.text().length();
    int struck = 0;
    for (Element element : body.select(STRUCK)) {
      struck += element.parents().is(STRUCK) ? 0 : element.text().length();
    }
    if (struck > 0 && struck * 2L <= all) {
      body.select(STRUCK).remove();
      into.note(
          ParseNotes.charactersLeftOut(struck, " of struck-out text")
              + "; parse.hidden: true reads them");
    }
  }

  /// How many characters of text went with the element.
  private int removed(Element element) {
    String text =
        body.equals(element.closest("body")) ? element.text() : ""; // or went with its parent
    element.remove();
    return text.chars().anyMatch(Character::isLetterOrDigit) ? text.length() : 0;
  }

  private boolean isHidden(Element element) {
    if (element.is("html, body, main, article, [role=main]")) {
      return false; // shown by a script
    }
    if (element.attr("aria-hidden").equals("true")
        && element.text().length() <= LONGEST_DECORATION
        && !isControlled(element)) {
      return true;
    }
    return isHiding(element) && (!isControlled(element) || HtmlBoilerplate.isMostlyLinks(element));
  }

  /// Whether the element's own attributes hide it as long as nothing opens it.
  static boolean isHiding(Element element) {
    return (element.hasAttr("hidden") && !element.attr("hidden").equalsIgnoreCase("until-found"))
        || (element.normalName().equals("dialog") && !element.hasAttr("open"))
        || HIDING_STYLE.matcher(element.attr("style")).find();
  }

  private boolean isControlled(Element element) {
    Element before = element.previousElementSibling();
    return controlledIds.contains(element.id())
        || element.attr("role").equals("tabpanel")
        || element.closest("details") != null
        || (before != null && (before.is(CONTROL) || before.selectFirst(CONTROL) != null));
  }
}
