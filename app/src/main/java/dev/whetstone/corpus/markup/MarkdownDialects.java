package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.Characters;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.Code;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.Delimited;
import org.commonmark.node.Document;
import org.commonmark.node.Emphasis;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.jspecify.annotations.Nullable;

/// Replaces the notations of other Markdown dialects in a parsed document. Code stays as it is
/// written.
///
/// Attributes of kramdown and Pandoc (`{:target="_blank"}`, `{#id}`) go, `{{page.key}}` becomes the
/// value in the front matter, `x^2^` and `H~2~O` become raised and lowered characters, a line `:
/// definition` joins its term, and labels stand before the text that they belong to.
final class MarkdownDialects extends AbstractVisitor {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{-?\\s*page\\.([\\w-]+)\\s*-?\\}\\}");
  private static final String ATTRIBUTE =
      "\\s*(?:[.#][\\w:-]+|[\\w:-]+=(?:\"[^\"]*\"|'[^']*'|[\\w%.-]+))";

  /// After a link, an image, or emphasised text.
  private static final Pattern ATTRIBUTES_AFTER =
      Pattern.compile("(?:\\{:?(?:" + ATTRIBUTE + "){1,20}\\s*\\})+");

  /// On a line of its own; there `{:name}` also refers to attributes defined elsewhere.
  private static final Pattern ATTRIBUTES_ALONE =
      Pattern.compile("(?:\\{:(?:" + ATTRIBUTE + "|\\s*[\\w-]+){1,20}\\s*\\}\\s*)+");

  private static final Pattern HEADING_ATTRIBUTES =
      Pattern.compile("\\s*\\{:?(?:" + ATTRIBUTE + "|\\s*-){1,20}\\s*\\}\\s*$");

  /// What is raised or lowered is a number or a short word: `a^2+b^2` closes nothing.
  private static final String SHIFTED = "([+−-]?\\d{1,6}[+−-]?|\\p{L}{1,5})";

  private static final Pattern RAISED =
      Pattern.compile("(?<=[\\p{L}\\p{N})\\]])\\^" + SHIFTED + "\\^");
  private static final Pattern LOWERED =
      Pattern.compile("(?<=[\\p{L}\\p{N})\\]])~" + SHIFTED + "~");
  private static final Pattern FOOTNOTE = Pattern.compile("\\[\\^([^\\]\\s]{1,60})\\]");
  private static final Pattern ALERT =
      Pattern.compile("\\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\\]");

  private final Map<String, String> keys;

  private MarkdownDialects(Map<String, String> keys) {
    this.keys = keys;
  }

  /// @param keys of the front matter
  static void tidy(Node document, Map<String, String> keys) {
    document.accept(new MarkdownDialects(keys));
    MarkdownTags.tidy(document);
  }

  @Override
  public void visit(Text text) {
    String literal = PLACEHOLDER.matcher(text.getLiteral()).replaceAll(this::value);
    Node before = text.getPrevious();
    if (before instanceof Link
        || before instanceof Image
        || before instanceof Delimited
        || before instanceof Code) {
      Matcher attributes = ATTRIBUTES_AFTER.matcher(literal);
      literal = attributes.lookingAt() ? literal.substring(attributes.end()) : literal;
    }
    boolean opens = before == null || before instanceof SoftLineBreak;
    boolean closes = text.getNext() == null || text.getNext() instanceof SoftLineBreak;
    if (opens && closes && ATTRIBUTES_ALONE.matcher(literal).matches()) {
      literal = "";
    }
    if (closes && text.getParent() instanceof Heading && text.getNext() == null) {
      literal = HEADING_ATTRIBUTES.matcher(literal).replaceFirst("");
    }
    literal = FOOTNOTE.matcher(literal).replaceAll("[$1]");
    literal =
        RAISED
            .matcher(literal)
            .replaceAll(m -> Matcher.quoteReplacement(Characters.superscript(m.group(1))));
    literal =
        LOWERED
            .matcher(literal)
            .replaceAll(m -> Matcher.quoteReplacement(Characters.subscript(m.group(1))));
    text.setLiteral(literal);
  }

  private String value(MatchResult placeholder) {
    return Matcher.quoteReplacement(keys.getOrDefault(placeholder.group(1), placeholder.group()));
  }

  /// A product of numbers, `2*3*4`, which CommonMark takes for emphasis.
  @Override
  public void visit(Emphasis emphasis) {
    visitChildren(emphasis);
    if (emphasis.getPrevious() instanceof Text before
        && emphasis.getNext() instanceof Text after
        && before.getLiteral().matches("(?s).*\\d")
        && after.getLiteral().matches("(?s)\\d.*")) {
      emphasis.prependChild(new Text(emphasis.getOpeningDelimiter()));
      emphasis.appendChild(new Text(emphasis.getClosingDelimiter()));
    }
  }

  @Override
  public void visit(HtmlBlock html) {
    html.setLiteral(PLACEHOLDER.matcher(html.getLiteral()).replaceAll(this::value));
  }

  /// A term and its definition: `term`, and a line that begins with a colon.
  @Override
  public void visit(SoftLineBreak line) {
    if (line.getNext() instanceof Text text && text.getLiteral().startsWith(": ")) {
      line.unlink();
    }
  }

  /// The definition of a term that an empty line sets apart.
  @Override
  public void visit(Paragraph paragraph) {
    if (paragraph.getFirstChild() instanceof Text text
        && text.getLiteral().startsWith(": ")
        && paragraph.getPrevious() instanceof Paragraph term
        && term.getParent() instanceof Document) {
      while (paragraph.getFirstChild() != null) {
        term.appendChild(paragraph.getFirstChild());
      }
      paragraph.unlink();
      return;
    }
    visitChildren(paragraph);
  }

  @Override
  public void visit(BlockQuote quote) {
    visitChildren(quote);
    if (quote.getFirstChild() instanceof Paragraph first
        && first.getFirstChild() instanceof Text text) {
      Matcher alert = ALERT.matcher(text.getLiteral());
      if (alert.lookingAt()) {
        String kind = alert.group(1);
        String label = kind.charAt(0) + kind.substring(1).toLowerCase(Locale.ROOT);
        text.setLiteral(label + ": " + text.getLiteral().substring(alert.end()).strip());
      }
    }
  }

  @Override
  public void visit(CustomBlock block) {
    visitChildren(block);
    if (block instanceof MarkdownContainer container) {
      String label = container.label();
      Paragraph first = firstParagraph(container);
      first.prependChild(new Text(label.endsWith("]") ? label + " " : label + ": "));
      while (container.getLastChild() != null) {
        container.insertAfter(container.getLastChild());
      }
      container.unlink();
    }
  }

  private static Paragraph firstParagraph(Node container) {
    @Nullable Node first = container.getFirstChild();
    if (first instanceof Paragraph paragraph) {
      return paragraph;
    }
    var paragraph = new Paragraph();
    container.prependChild(paragraph);
    return paragraph;
  }
}
