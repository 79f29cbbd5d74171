package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.DocumentBuilder;
import dev.whetstone.corpus.ListLabels;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// AsciiDoc into blocks. The reader goes over the lines once, without recursion save for cells that
/// hold blocks: example, sidebar, quote and open blocks only lose their delimiters, and a heading
/// in a quotation opens no section. [AsciiDocPreprocessor] has taken out conditions and includes.
public final class AsciiDocReader {
  private static final Pattern HEADING =
      Pattern.compile("(={1,6}|#{1,6})[ \\t]+(\\S.*?)(?:[ \\t]+\\1)?");
  private static final Pattern ATTRIBUTE = Pattern.compile(":(!?[\\w][\\w-]*!?):(?:[ \\t]+(.*))?");
  private static final Pattern FENCE =
      Pattern.compile("-{4,}|\\.{4,}|`{3,}[\\w-]*|~~~[\\w-]*|\\+{4,}|/{4,}");
  private static final Pattern FRAME = Pattern.compile("={4,}|\\*{4,}|_{4,}|--");
  private static final Pattern TABLE = Pattern.compile("([|!,:])={3,}");
  private static final Pattern ATTRIBUTES =
      Pattern.compile("\\[(?:[\\w\\p{L}.#%,\"'].*)?\\]|\\[\\[.*\\]\\]");
  private static final Pattern TITLE = Pattern.compile("\\.([^\\s.].*)");
  private static final Pattern ITEM =
      Pattern.compile(
          "[ \\t]*(-|\\*{1,6}|•|\\.{1,6}|\\d{1,4}\\.|[a-zA-Z]\\.|[ivxIVX]{1,6}\\)|<(?:\\d{1,3}|\\.)>)["
              + " \\t]+(\\S.*)");
  private static final Pattern TERM = Pattern.compile("[ \\t]*(\\S.*?)(:{2,4}|;;)(?:[ \\t]+(.*))?");
  private static final Pattern ATTRIBUTION =
      Pattern.compile("\\[(?:quote|verse)[^,\\]]*,([^\\]]*)\\]");
  private static final Pattern CHECK = Pattern.compile("\\[[ xX*]\\][ \\t]+(.*)");
  private static final Pattern ADMONITION =
      Pattern.compile("(NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \\t]+(.*)");
  private static final Pattern BLOCK_MACRO =
      Pattern.compile("(image|video|audio|toc)::(\\S*?)\\[(.*)\\]");
  private static final Pattern RULE = Pattern.compile("'{3,}|<{3,}|-{3}|\\*{3}|- - -|\\* \\* \\*");
  private static final Pattern AUTHOR = Pattern.compile("\\w[^<>]{0,200}<[^\\s>]+@[^\\s>]+>.*");
  private static final Pattern REVISION =
      Pattern.compile("v?\\d+(\\.\\d+)*,\\s.*|v\\d+(\\.\\d+)*.*");
  private static final String UNDERLINES = "=-~^+";
  private static final int DEEPEST_CELL = 2;
  private static final int SHORTEST_ALT = 4; // words

  private final DocumentBuilder into;
  private final Map<String, String> attributes;
  private final Map<String, String> titles;
  private final int nesting;
  private final List<String> lines;
  private int at;

  /// A block that is open.
  ///
  /// @param markers of the list that goes on behind it
  private record OpenBlock(String delimiter, String attribution, List<String> markers) {}

  private final Deque<OpenBlock> openBlocks = new ArrayDeque<>();
  private final Deque<String> markers = new ArrayDeque<>(); // of the open lists, outermost first
  private String above = ""; // block attributes waiting for their block
  private String prefix = ""; // a label or term waiting for its text
  private boolean hasContent;

  private AsciiDocReader(
      List<String> lines,
      DocumentBuilder into,
      Map<String, String> attributes,
      Map<String, String> titles,
      int nesting) {
    this.lines = lines;
    this.into = into;
    this.attributes = attributes;
    this.titles = titles;
    this.nesting = nesting;
  }

  public static void read(String text, DocumentBuilder into) {
    var titles = new HashMap<String, String>();
    var data = new EncodedData();
    List<String> lines = AsciiDocPreprocessor.of(data.cut(text), into);
    var reader = new AsciiDocReader(lines, into, new HashMap<>(), titles, 0);
    reader.collectTitles();
    reader.readAll();
    data.noteOmissions(into);
  }

  /// An image's description; empty where it is shorter than a phrase and thus only a name.
  static String imageDescription(String alt) {
    return alt.strip().split("\\s+", SHORTEST_ALT + 1).length >= SHORTEST_ALT ? alt.strip() : "";
  }

  private void collectTitles() {
    String anchor = null;
    for (String line : lines) {
      if (line.startsWith("[[") && line.endsWith("]]")) {
        anchor = line.substring(2, line.length() - 2).replaceFirst(",.*", "");
      } else if (line.startsWith("[#") && line.endsWith("]")) {
        anchor = line.substring(2, line.length() - 1).replaceFirst("[,.%].*", "");
      } else if (!line.isBlank()) {
        Matcher heading = line.startsWith("=") ? HEADING.matcher(line) : null;
        if (heading != null && heading.matches()) {
          String title = AsciiDocInline.plain(heading.group(2), Map.of(), Map.of());
          String derived = title.toLowerCase(Locale.ROOT).replaceAll("[^\\w]+", "_");
          titles.put("_" + derived.replaceAll("_$", ""), title);
          if (anchor != null) {
            titles.put(anchor, title);
          }
        }
        anchor = null;
      }
    }
  }

  private void readAll() {
    while (at < lines.size()) {
      String line = lines.get(at);
      if (line.isBlank()) {
        at++;
      } else if (line.startsWith("//") && !FENCE.matcher(line).matches()) {
        at++;
      } else if (!directive(line) && !structure(line) && !list(line)) {
        paragraph();
      }
    }
    flushPrefix();
  }

  /// Attributes, block attributes, block titles, macros of their own line.
  private boolean directive(String line) {
    Matcher attribute = ATTRIBUTE.matcher(line);
    if (attribute.matches()) {
      attribute(attribute);
      return true;
    }
    if (ATTRIBUTES.matcher(line).matches()) {
      above = above + line;
      at++;
      return true;
    }
    Matcher macro = BLOCK_MACRO.matcher(line);
    if (macro.matches()) {
      if (macro.group(1).equals("image")) {
        into.paragraph(imageDescription(macro.group(3).replaceFirst(",.*", "").replace("\"", "")));
      }
      at++;
      return true;
    }
    Matcher title = TITLE.matcher(line);
    if (title.matches() && !FENCE.matcher(line).matches()) {
      flushPrefix();
      into.paragraph(plain(title.group(1)));
      at++;
      return true;
    }
    if (RULE.matcher(line).matches() || line.equals("+")) {
      at++;
      return true;
    }
    return false;
  }

  private void attribute(Matcher attribute) {
    String name = attribute.group(1).toLowerCase(Locale.ROOT);
    var value = new StringBuilder(attribute.group(2) == null ? "" : attribute.group(2));
    at++;
    while (value.toString().endsWith(" \\") && at < lines.size()) {
      value.setLength(value.length() - 1);
      value.append(lines.get(at++).strip());
    }
    if (name.startsWith("!") || name.endsWith("!")) {
      attributes.remove(name.replace("!", ""));
    } else {
      attributes.put(name, value.toString());
    }
  }

  /// Headings, delimited blocks, tables.
  private boolean structure(String line) {
    Matcher heading = HEADING.matcher(line);
    if (heading.matches()) {
      at++;
      heading(heading.group(1).length(), heading.group(2));
      return true;
    }
    if (isUnderlined()) {
      at += 2;
      heading(UNDERLINES.indexOf(lines.get(at - 1).charAt(0)) + 1, line);
      return true;
    }
    Matcher table = TABLE.matcher(line);
    if (table.matches()) {
      table(line, table.group(1).charAt(0));
      return true;
    }
    if (FENCE.matcher(line).matches()) {
      fenced(line);
      return true;
    }
    if (FRAME.matcher(line).matches()) {
      frame(line);
      return true;
    }
    return false;
  }

  /// Where a block begins or ends. A list goes on behind a block that is attached to its item.
  private void frame(String delimiter) {
    boolean attached = at > 0 && lines.get(at - 1).equals("+");
    at++;
    if (openBlocks.isEmpty() || !openBlocks.getLast().delimiter().equals(delimiter)) {
      List<String> list = attached ? List.copyOf(markers) : List.of();
      openBlocks.addLast(new OpenBlock(delimiter, attribution(), list));
      label();
      markers.clear();
      return;
    }
    flushPrefix();
    OpenBlock closed = openBlocks.removeLast();
    into.paragraph(closed.attribution());
    markers.clear();
    markers.addAll(closed.markers());
  }

  /// `[quote,Author,Work]` above a quotation, as the line below it.
  private String attribution() {
    Matcher quote = ATTRIBUTION.matcher(above);
    return quote.lookingAt() ? "— " + plain(quote.group(1).replaceAll("[\"']", "").strip()) : "";
  }

  private boolean isQuoted() {
    return openBlocks.stream().anyMatch(frame -> frame.delimiter().startsWith("_"));
  }

  private void heading(int level, String title) {
    flushPrefix();
    markers.clear();
    String text = plain(title);
    if (!hasContent && level == 1 && nesting == 0) {
      into.title(text);
      header();
    }
    hasContent = true;
    if (above.contains("discrete") || above.contains("float") || isQuoted()) {
      into.paragraph(text);
    } else {
      into.heading(level, text);
    }
    above = "";
  }

  /// Author and revision, right below the document's title.
  private void header() {
    if (at < lines.size() && AUTHOR.matcher(lines.get(at)).matches()) {
      at++;
      if (at < lines.size() && REVISION.matcher(lines.get(at)).matches()) {
        at++;
      }
    }
  }

  /// A title of two lines, the second as long as the first, give or take one.
  private boolean isUnderlined() {
    if (at + 1 >= lines.size()) {
      return false;
    }
    String title = lines.get(at);
    String line = lines.get(at + 1);
    return line.length() > 1
        && UNDERLINES.indexOf(line.charAt(0)) >= 0
        && Math.abs(line.length() - title.length()) <= 1
        && title.chars().anyMatch(Character::isLetterOrDigit)
        && line.chars().allMatch(c -> c == line.charAt(0));
  }

  private void table(String delimiter, char separator) {
    flushPrefix();
    int end = ++at;
    while (end < lines.size() && !lines.get(end).equals(delimiter)) {
      end++;
    }
    char cells = above.contains("format=\"csv\"") || above.contains("format=csv") ? ',' : separator;
    AsciiDocTable.read(lines.subList(at, end), above, cells, this::cell, into);
    at = Math.min(lines.size(), end + 1);
    above = "";
  }

  private String cell(String source, boolean blocks) {
    if (!blocks || nesting == DEEPEST_CELL) {
      return plain(source);
    }
    var inner = new DocumentBuilder("cell", "asciidoc");
    List<String> lines = source.lines().map(String::stripTrailing).toList();
    new AsciiDocReader(lines, inner, attributes, titles, nesting + 1).readAll();
    return inner.build().text();
  }

  private void fenced(String line) {
    boolean fence = line.startsWith("`") || line.startsWith("~");
    String closing = fence ? line.replaceAll("[\\w-]", "") : line;
    if (line.startsWith("~")) {
      closing = "~~~";
    }
    int end = ++at;
    while (end < lines.size() && !lines.get(end).equals(closing)) {
      end++;
    }
    String body = String.join("\n", lines.subList(at, end));
    at = Math.min(lines.size(), end + 1);
    switch (line.charAt(0)) {
      case '/' -> {
        // a comment
      }
      case '+' -> {
        flushPrefix();
        HtmlReader.readFragment(body, into);
      }
      default -> {
        flushPrefix();
        into.code(body);
      }
    }
    above = "";
  }

  private boolean list(String line) {
    Matcher item = ITEM.matcher(line);
    if (item.matches()) {
      flushPrefix();
      String marker = item.group(1).replaceAll("\\d+\\.", "1.").replaceAll("[a-zA-Z]\\.", "a.");
      marker = marker.replaceAll("[ivxIVX]+\\)", "i)").replaceAll("<.*>", "<1>");
      Matcher check = CHECK.matcher(item.group(2));
      at++;
      item(marker, check.matches() ? check.group(1) : item.group(2));
      return true;
    }
    Matcher term = TERM.matcher(line);
    if (term.matches() && !line.contains("::[")) {
      int depth = depth(term.group(2));
      flushPrefix();
      at++;
      prefix = ListLabels.asPrefix(plain(term.group(1)));
      String rest = term.group(3) == null ? "" : term.group(3);
      if (rest.isBlank()) {
        while (at < lines.size() && lines.get(at).isBlank()) {
          at++;
        }
        boolean text =
            at < lines.size()
                && !ends(lines.get(at))
                && !ITEM.matcher(lines.get(at)).matches()
                && !TERM.matcher(lines.get(at)).matches();
        if (!text) {
          return true;
        }
      }
      into.item(depth, takePrefix() + plain(continuation(rest)));
      return true;
    }
    return false;
  }

  private void item(String marker, String first) {
    into.item(depth(marker), plain(continuation(first)));
    above = "";
  }

  /// How deep a list with this marker is: one that is open already closes those within it.
  private int depth(String marker) {
    if (markers.contains(marker)) {
      while (!markers.getLast().equals(marker)) {
        markers.removeLast();
      }
    } else {
      markers.addLast(marker);
    }
    return markers.size();
  }

  /// The lines up to an empty one, another item, or the start of a block.
  private String continuation(String first) {
    var text = new StringBuilder(first);
    while (at < lines.size()
        && !ends(lines.get(at))
        && !ITEM.matcher(lines.get(at)).matches()
        && !TERM.matcher(lines.get(at)).matches()) {
      append(text, lines.get(at++));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String line) {
    if (!line.startsWith("//")) {
      text.append('\n').append(line.strip());
    }
  }

  private static boolean ends(String line) {
    return line.isBlank()
        || line.equals("+")
        || FENCE.matcher(line).matches()
        || FRAME.matcher(line).matches()
        || TABLE.matcher(line).matches()
        || (line.startsWith("[") && ATTRIBUTES.matcher(line).matches());
  }

  private void paragraph() {
    String first = lines.get(at);
    boolean attached = at > 0 && lines.get(at - 1).equals("+");
    if (!attached) {
      markers.clear();
    }
    boolean verbatim =
        above.matches("\\[(source|listing|literal)\\b.*") || (first.startsWith(" ") && !attached);
    if (verbatim) {
      int end = at;
      while (end < lines.size() && !lines.get(end).isBlank()) {
        end++;
      }
      flushPrefix();
      into.code(String.join("\n", lines.subList(at, end)).stripIndent());
      at = end;
      above = "";
      return;
    }
    String attribution = attribution();
    label();
    Matcher admonition = ADMONITION.matcher(first);
    at++;
    var text = new StringBuilder(first);
    if (admonition.matches()) {
      prefix = prefix + capitalised(admonition.group(1)) + ": ";
      text = new StringBuilder(admonition.group(2));
    }
    while (at < lines.size() && !ends(lines.get(at))) {
      append(text, lines.get(at++));
    }
    into.paragraph(takePrefix() + plain(text.toString()));
    into.paragraph(attribution);
    hasContent = true;
  }

  /// `[NOTE]` above a block becomes the prefix of its text.
  private void label() {
    Matcher label = Pattern.compile("\\[(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\\b.*").matcher(above);
    if (label.matches()) {
      flushPrefix();
      prefix = capitalised(label.group(1)) + ": ";
    }
    above = "";
  }

  private void flushPrefix() {
    if (!prefix.isBlank()) {
      into.paragraph(takePrefix());
    }
  }

  private String takePrefix() {
    String text = prefix;
    prefix = "";
    return text;
  }

  private String plain(String source) {
    return AsciiDocInline.plain(source, attributes, titles);
  }

  private static String capitalised(String word) {
    return word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
  }
}
