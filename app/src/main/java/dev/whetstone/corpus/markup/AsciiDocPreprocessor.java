package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ParseNotes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// AsciiDoc's preprocessor: the lines of a document whose conditions hold, in every block, with the
/// attributes as they are set down to each line. Includes are not followed. Both leave a note.
final class AsciiDocPreprocessor {
  private static final Pattern CONDITION =
      Pattern.compile("(ifdef|ifndef|ifeval|endif)::([^\\[]*)\\[(.*)\\]");
  private static final Pattern INCLUDE = Pattern.compile("include::([^\\[]+)\\[.*\\]");
  private static final Pattern ATTRIBUTE =
      Pattern.compile(":(!?)(\\w[\\w-]*)(!?):(?:[ \\t]+(.*))?");
  private static final Pattern REFERENCE = Pattern.compile("\\{(\\w[\\w-]*)\\}");
  private static final Pattern COMPARISON =
      Pattern.compile("\\s*(\\S.*?)\\s*(==|!=|<=|>=|<|>)\\s*(\\S.*?)\\s*");
  private static final Pattern STRUCK =
      Pattern.compile("\\[\\.?(?:line-through|strike)\\](?:##(.{1,2000}?)##|#([^#]{1,2000})#)");
  private static final int MOST_NAMES = 5;

  /// As a converter to HTML sets them.
  private static final Map<String, String> SET =
      Map.of(
          "asciidoctor", "",
          "backend", "html5",
          "backend-html5", "",
          "basebackend", "html",
          "basebackend-html", "",
          "doctype", "article",
          "doctype-article", "");

  private final Map<String, String> attributes = new HashMap<>(SET);
  private final List<String> output = new ArrayList<>();
  private final Deque<Boolean> open = new ArrayDeque<>(); // whether each open condition holds
  private final TreeSet<String> includes = new TreeSet<>();
  private final boolean readsHidden;
  private int skipped; // characters
  private int struck; // characters

  private AsciiDocPreprocessor(boolean readsHidden) {
    this.readsHidden = readsHidden;
  }

  static List<String> of(String text, DocumentBuilder into) {
    var lines = new AsciiDocPreprocessor(into.readsHidden());
    text.lines().map(String::stripTrailing).forEach(lines::line);
    if (!lines.includes.isEmpty()) {
      into.note(
          "the files that it includes were not read with it (%,d: %s%s); stage them as documents"
              .formatted(
                  lines.includes.size(),
                  String.join(", ", lines.includes.stream().limit(MOST_NAMES).toList()),
                  lines.includes.size() > MOST_NAMES ? ", …" : ""));
    }
    if (lines.skipped > 0) {
      into.note(
          ParseNotes.charactersLeftOut(
              lines.skipped, " under conditions that do not hold (ifdef, ifndef, ifeval)"));
    }
    if (lines.struck > 0) {
      into.note(
          ParseNotes.charactersLeftOut(lines.struck, " of struck-out text")
              + "; parse.hidden: true reads them");
    }
    return lines.output;
  }

  private void line(String line) {
    Matcher condition = CONDITION.matcher(line);
    if (condition.matches()) {
      condition(condition);
      return;
    }
    if (open.contains(false)) {
      skipped += line.length();
      return;
    }
    Matcher include = INCLUDE.matcher(line);
    if (include.matches()) {
      includes.add(include.group(1));
      return;
    }
    Matcher attribute = ATTRIBUTE.matcher(line);
    if (attribute.matches()) {
      String name = attribute.group(2).toLowerCase(Locale.ROOT);
      if (attribute.group(1).isEmpty() && attribute.group(3).isEmpty()) {
        attributes.put(name, attribute.group(4) == null ? "" : attribute.group(4));
      } else {
        attributes.remove(name);
      }
    }
    boolean escaped = line.matches("\\\\(?:ifdef|ifndef|ifeval|endif|include)::.*");
    String text = escaped ? line.substring(1) : line;
    String shown = readsHidden ? text : STRUCK.matcher(text).replaceAll(this::withoutStruck);
    boolean indented = text.startsWith(" ") || text.startsWith("\t"); // which opens literal text
    output.add(indented ? shown : shown.stripLeading());
  }

  private String withoutStruck(MatchResult match) {
    struck += (match.group(1) == null ? match.group(2) : match.group(1)).length();
    return "";
  }

  private void condition(Matcher condition) {
    String kind = condition.group(1);
    if (kind.equals("endif")) {
      open.pollLast();
      return;
    }
    String text = condition.group(3);
    boolean holds =
        kind.equals("ifeval") ? compared(text) : isSet(condition.group(2)) == kind.equals("ifdef");
    if (kind.equals("ifeval") || text.isEmpty()) {
      open.addLast(holds);
    } else if (holds && !open.contains(false)) {
      line(text);
    } else {
      skipped += text.length();
    }
  }

  /// `a,b`: one of them; `a+b`: all of them.
  private boolean isSet(String names) {
    boolean all = names.indexOf('+') >= 0;
    for (String name : names.split("[,+]", -1)) {
      boolean set = attributes.containsKey(name.strip().toLowerCase(Locale.ROOT));
      if (set != all) {
        return set;
      }
    }
    return all;
  }

  private boolean compared(String expression) {
    Matcher comparison = COMPARISON.matcher(expression);
    if (!comparison.matches()) {
      return true; // not understood: the text stays
    }
    String left = value(comparison.group(1));
    String right = value(comparison.group(3));
    int order = order(left, right);
    return switch (comparison.group(2)) {
      case "==" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  private String value(String operand) {
    String value =
        REFERENCE
            .matcher(operand)
            .replaceAll(
                m ->
                    Matcher.quoteReplacement(
                        attributes.getOrDefault(m.group(1).toLowerCase(Locale.ROOT), "")));
    boolean quoted = value.matches("(?s)\"[^\"]*\"|'[^']*'");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static int order(String left, String right) {
    try {
      return Double.compare(Double.parseDouble(left), Double.parseDouble(right));
    } catch (NumberFormatException _) {
      return left.compareTo(right);
    }
  }
}
