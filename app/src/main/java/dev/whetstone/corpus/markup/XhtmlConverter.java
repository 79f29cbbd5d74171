package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.Characters;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.parser.Parser;
import org.jsoup.parser.Tag;

/// Makes HTML of a page in XHTML. An HTML parser ends the document type at its first `>`, so that
/// the rest of an internal subset would stand in the text; it takes a CDATA section for a comment
/// and `<title/>` for a start tag that swallows the page.
final class XhtmlConverter {
  private static final Pattern DOCUMENT_TYPE =
      Pattern.compile("(?is)\\A(.{0,4096}?<!DOCTYPE\\s[^\\[>]{0,1000})\\[(.{0,100000}?)\\]\\s*>");
  private static final Pattern ENTITY =
      Pattern.compile(
          "<!ENTITY\\s+([\\p{L}_:][\\w:.-]*)\\s+(?:\"([^\"]*)\"|'([^']*)'|(?:SYSTEM|PUBLIC)[^>]*)\\s*>");
  private static final Pattern REFERENCE = Pattern.compile("&([\\p{L}_:][\\w:.-]*);");
  private static final Pattern XHTML =
      Pattern.compile(
          "(?is)\\A\\s*(?:<\\?xml\\s|<!DOCTYPE[^>]{1,300}XHTML|<html[^>]{1,500}xmlns=)");
  private static final Pattern CDATA = Pattern.compile("(?s)<!\\[CDATA\\[(.*?)\\]\\]>");
  private static final Pattern EMPTY =
      Pattern.compile(
          "<([A-Za-z][\\w:.-]*)((?:\\s+[\\w:.-]+\\s*=\\s*(?:\"[^\"<]*\"|'[^'<]*'))*+)\\s*/>");

  private static final int LONGEST_VALUE = 1000; // a page grows by this at each reference

  private XhtmlConverter() {}

  static String plain(String source) {
    String html = source;
    Matcher type = DOCUMENT_TYPE.matcher(html);
    if (type.find()) {
      Map<String, String> entities = entities(type.group(2));
      html = type.group(1) + ">" + html.substring(type.end());
      html =
          REFERENCE
              .matcher(html)
              .replaceAll(
                  m -> Matcher.quoteReplacement(entities.getOrDefault(m.group(1), m.group())));
    }
    if (!XHTML.matcher(html).find()) {
      return html;
    }
    html = CDATA.matcher(html).replaceAll(m -> Matcher.quoteReplacement(escaped(m.group(1))));
    return EMPTY
        .matcher(html)
        .replaceAll(
            m ->
                Matcher.quoteReplacement(
                    Tag.valueOf(m.group(1)).is(Tag.Void)
                        ? m.group()
                        : "<%s%s></%s>".formatted(m.group(1), m.group(2), m.group(1))));
  }

  /// The declared entities and their text, without markup and without other declared entities: a
  /// value is put in once, so that nested declarations do not grow a page without bound. What
  /// stands in another file is not fetched, and is empty.
  private static Map<String, String> entities(String subset) {
    var entities = new HashMap<String, String>();
    Matcher entity = ENTITY.matcher(subset);
    while (entity.find()) {
      String value = entity.group(2) == null ? entity.group(3) : entity.group(2);
      String text = value == null ? "" : Characters.shortened(value, LONGEST_VALUE);
      entities.putIfAbsent(entity.group(1), text);
    }
    entities.replaceAll(
        (_, value) ->
            escaped(
                Parser.unescapeEntities(
                    REFERENCE
                        .matcher(value)
                        .replaceAll(
                            m ->
                                entities.containsKey(m.group(1))
                                    ? ""
                                    : Matcher.quoteReplacement(m.group())),
                    false)));
    return entities;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
