package dev.whetstone.corpus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/// Markdown (CommonMark with GitHub's tables) into blocks, by way of HTML, since HTML may stand in
/// it anywhere. Front matter between `---` is not text: its `title` and `lang` are used,
/// `{{page.key}}` stands for its value, and where there is any, Jekyll's `{:attributes}` and `{%
/// tags %}` are dropped.
final class Markdown {
  private static final int DEEPEST = 100;
  private static final int LONGEST_FRONT_MATTER = 64 << 10;
  private static final Pattern FRONT_MATTER =
      Pattern.compile(
          "\\A---[ \\t]*\\R(.*?\\R)?(?:---|\\.\\.\\.)[ \\t]*(?:\\R|\\z)", Pattern.DOTALL);
  private static final Pattern KEY = Pattern.compile("(?m)^([A-Za-z_][\\w-]*):[ \\t]*(\\S.*)$");
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{-?\\s*page\\.([\\w-]+)\\s*-?\\}\\}");
  private static final Pattern LIQUID =
      Pattern.compile("\\{:[^}\\n]{0,300}\\}|\\{%[^%\\n]{0,300}%\\}|\\{\\{[^}\\n]{0,300}\\}\\}");

  private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());
  private static final Parser PARSER =
      Parser.builder()
          .extensions(EXTENSIONS)
          .maxOpenBlockParsers(DEEPEST)
          .maxInlineNesting(DEEPEST)
          .build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder().extensions(EXTENSIONS).build();

  private Markdown() {}

  static void read(String text, DocumentBuilder into) {
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    String head = body.substring(0, Math.min(body.length(), LONGEST_FRONT_MATTER));
    Matcher matter = FRONT_MATTER.matcher(head);
    if (matter.find()) {
      Map<String, String> keys = keys(matter.group(1) == null ? "" : matter.group(1));
      into.title(keys.get("title"));
      String language = keys.getOrDefault("lang", "");
      if (language.matches("[a-z]{2}([-_].*)?")) {
        into.language(language.substring(0, 2));
      }
      body = body.substring(matter.end());
      body =
          PLACEHOLDER
              .matcher(body)
              .replaceAll(m -> Matcher.quoteReplacement(keys.getOrDefault(m.group(1), "")));
      body = LIQUID.matcher(body).replaceAll("");
    }
    Html.readFragment(RENDERER.render(PARSER.parse(body)), into);
  }

  private static Map<String, String> keys(String frontMatter) {
    var keys = new HashMap<String, String>();
    Matcher matcher = KEY.matcher(frontMatter);
    while (matcher.find()) {
      String value = matcher.group(2).strip();
      if (value.length() > 1
          && (value.startsWith("\"") || value.startsWith("'"))
          && value.endsWith(value.substring(0, 1))) {
        value = value.substring(1, value.length() - 1);
      }
      keys.put(matcher.group(1), value);
    }
    return keys;
  }
}
