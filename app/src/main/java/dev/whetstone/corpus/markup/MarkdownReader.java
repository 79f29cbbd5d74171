package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.DocumentBuilder;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/// Markdown (CommonMark with GitHub's tables and strikethrough, footnotes, admonitions) into
/// blocks, by way of HTML, since HTML may stand in it anywhere. Of [FrontMatter] the `title`, the
/// `lang` and the page's address are used, and its prose (`description` and the like) is the first
/// text of the document. Templates of site generators (`{{ }}`, `{% %}`) stay as they are written.
public final class MarkdownReader {
  private static final int DEEPEST = 100;

  private static final List<Extension> EXTENSIONS =
      List.of(
          TablesExtension.create(),
          StrikethroughExtension.builder().requireTwoTildes(true).build());
  private static final Parser PARSER =
      Parser.builder()
          .extensions(EXTENSIONS)
          .customBlockParserFactory(new MarkdownContainer.Factory())
          .maxOpenBlockParsers(DEEPEST)
          .maxInlineNesting(DEEPEST)
          .build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder().extensions(EXTENSIONS).build();

  /// Keys of front matter whose values say something about the subject.
  private static final List<String> PROSE =
      List.of("subtitle", "description", "summary", "abstract", "excerpt");

  /// Keys of front matter that give the page's address, the surest first.
  private static final List<String> LINKS =
      List.of("source_url", "url", "canonical_url", "canonical", "source");

  /// A template's value as the address of a link, which Markdown does not let hold spaces.
  private static final Pattern SPACED_TARGET =
      Pattern.compile("\\]\\(\\{\\{[ \\t]*([\\w.-]{1,100})[ \\t]*\\}\\}");

  private MarkdownReader() {}

  public static void read(String text, DocumentBuilder into) {
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    FrontMatter matter = FrontMatter.of(body);
    into.title(matter.keys().get("title"));
    String language = matter.keys().getOrDefault("lang", "");
    if (language.matches("[a-z]{2}([-_].*)?")) {
      into.language(language.substring(0, 2));
    }
    LINKS.forEach(key -> into.url(matter.keys().get(key)));
    String source = body.substring(matter.end());
    PROSE.stream()
        .map(key -> matter.keys().getOrDefault(key, ""))
        .distinct()
        .filter(prose -> !source.contains(prose)) // many pages say it again
        .forEach(into::paragraph);
    body(source, matter.keys(), into);
  }

  /// A part of a text, without front matter.
  static void readBody(String text, DocumentBuilder into) {
    body(text, Map.of(), into);
  }

  private static void body(String text, Map<String, String> keys, DocumentBuilder into) {
    Node document = PARSER.parse(SPACED_TARGET.matcher(text).replaceAll("]({{$1}}"));
    MarkdownDialects.tidy(document, keys);
    HtmlReader.readFragment(RENDERER.render(document), into);
  }
}
