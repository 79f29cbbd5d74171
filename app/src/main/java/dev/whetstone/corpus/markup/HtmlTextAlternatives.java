package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.Characters;
import java.util.List;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Tag;

/// Writes into a page's text what only its layout shows: the number of a list of one item, raised
/// and lowered characters, readings above Han characters, formulas, labels in drawings, pictures
/// that stand for words, and the boundary between custom elements. The later steps read plain text.
final class HtmlTextAlternatives {
  private static final int LONGEST_RAISED = 20;
  private static final String RAISED = "sup, span[style~=(?i)vertical-align\\s*:\\s*super\\b]";
  private static final String LOWERED = "sub, span[style~=(?i)vertical-align\\s*:\\s*sub\\b]";

  /// Endings of numbers in English, French, Spanish, Italian and Portuguese, and trade marks: these
  /// are written raised and read as letters.
  private static final Pattern LETTERS =
      Pattern.compile(
          "(?i)st|nd|rd|th|er|re|e|[eè]me|nde?|os?|as?|ª|º|mc|m?m?es?|l?les?|tm|sm|™|®|℠|©");

  private static final Pattern MARK = Pattern.compile("[\\[(].*[\\])]|[*†‡§¶#,]+");

  /// `2<sup>e</sup>`, `n<sup>o</sup>`: one raised letter that is no exponent.
  private static final Pattern COUNTED =
      Pattern.compile("(?s)(.*\\d[eoa]|(.*\\W)?[Nn]o)|.*[™®℠©ªº]");

  private HtmlTextAlternatives() {}

  static void apply(Document page) {
    page.select("math").forEach(math -> replace(math, MathMl.text(math)));
    for (Element ruby : page.select("ruby")) {
      String reading = String.join("", ruby.select("rt").eachText());
      ruby.select("rt, rp, rtc").remove();
      replace(ruby, ruby.text() + (reading.isBlank() ? "" : "(" + reading + ")"));
    }
    List<Element> shifted = page.select(RAISED + ", " + LOWERED);
    for (Element element : shifted.reversed()) { // the inner ones first
      String text = Characters.oneLine(element.text());
      if (!text.isEmpty()) {
        boolean sup = element.is(RAISED);
        String shown = sup ? raised(text, before(element)) : lowered(text);
        replace(element, element.wholeText().matches("(?s).*\\s") ? shown + " " : shown);
      }
    }
    page.select("svg").forEach(HtmlTextAlternatives::labels);
    for (Element list : page.select("ol[start]")) {
      if (list.childrenSize() == 1 && !list.attr("start").strip().equals("1")) {
        list.child(0).prependText(list.attr("start").strip() + ". "); // `12. May`, no list's count
      }
    }
    for (Element named : page.select("h1, h2, h3, h4, h5, h6, caption, figcaption, dt, th, td")) {
      if (!named.hasText()) {
        named.select("img[alt]").forEach(image -> replace(image, image.attr("alt")));
      }
    }
    for (Element element : page.select("*")) {
      if (isCustom(element) && element.previousSibling() instanceof Element) {
        element.before(new TextNode(" "));
      }
    }
  }

  /// Whether the element is none of HTML's own, so that its layout is not known.
  static boolean isCustom(Element element) {
    String name = element.normalName();
    return name.indexOf('-') > 0 || !Tag.isKnownTag(name);
  }

  private static String raised(String text, String before) {
    if (MARK.matcher(text).matches() || text.length() > LONGEST_RAISED) {
      return text.length() > LONGEST_RAISED ? " " + text + " " : text;
    }
    boolean letters =
        LETTERS.matcher(text).matches()
            && (text.length() > 1 || COUNTED.matcher(before + text).matches());
    return letters ? text : Characters.superscript(text);
  }

  private static String lowered(String text) {
    return text.length() > LONGEST_RAISED ? " " + text + " " : Characters.subscript(text);
  }

  private static String before(Element element) {
    return element.previousSibling() instanceof TextNode text ? text.getWholeText() : "";
  }

  private static void labels(Element drawing) {
    String labels = String.join(" ", drawing.select("text").eachText());
    if (labels.isBlank()) {
      drawing.remove();
    } else {
      drawing.replaceWith(new Element("div").text(labels));
    }
  }

  private static void replace(Node node, String text) {
    node.replaceWith(new TextNode(text));
  }
}
