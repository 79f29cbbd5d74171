package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.DocumentBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads plain text. Empty lines separate paragraphs, bullets make list items, and a line that
/// stands alone is a heading when it is underlined, numbered (`2.1 Scope`), all in capitals, or
/// opens a chapter. Lines are joined to paragraphs, except those of logs, timetables and tables.
public final class PlainTextReader {
  private static final int LONGEST_HEADING = 80;
  private static final int WIDEST_WRAPPED = 120;

  private static final Pattern BULLET =
      Pattern.compile("(\\s*)(?:[-*+•·●○▪]|\\(?(\\d{1,3})[.)]|\\(?[a-z]\\))\\s+(\\S.*)");
  private static final Pattern NUMBERED =
      Pattern.compile(
          "(\\d{1,2}(?:\\.\\d{1,2}){0,5})\\.?\\s+\\p{Lu}.*|(\\d{1,2}(?:\\.\\d{1,2}){1,5})\\.?\\s*\\p{IsHan}.*");
  private static final Pattern CHAPTER =
      Pattern.compile("(?i:(?:chapter|part|appendix|annex)\\s+[0-9IVXA-Z]{1,5}\\b).*");
  private static final Pattern CHINESE_CHAPTER =
      Pattern.compile("第[零〇一二三四五六七八九十百千0-9]{1,6}(?:(编|篇|部分)|(章)|(节))(?:[\\s\u3000：:].*|$)");
  private static final Pattern CHINESE_NUMBER = Pattern.compile("[一二三四五六七八九十]{1,3}、.{1,40}");

  /// A line that opens with a date or a time, as those of logs and timetables do, or is one of a
  /// table drawn with characters.
  private static final Pattern RECORD =
      Pattern.compile(
          "[\\[(<]?(?:\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}|\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{2,4}"
              + "|\\d{1,2}:\\d{2}|\\p{Lu}\\p{Ll}{2} {1,2}\\d{1,2} \\d{2}:\\d{2})(?!\\d).*"
              + "|\\|.*\\|\\s*|\\+[-=+]{3,}\\+\\s*");

  private static final Pattern UNDERLINE = Pattern.compile("={3,}|-{3,}|~{3,}|\\*{3,}");
  private static final String SENTENCE_END = "。！？；：.!?;:,，、";

  private final DocumentBuilder into;
  private final Set<Integer> counts = new HashSet<>(); // numbers that open lines

  private PlainTextReader(DocumentBuilder into) {
    this.into = into;
  }

  public static void read(String text, DocumentBuilder into) {
    var data = new EncodedData();
    new PlainTextReader(into).readAll(data.cut(text).lines().toList());
    data.noteOmissions(into);
  }

  private void readAll(List<String> lines) {
    for (String line : lines) {
      Matcher bullet = BULLET.matcher(line);
      if (line.length() <= 10 * WIDEST_WRAPPED && bullet.matches() && bullet.group(2) != null) {
        counts.add(Integer.parseInt(bullet.group(2)));
      }
    }
    var run = new ArrayList<String>();
    for (String line : lines) {
      if (line.isBlank()) {
        run(run);
        run.clear();
      } else {
        run.add(line);
      }
    }
    run(run);
  }

  /// A number counts items when its neighbour does, too. One alone (`12. May`) is part of the text.
  private boolean isItem(Matcher bullet) {
    if (!bullet.matches()) {
      return false;
    }
    String number = bullet.group(2);
    return number == null
        || counts.contains(Integer.parseInt(number) - 1)
        || counts.contains(Integer.parseInt(number) + 1);
  }

  /// Lines without an empty one between them.
  private void run(List<String> lines) {
    int next = 0;
    if (lines.size() >= 2 && UNDERLINE.matcher(lines.get(1).strip()).matches()) {
      if (lines.getFirst().strip().length() <= LONGEST_HEADING) {
        into.heading(lines.get(1).strip().startsWith("=") ? 1 : 2, lines.getFirst());
        next = 2;
      }
    } else if (!lines.isEmpty()) {
      int level = level(lines.getFirst().strip(), lines.size() == 1);
      if (level > 0) {
        into.heading(level, lines.getFirst());
        next = 1;
      }
    }
    boolean records = lines.stream().filter(l -> RECORD.matcher(l).matches()).count() > 1;
    int widest = lines.stream().mapToInt(String::length).max().orElse(0);
    var paragraph = new StringBuilder();
    int depth = 0; // of the item being read; 0 for a paragraph
    for (String line : lines.subList(next, lines.size())) {
      Matcher bullet = BULLET.matcher(line);
      boolean item = line.length() <= 10 * WIDEST_WRAPPED && isItem(bullet);
      boolean record = records && RECORD.matcher(line).matches();
      if (item || record || (!paragraph.isEmpty() && ends(paragraph, widest))) {
        add(paragraph, depth);
        depth = item ? 1 + Math.min(4, bullet.group(1).length() / 2) : 0;
      }
      paragraph.append(paragraph.isEmpty() ? "" : "\n").append(item ? bullet.group(3) : line);
    }
    add(paragraph, depth);
  }

  private void add(StringBuilder paragraph, int depth) {
    if (UNDERLINE.matcher(paragraph.toString().strip()).matches()) {
      paragraph.setLength(0); // a rule
    }
    if (depth > 0) {
      into.item(depth, paragraph.toString());
    } else {
      into.paragraph(paragraph.toString());
    }
    paragraph.setLength(0);
  }

  /// Whether a paragraph ends with this line: always where lines are not wrapped, and after a full
  /// stop in Chinese.
  private static boolean ends(StringBuilder paragraph, int widest) {
    char last = paragraph.charAt(paragraph.length() - 1);
    return widest > WIDEST_WRAPPED || "。！？：；".indexOf(last) >= 0;
  }

  /// The heading's level from 1; 0 for a line that is no heading.
  ///
  /// @param alone whether empty lines surround it
  private static int level(String line, boolean alone) {
    if (line.length() > LONGEST_HEADING
        || SENTENCE_END.indexOf(line.charAt(line.length() - 1)) >= 0) {
      return 0;
    }
    Matcher chinese = CHINESE_CHAPTER.matcher(line);
    if (chinese.matches()) {
      return chinese.group(1) != null ? 1 : chinese.group(2) != null ? 2 : 3;
    }
    if (!alone) {
      return 0;
    }
    Matcher numbered = NUMBERED.matcher(line);
    if (numbered.matches()) {
      String number = numbered.group(1) == null ? numbered.group(2) : numbered.group(1);
      return number.split("\\.", -1).length;
    }
    if (CHAPTER.matcher(line).matches()) {
      return 1;
    }
    if (CHINESE_NUMBER.matcher(line).matches()) {
      return 2;
    }
    long letters = line.chars().filter(Character::isUpperCase).count();
    return letters >= 3 && line.equals(line.toUpperCase(Locale.ROOT)) ? 1 : 0;
  }
}
