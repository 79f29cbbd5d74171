package dev.whetstone.answer;

import dev.whetstone.core.Passage;
import dev.whetstone.text.Analyzers;
import dev.whetstone.text.Scripts;
import dev.whetstone.text.Sentences;
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

  private static final Pattern DECLARATION =
      Pattern.compile("^(?:import|package|public|private|return)\\b.*;$");

  private static final String WORD =
      "(?:[\\p{L}\\p{N}$€%'’,:-]+(?:\\(s\\))?|\\([\\p{L}\\p{N}\\s,]+\\))";

  /// Words alone, also with a bracket after them: an item of a list that ends with a semicolon.
  private static final Pattern WORDS = Pattern.compile(WORD + "(?:\\s+" + WORD + ")+\\s*[;.]?");

  /// What is code also beside sentences, where an item may end with a semicolon or a bracket, too.
  private static final Pattern CLEARLY_CODE =
      Pattern.compile(
          "^[<{}]|^(?:from\\(|//)|^\\.\\w+\\(|^[\\w.]+\\.\\w+\\(.*\\)[.;{]?$|[{}]$|/>$");

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
  private static final int FRAGMENT = 5; // words; less is no sentence
  private static final int LONGEST_ITEM = 200; // characters
  private static final int LONGEST = 600; // characters; longer ones are cut where a word ends

  private Excerpts() {}

  static List<String> of(Passage passage) {
    return of(passage.text(), Analyzers.language(passage));
  }

  /// @param language of the text, ISO 639-1
  static List<String> of(String text, String language) {
    var excerpts = new ArrayList<String>();
    String intro = "";
    for (String block : BREAK.splitAsStream(text).toList()) {
      List<String> lines = block.lines().filter(line -> !line.isBlank()).toList();
      if (lines.isEmpty()) {
        continue;
      }
      int rows = (int) lines.stream().filter(Excerpts::isRow).count();
      boolean table = rows * 2 > lines.size();
      if (table || isCode(lines)) {
        int rowsFrom = 0;
        while (table && standsBeforeRows(lines.get(rowsFrom))) {
          intro = prose(lines.get(rowsFrom).strip(), language, intro, false, excerpts);
          rowsFrom++;
        }
        alone(intro, excerpts);
        intro = "";
        if (table) {
          table(lines.subList(rowsFrom, lines.size()), excerpts);
        }
      } else {
        intro = mixed(lines, language, intro, excerpts);
      }
    }
    alone(intro, excerpts);
    return excerpts;
  }

  /// Adds sentences and items, and code that stands between them, its lines together.
  ///
  /// @return what introduces the next block
  private static String mixed(
      List<String> lines, String language, String before, List<String> excerpts) {
    String intro = before;
    boolean within = false; // code
    for (String line : lines) {
      String item = BULLET.matcher(line.strip()).replaceFirst("");
      boolean code = !intro.isEmpty() && CLEARLY_CODE.matcher(line.strip()).find();
      if (code && within) {
        excerpts.add(cut(excerpts.removeLast() + " " + item));
        continue;
      }
      int count = excerpts.size();
      intro = prose(item, language, within ? "" : intro, lines.size() > 1, excerpts);
      within = code && excerpts.size() == count + 1;
    }
    return lines.size() > 1 && !lines.getLast().strip().endsWith(":") ? "" : intro;
  }

  /// Adds what introduces code or a table, which is not quoted with it: it mostly says what that
  /// does.
  private static void alone(String intro, List<String> excerpts) {
    if (words(intro) >= FRAGMENT && excerpts.stream().noneMatch(e -> e.startsWith(intro))) {
      excerpts.add(cut(intro));
    }
  }

  /// Adds the line's sentences; what ends with a colon introduces the items after it.
  private static String prose(
      String line, String language, String intro, boolean item, List<String> excerpts) {
    String introduced = intro;
    for (String sentence : Sentences.of(line, language)) {
      boolean opens = sentence.endsWith(":") || sentence.endsWith("：");
      if (opens) {
        introduced = sentence;
        continue;
      }
      boolean fragment = words(sentence) < FRAGMENT;
      if (fragment && (introduced.isEmpty() || !item)) {
        continue;
      }
      boolean joined = item && !introduced.isEmpty() && words(sentence) < 14;
      excerpts.add(cut(joined ? introduced + " " + sentence : sentence));
    }
    return introduced;
  }

  private static boolean isRow(String line) {
    return line.contains(" | ") || line.strip().startsWith("| ");
  }

  /// A header may have one cell alone.
  private static boolean standsBeforeRows(String line) {
    return !isRow(line) && (isSentence(line) || line.strip().endsWith(":"));
  }

  private static boolean isCode(List<String> lines) {
    long code = lines.stream().map(String::strip).filter(Excerpts::isCode).count();
    return code * 2 >= lines.size() && code > 0 && lines.stream().noneMatch(Excerpts::isSentence);
  }

  private static boolean isCode(String line) {
    boolean words = line.length() <= LONGEST_ITEM && WORDS.matcher(line).matches();
    return CODE.matcher(line).find() && (!words || DECLARATION.matcher(line).find());
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

  /// `name: description (default x, type y)`; where no cell is a description, `name: column value,
  /// column value`.
  static String row(List<String> header, List<String> cells) {
    if (cells.size() < 2) {
      return String.join("", cells);
    }
    int main = main(header, cells);
    boolean describes = TELLING.contains(column(header, main));
    if (header.size() > 2 && !describes && words(cells.get(main)) < FRAGMENT) {
      return values(header, cells);
    }
    var rest = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      if (i == main || (i == 0 && main != 0) || cells.get(i).isBlank()) {
        continue;
      }
      String column = column(header, i);
      rest.append(rest.isEmpty() ? "" : ", ")
          .append(column.isEmpty() ? "" : column + " ")
          .append(cells.get(i));
    }
    String name = main == 0 || cells.getFirst().isBlank() ? "" : cells.getFirst() + ": ";
    String end = rest.isEmpty() ? "" : " (" + rest + ")";
    return (name + cells.get(main) + end).strip();
  }

  private static String column(List<String> header, int number) {
    return number < header.size() ? header.get(number).toLowerCase(Locale.ROOT) : "";
  }

  private static String values(List<String> header, List<String> cells) {
    var values = new ArrayList<String>();
    for (int i = 1; i < cells.size(); i++) {
      if (!cells.get(i).isBlank()) {
        values.add((column(header, i) + " " + cells.get(i)).strip());
      }
    }
    String name = cells.getFirst().isBlank() ? "" : cells.getFirst() + ": ";
    return name + String.join(", ", values);
  }

  private static int main(List<String> header, List<String> cells) {
    int main = cells.size() > 1 ? 1 : 0;
    for (int i = 0; i < cells.size(); i++) {
      if (TELLING.contains(column(header, i)) && !cells.get(i).isBlank()) {
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
      if (Scripts.isHanOrKana(c)) {
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
