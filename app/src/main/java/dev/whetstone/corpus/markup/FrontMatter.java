package dev.whetstone.corpus.markup;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The metadata above a Markdown text: YAML between `---` and `---` (or `...`), TOML between `+++`
/// lines.
///
/// A first line `---` is also how Markdown writes a rule. It opens front matter only when every
/// line up to the closing mark has the form that YAML gives it (a key without spaces, a list item,
/// a comment, an indented line) and, where an empty line follows the mark as it follows a rule, the
/// keys `title` or `layout` are there. Anything else is text and stays in the document. The form is
/// checked by line, since front matter that no YAML parser accepts (`title: Pumps: a guide`) is
/// common.
///
/// @param keys values of the outermost keys that hold one value
/// @param end index of the first character of the text below
record FrontMatter(Map<String, String> keys, int end) {
  private static final FrontMatter NONE = new FrontMatter(Map.of(), 0);
  private static final int LONGEST = 64 << 10;
  private static final Pattern YAML_KEY =
      Pattern.compile(
          "(?:([\\p{L}_][\\p{L}\\p{N}_.-]*)|\"([^\"]+)\"|'([^']+)')[ \\t]*:(?:[ \\t]+(.*))?");
  private static final Pattern YAML_MORE = Pattern.compile("[ \\t].*|-(?:[ \\t].*)?|#.*|[\\]}].*|");
  private static final Pattern TOML_KEY =
      Pattern.compile("([\\p{L}\\p{N}_.\"'-]+)[ \\t]*=[ \\t]*(.*)");
  private static final Pattern TOML_TABLE = Pattern.compile("\\[.*\\][ \\t]*(?:#.*)?");

  FrontMatter {
    keys = Map.copyOf(keys);
  }

  /// @param text without a byte order mark
  static FrontMatter of(String text) {
    if (text.startsWith("---")) {
      return between(text, "---", Set.of("---", "..."));
    }
    return text.startsWith("+++") ? between(text, "+++", Set.of("+++")) : NONE;
  }

  private static FrontMatter between(String text, String opening, Set<String> closing) {
    var lines = new ArrayList<String>();
    int at = 0;
    while (at < Math.min(text.length(), LONGEST)) {
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline + 1;
      String line = text.substring(at, end).stripTrailing();
      boolean first = at == 0;
      at = end;
      if (first && !line.equals(opening)) {
        return NONE;
      }
      if (!first && closing.contains(line)) {
        boolean yaml = opening.equals("---");
        Map<String, String> keys = yaml ? yaml(lines) : toml(lines);
        return keys.isEmpty() && !lines.isEmpty() ? NONE : new FrontMatter(keys, at);
      }
      if (!first) {
        lines.add(line);
      }
    }
    return NONE;
  }

  /// Empty when the lines have not the form of YAML.
  private static Map<String, String> yaml(List<String> lines) {
    var keys = new HashMap<String, String>();
    for (String line : lines) {
      Matcher key = YAML_KEY.matcher(line);
      if (key.matches()) {
        keys.put(name(key), key.group(4) == null ? "" : unquoted(key.group(4).strip()));
      } else if (!YAML_MORE.matcher(line).matches() || (keys.isEmpty() && !isAside(line))) {
        return Map.of();
      }
    }
    boolean isSetApart =
        !lines.isEmpty() && lines.getFirst().isBlank(); // as a rule is, with a line below
    if (keys.isEmpty()
        || (isSetApart && !keys.containsKey("title") && !keys.containsKey("layout"))) {
      return Map.of();
    }
    try {
      JsonNode tree = new ObjectMapper(new YAMLFactory()).readTree(String.join("\n", lines));
      tree.properties().stream()
          .filter(entry -> entry.getValue().isValueNode())
          .forEach(entry -> keys.put(entry.getKey(), entry.getValue().asText()));
    } catch (JacksonException _) {
      // the values as they stand on their lines
    }
    return keys;
  }

  private static boolean isAside(String line) {
    return line.isBlank() || line.startsWith("#");
  }

  private static String name(Matcher key) {
    for (int i = 1; i < 3; i++) {
      if (key.group(i) != null) {
        return key.group(i);
      }
    }
    return key.group(3);
  }

  /// The keys before the first table; empty when a line has not the form of TOML. Lines of values
  /// that go over several lines are not checked.
  private static Map<String, String> toml(List<String> lines) {
    var keys = new HashMap<String, String>();
    boolean inTable = false;
    String open = ""; // what closes the value that goes on
    for (String line : lines) {
      Matcher key = TOML_KEY.matcher(line.strip());
      if (!open.isEmpty()) {
        open = line.contains(open) ? "" : open;
      } else if (key.matches()) {
        String value = key.group(2);
        open = closingMark(value);
        if (!inTable && open.isEmpty()) {
          keys.put(unquoted(key.group(1)), unquoted(value.replaceFirst("(?<=[\"'])\\s*#.*$", "")));
        }
      } else if (TOML_TABLE.matcher(line.strip()).matches()) {
        inTable = true;
      } else if (!isAside(line.strip())) {
        return Map.of();
      }
    }
    return keys;
  }

  private static String closingMark(String value) {
    for (String quotes : new String[] {"\"\"\"", "'''"}) {
      if (value.startsWith(quotes) && value.indexOf(quotes, 3) < 0) {
        return quotes;
      }
    }
    return value.startsWith("[") && !value.contains("]") ? "]" : "";
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() > 1
            && (value.startsWith("\"") || value.startsWith("'"))
            && value.endsWith(value.substring(0, 1));
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
