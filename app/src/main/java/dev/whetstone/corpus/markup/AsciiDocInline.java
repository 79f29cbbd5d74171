package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.Characters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.parser.Parser;
import org.jspecify.annotations.Nullable;

/// AsciiDoc's inline markup, taken out: what a reader sees stays. Links and cross references leave
/// their text, attribute references their value. Follows the expressions of Asciidoctor's `rx.rb`,
/// with their order: passthroughs, attributes, quotes, macros, escapes.
final class AsciiDocInline {
  /// Longer texts are left as they are: no page is written so, and the expressions look ahead.
  private static final int LONGEST = 100_000;

  private static final char PASSED =
      '\uE000'; // followed by the passage's number, ended by the same
  private static final char ESCAPE = '\uE001'; // before a character that lost its meaning

  private static final Pattern PASS =
      Pattern.compile(
          "\\+\\+\\+(.{0,2000}?)\\+\\+\\+|\\$\\$(.{1,2000}?)\\$\\$"
              + "|(?<![\\w\\\\])(?:pass|stem|latexmath|asciimath):[a-z,]*\\[(.{0,2000}?)(?<!\\\\)\\]"
              + "|``?\\+(.{1,2000}?)\\+``?|(?<=^|\\s|\\()\\+(\\S|\\S.{0,2000}?\\S)\\+(?!\\w)",
          Pattern.DOTALL);
  private static final Pattern BACKSLASH =
      Pattern.compile(
          "\\\\(?=[*_`#^~{<\\[|(]|(?:https?|ftp|irc|link|xref|mailto|image|kbd|btn)[:/])");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("(?<!\uE001)\\{([A-Za-z0-9_][\\w-]*)\\}");
  private static final Pattern HARD_BREAK = Pattern.compile("(?m)[ \\t]\\+$");

  private static final String ROLE = "(?:\\[[^\\[\\]]{1,200}\\])?";
  private static final Pattern DOUBLE_QUOTED =
      Pattern.compile("(?<![\\w;:}\uE001])\"`(\\S|\\S.{0,2000}?\\S)`\"(?!\\w)", Pattern.DOTALL);
  private static final Pattern SINGLE_QUOTED =
      Pattern.compile("(?<![\\w;:`}\uE001])'`(\\S|\\S.{0,2000}?\\S)`'(?!\\w)", Pattern.DOTALL);
  private static final List<Pattern> QUOTES =
      List.of(
          unconstrained("\\*\\*"),
          constrained("\\*", "\\w;:}"),
          DOUBLE_QUOTED,
          SINGLE_QUOTED,
          unconstrained("``"),
          Pattern.compile(
              "(?<![\\w&;:\"'`}\uE001])" + ROLE + "`(\\S|\\S.{0,2000}?\\S)`(?![\\w\"'`])",
              Pattern.DOTALL),
          unconstrained("__"),
          constrained("_", "\\w;:}"),
          unconstrained("##"),
          constrained("#", "\\w&;:}"));
  private static final Pattern RAISED =
      Pattern.compile("(?<!\uE001)" + ROLE + "\\^(\\S{1,200}?)\\^");
  private static final Pattern LOWERED = Pattern.compile("(?<!\uE001)" + ROLE + "~(\\S{1,200}?)~");

  private static final Pattern ANCHOR =
      Pattern.compile(
          "\\[\\[[\\p{L}_:][^\\[\\]]{0,200}\\]\\]|(?<!\\w)anchor:\\S{1,200}?\\[[^\\]]{0,200}\\]");
  private static final Pattern REFERENCE =
      Pattern.compile("(?<!\uE001)<<([^<>,]{1,300})(?:,\\s*([^<>]{1,500}))?>>");
  private static final Pattern TERM =
      Pattern.compile(
          "(?<!\uE001)\\(\\(\\(([^()]{1,300})\\)\\)\\)|(?<!\uE001)\\(\\(([^()]{1,300})\\)\\)");
  private static final String BRACKETED = "([^\\]\\\\]{0,2000}(?:\\\\.[^\\]\\\\]{0,2000}){0,50})";
  private static final Pattern URL =
      Pattern.compile(
          "(?<![\\w\uE001])(?:link:|<)?((?:https?|ftp|irc|file)://[^\\s\\[\\]<>]{1,2000})"
              + "(?:\\["
              + BRACKETED
              + "\\]|>)?");
  private static final Pattern MACRO =
      Pattern.compile(
          "(?<![\\w\uE001])(link|xref|mailto|image|icon|kbd|btn|menu|footnote|footnoteref|indexterm|indexterm2"
              + "|stem|latexmath|asciimath|audio|video|toc|callto)::?([^\\s\\[\\]]{0,1000})\\["
              + BRACKETED
              + "\\]");
  private static final Pattern LINK_ATTRIBUTES =
      Pattern.compile(",\\s*[\\w-]+=.*$", Pattern.DOTALL);

  private static final Map<String, String> PREDEFINED =
      Map.ofEntries(
          Map.entry("empty", ""),
          Map.entry("blank", ""),
          Map.entry("sp", " "),
          Map.entry("nbsp", " "),
          Map.entry("zwsp", ""),
          Map.entry("wj", ""),
          Map.entry("amp", "&"),
          Map.entry("lt", "<"),
          Map.entry("gt", ">"),
          Map.entry("apos", "'"),
          Map.entry("quot", "\""),
          Map.entry("vbar", "|"),
          Map.entry("plus", "+"),
          Map.entry("asterisk", "*"),
          Map.entry("tilde", "~"),
          Map.entry("caret", "^"),
          Map.entry("backtick", "`"),
          Map.entry("startsb", "["),
          Map.entry("endsb", "]"),
          Map.entry("two-colons", "::"),
          Map.entry("two-semicolons", ";;"),
          Map.entry("cpp", "C++"));

  private AsciiDocInline() {}

  /// @param attributes the document's, lower-case names
  /// @param titles what the anchors name, for cross references without text
  static String plain(String text, Map<String, String> attributes, Map<String, String> titles) {
    if (text.length() > LONGEST) {
      return text;
    }
    var passed = new ArrayList<String>();
    String plain =
        PASS.matcher(text)
            .replaceAll(
                match -> {
                  passed.add(passed(match));
                  return PASSED + Integer.toString(passed.size() - 1) + PASSED;
                });
    plain = BACKSLASH.matcher(plain).replaceAll(String.valueOf(ESCAPE));
    plain = HARD_BREAK.matcher(plain).replaceAll("");
    plain = replaced(ATTRIBUTE, plain, match -> value(match, attributes));
    for (Pattern quote : QUOTES) {
      plain = replaced(quote, plain, match -> quoted(quote, firstGroup(match)));
    }
    plain = replaced(RAISED, plain, match -> Characters.superscript(match.group(1)));
    plain = replaced(LOWERED, plain, match -> Characters.subscript(match.group(1)));
    plain = replaced(TERM, plain, match -> match.group(2) == null ? "" : match.group(2));
    plain = ANCHOR.matcher(plain).replaceAll("");
    plain = replaced(REFERENCE, plain, match -> label(match.group(1), match.group(2), titles));
    plain = replaced(MACRO, plain, match -> macro(match, titles));
    plain = replaced(URL, plain, AsciiDocInline::link);
    plain = plain.replace(String.valueOf(ESCAPE), "");
    for (int i = 0; i < passed.size(); i++) {
      plain = plain.replace(PASSED + Integer.toString(i) + PASSED, passed.get(i));
    }
    return plain.indexOf('&') >= 0 ? Parser.unescapeEntities(plain, false) : plain;
  }

  private interface Replacement {
    String of(MatchResult match);
  }

  private static String replaced(Pattern pattern, String text, Replacement replacement) {
    return pattern
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(replacement.of(match)));
  }

  private static Pattern constrained(String mark, String notBefore) {
    return Pattern.compile(
        "(?<!["
            + notBefore
            + "\uE001])"
            + ROLE
            + mark
            + "(\\S|\\S.{0,2000}?\\S)"
            + mark
            + "(?!\\w)",
        Pattern.DOTALL);
  }

  private static Pattern unconstrained(String mark) {
    return Pattern.compile("(?<!\uE001)" + ROLE + mark + "(.{1,2000}?)" + mark, Pattern.DOTALL);
  }

  private static String firstGroup(MatchResult match) {
    for (int i = 1; i <= match.groupCount(); i++) {
      if (match.group(i) != null) {
        return match.group(i);
      }
    }
    return "";
  }

  /// What is passed through to HTML unseen is read as HTML; the rest of it is literal.
  private static String passed(MatchResult match) {
    String text = firstGroup(match);
    boolean html = match.group(1) != null || match.group().startsWith("pass");
    return html && text.indexOf('<') >= 0 ? Jsoup.parseBodyFragment(text).text() : text;
  }

  private static String quoted(Pattern quote, String text) {
    if (quote == DOUBLE_QUOTED) {
      return "“" + text + "”";
    }
    return quote == SINGLE_QUOTED ? "‘" + text + "’" : text;
  }

  private static String value(MatchResult match, Map<String, String> attributes) {
    String name = match.group(1).toLowerCase(Locale.ROOT);
    String value = attributes.getOrDefault(name, PREDEFINED.get(name));
    return value == null ? match.group() : value;
  }

  private static String label(String target, @Nullable String text, Map<String, String> titles) {
    if (text != null && !text.isBlank()) {
      return text.strip();
    }
    String id = target.substring(target.lastIndexOf('#') + 1).strip();
    return titles.getOrDefault(id, id);
  }

  private static String link(MatchResult match) {
    String label = match.group(2) == null ? "" : linkText(match.group(2));
    return label.isEmpty() ? match.group(1) : label;
  }

  private static String linkText(String inBrackets) {
    String label = LINK_ATTRIBUTES.matcher(inBrackets).replaceFirst("").strip();
    if (label.matches("[\\w-]+=\\S+")) {
      return "";
    }
    if (label.length() > 1 && label.startsWith("\"") && label.endsWith("\"")) {
      label = label.substring(1, label.length() - 1);
    }
    return (label.endsWith("^") ? label.substring(0, label.length() - 1) : label)
        .replace("\\]", "]");
  }

  private static String macro(MatchResult match, Map<String, String> titles) {
    String target = match.group(2);
    String label = linkText(match.group(3));
    return switch (match.group(1)) {
      case "link", "mailto", "callto" -> label.isEmpty() ? target : label;
      case "xref" -> label(target, label, titles);
      case "image" -> AsciiDocReader.imageDescription(label);
      case "footnote", "footnoteref" -> label.isEmpty() ? "" : " (" + label + ")";
      case "menu" -> label.isEmpty() ? target : target + " > " + label;
      case "kbd", "btn", "stem", "latexmath", "asciimath", "indexterm2" -> label;
      default -> "";
    };
  }
}
