package dev.whetstone.corpus.markup;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.jsoup.parser.Tag;

/// Distinguishes the HTML in a Markdown document from text in angle brackets.
///
/// `List<String>` has the form of HTML and would disappear as an unknown element. A tag is HTML
/// when its element is known to HTML (or is a custom element, or stands within a drawing or a
/// formula), and when it has attributes, or an end tag somewhere, or needs none. Everything else is
/// text; so is the `<S>` of `Set<S>`, which would strike out the rest of the page.
final class MarkdownTags extends AbstractVisitor {
  private static final Pattern TAG =
      Pattern.compile("<(/?)([A-Za-z][A-Za-z0-9:-]*)((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>");
  private static final Pattern TAG_OR_SIGN = Pattern.compile(TAG.pattern() + "|<(?=/?[A-Za-z])");
  private static final Pattern FOREIGN =
      Pattern.compile("(?is)<(svg|math|script|style|textarea)\\b.*?</\\1\\s*>|<!--.*?-->");
  private static final Set<String> NO_END_NEEDED =
      Set.of(
          "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link",
          "meta", "option", "p", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track",
          "wbr");

  private final Set<String> elementsWithEndTag = new HashSet<>();
  private final List<HtmlInline> inline = new ArrayList<>();
  private final List<HtmlBlock> blocks = new ArrayList<>();

  private MarkdownTags() {}

  static void tidy(Node document) {
    var tags = new MarkdownTags();
    document.accept(tags);
    tags.blocks.forEach(tags::tidy);
    String foreign = "";
    for (HtmlInline html : tags.inline) {
      Matcher tag = TAG.matcher(html.getLiteral());
      if (!tag.matches()) {
        continue; // a comment
      }
      String name = tag.group(2).toLowerCase(Locale.ROOT);
      if (!foreign.isEmpty()) {
        foreign = name.equals(foreign) && !tag.group(1).isEmpty() ? "" : foreign;
      } else if (isForeign(name) && tags.elementsWithEndTag.contains(name)) {
        foreign = name;
      } else if (!tags.isMarkup(tag)) {
        html.insertAfter(new Text(html.getLiteral()));
        html.unlink();
      }
    }
  }

  @Override
  public void visit(HtmlInline html) {
    inline.add(html);
    collect(html.getLiteral());
  }

  @Override
  public void visit(HtmlBlock html) {
    blocks.add(html);
    collect(html.getLiteral());
  }

  private void collect(String html) {
    TAG.matcher(html)
        .results()
        .filter(tag -> !tag.group(1).isEmpty())
        .forEach(tag -> elementsWithEndTag.add(tag.group(2).toLowerCase(Locale.ROOT)));
  }

  private void tidy(HtmlBlock block) {
    String html = block.getLiteral();
    var out = new StringBuilder();
    int from = 0;
    Matcher foreign = FOREIGN.matcher(html);
    while (foreign.find()) {
      out.append(escaped(html.substring(from, foreign.start()))).append(foreign.group());
      from = foreign.end();
    }
    block.setLiteral(out.append(escaped(html.substring(from))).toString());
  }

  private String escaped(String html) {
    return TAG_OR_SIGN
        .matcher(html)
        .replaceAll(
            match -> {
              boolean markup = match.group(2) != null && isMarkup(match);
              String source = match.group();
              return Matcher.quoteReplacement(markup ? source : source.replace("<", "&lt;"));
            });
  }

  private boolean isMarkup(MatchResult tag) {
    String name = tag.group(2).toLowerCase(Locale.ROOT);
    if (name.indexOf('-') > 0) {
      return true;
    }
    if (!Tag.isKnownTag(name) && !isForeign(name)) {
      return false;
    }
    boolean ends = !tag.group(1).isEmpty();
    return ends
        || !tag.group(3).isBlank()
        || NO_END_NEEDED.contains(name)
        || elementsWithEndTag.contains(name);
  }

  private static boolean isForeign(String name) {
    return name.equals("svg") || name.equals("math");
  }
}
