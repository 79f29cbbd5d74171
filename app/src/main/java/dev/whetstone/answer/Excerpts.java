package dev.whetstone.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Takes a passage apart into what can stand alone in an answer. The passage's text is what the
/// splitter makes: blocks apart by an empty line, rows and items by a newline, cells by ` | `, and
/// a table's first line its header.
final class Excerpts {
  private static final Pattern BREAK = Pattern.compile("\n[ \t]*\n");
  private static final Pattern CELLS = Pattern.compile(" ?\\|(?: |$)");
  private static final Pattern BULLET = Pattern.compile("^(?:[-*•·]|\\(?\\d{1,2}[.)])\\s+");
  private static final Pattern CODE =
      Pattern.compile(
          "^[<@{}#$]|^(?:import|package|public|private|return|from\\(|//)|[;{}]\\s*$|/>\\s*$|^\\S+\\s*=\\s*\\S+$|^\\.\\w+\\(|\\w\\(.*\\)\\s*[.;{]?\\s*$");
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "e.g", "i.e", "etc", "vs", "cf", "no", "fig", "sec", "dr", "mr", "mrs", "ms", "st", "inc",
          "ltd", "co", "u.s", "approx", "resp", "al", "art", "par", "vol", "pp", "ca");
  private static final Set<String> TELLING =
      Set.of(
          "description",
          "meaning",
          "details",
          "purpose",
          "explanation",
          "definition",
          "说明",
          "描述",
          "含义",
          "内容");
  private static final int LONGEST = 600; // characters; longer ones are cut where a word ends

  private Excerpts() {}

  static List<String> of(String passage) {
    var excerpts = new ArrayList<String>();
    String intro = "";
    for (String block : BREAK.splitAsStream(passage).toList()) {
      List<String> lines = block.lines().filter(line -> !line.isBlank()).toList();
      if (lines.isEmpty()) {
        continue;
      }
      if (lines.stream().filter(line -> line.contains(" | ")).count() * 2 > lines.size()) {
        table(lines, excerpts);
        intro = "";
      } else if (isCode(lines)) {
        intro = "";
      } else {
        for (String line : lines) {
          String text = BULLET.matcher(line.strip()).replaceFirst("");
          intro = prose(text, intro, lines.size() > 1, excerpts);
        }
        intro = lines.size() > 1 && !lines.getLast().strip().endsWith(":") ? "" : intro;
      }
    }
    return excerpts;
  }

  /// Adds the line's sentences; what ends with a colon introduces the items after it.
  private static String prose(String line, String intro, boolean item, List<String> excerpts) {
    String introduced = intro;
    for (String sentence : sentences(line)) {
      boolean opens = sentence.endsWith(":") || sentence.endsWith("：");
      if (opens) {
        introduced = sentence;
        continue;
      }
      boolean fragment = words(sentence) < 5;
      if (fragment && (introduced.isEmpty() || !item)) {
        continue;
      }
      boolean joined = item && !introduced.isEmpty() && words(sentence) < 14;
      excerpts.add(cut(joined ? introduced + " " + sentence : sentence));
    }
    return introduced;
  }

  /// Splits at `.`, `!`, `?` before a space and at `。！？；`, not after an abbreviation or a single
  /// letter, and not before a lower-case letter.
  static List<String> sentences(String line) {
    var sentences = new ArrayList<String>();
    int from = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean wide = "。！？；".indexOf(c) >= 0;
      boolean ends = wide || (".!?".indexOf(c) >= 0 && endsAt(line, from, i));
      if (!ends) {
        continue;
      }
      int to = i + 1;
      while (to < line.length() && "\"'”’）)』」".indexOf(line.charAt(to)) >= 0) {
        to++;
      }
      add(line.substring(from, to), sentences);
      from = to;
      i = to - 1;
    }
    add(line.substring(from), sentences);
    return sentences;
  }

  private static boolean endsAt(String line, int from, int dot) {
    int next = dot + 1;
    while (next < line.length() && "\"'”’)".indexOf(line.charAt(next)) >= 0) {
      next++;
    }
    if (next < line.length() && !Character.isWhitespace(line.charAt(next))) {
      return false;
    }
    while (next < line.length() && Character.isWhitespace(line.charAt(next))) {
      next++;
    }
    if (next < line.length() && Character.isLowerCase(line.charAt(next))) {
      return false;
    }
    if (line.charAt(dot) != '.') {
      return true;
    }
    String before = line.substring(from, dot);
    String last = before.substring(before.lastIndexOf(' ') + 1).toLowerCase(Locale.ROOT);
    last = last.replaceFirst("^[(\\[\"']+", "");
    return !ABBREVIATIONS.contains(last)
        && !(last.length() == 1 && Character.isLetter(last.charAt(0)));
  }

  private static void add(String sentence, List<String> sentences) {
    String stripped = sentence.strip();
    if (!stripped.isEmpty()) {
      sentences.add(stripped);
    }
  }

  private static boolean isCode(List<String> lines) {
    long code = lines.stream().filter(line -> CODE.matcher(line.strip()).find()).count();
    return code * 2 >= lines.size() && code > 0 && lines.stream().noneMatch(Excerpts::isSentence);
  }

  private static boolean isSentence(String line) {
    return words(line) >= 6 && (line.strip().endsWith(".") || line.indexOf('。') >= 0);
  }

  /// The first line is taken as the header: a table's part begins with its header row.
  private static void table(List<String> lines, List<String> excerpts) {
    List<String> header = cells(lines.getFirst());
    boolean headed = lines.size() > 1 && header.stream().allMatch(cell -> words(cell) <= 5);
    for (String line : headed ? lines.subList(1, lines.size()) : lines) {
      String text = row(headed ? header : List.of(), cells(line));
      if (words(text) >= 4) {
        excerpts.add(cut(text));
      }
    }
  }

  /// `name: description (default x, type y)`.
  static String row(List<String> header, List<String> cells) {
    if (cells.size() < 2) {
      return String.join("", cells);
    }
    int main = main(header, cells);
    var rest = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      if (i == main || (i == 0 && main != 0) || cells.get(i).isBlank()) {
        continue;
      }
      String column = i < header.size() ? header.get(i).toLowerCase(Locale.ROOT) : "";
      rest.append(rest.isEmpty() ? "" : ", ")
          .append(column.isEmpty() ? "" : column + " ")
          .append(cells.get(i));
    }
    String name = main == 0 || cells.getFirst().isBlank() ? "" : cells.getFirst() + ": ";
    String end = rest.isEmpty() ? "" : " (" + rest + ")";
    return (name + cells.get(main) + end).strip();
  }

  private static int main(List<String> header, List<String> cells) {
    int main = cells.size() > 1 ? 1 : 0;
    for (int i = 0; i < cells.size(); i++) {
      if (i < header.size()
          && TELLING.contains(header.get(i).toLowerCase(Locale.ROOT))
          && !cells.get(i).isBlank()) {
        return i;
      }
      if (i > 0 && cells.get(i).length() > cells.get(main).length()) {
        main = i;
      }
    }
    return main;
  }

  private static List<String> cells(String line) {
    return CELLS.splitAsStream(line).map(String::strip).toList();
  }

  /// Words, a Chinese character counted as half of one.
  private static int words(String text) {
    int words = 0;
    int han = 0;
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Terms.isHan(c)) {
        han++;
        inside = false;
      } else if (Character.isLetterOrDigit(c)) {
        words += inside ? 0 : 1;
        inside = true;
      } else if (Character.isWhitespace(c)) {
        inside = false;
      }
    }
    return words + han / 2;
  }

  private static String cut(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    int space = text.lastIndexOf(' ', LONGEST);
    int end = space > LONGEST / 2 ? space : LONGEST;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + " …";
  }
}
