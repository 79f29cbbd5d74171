package dev.whetstone.corpus.pdf;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Removes tables of contents, and the heading above them.
///
/// **The problem.** An entry is a title, dots and a page number; so are a line of a price list and
/// of a list of telephone extensions, and a form's line to be filled in ends with dots as well.
///
/// **The method.** An entry repeats a line of the file: its title, with whatever number it has,
/// begins a line further on. Lines that may be entries (dots at the end with or without a number,
/// or under a heading `Contents` a number at the end) make a run when no more than
/// [#LINES_OF_ENTRY] others, the first lines of long entries, stand between them. A run is a table
/// of contents if most of its entries are such repetitions and their numbers never descend. Then
/// its entries are removed, and the lines between them; entries that no later line repeats stay, as
/// do all other runs.
///
/// **Invariant.** All that is removed stands in the file a second time, except page numbers, dots
/// and the heading.
///
/// **An example.** `1. Backups ..... 2`, `2. Doors ..... 3` are removed where `1. Backups` and `2.
/// Doors` are lines of later pages. `Harbour office ..... 4417`, `Lock keeper ..... 2203` stay:
/// nothing repeats them.
final class PdfTableOfContents {
  private static final Pattern LEADER =
      Pattern.compile("(.*?)(?:(?:[.·…_]\\s?){4,}|…{2,})\\s*(\\d{1,4}|[ivxlc]{1,6})?\\s*");
  private static final Pattern NUMBER_AT_END = Pattern.compile("(\\S.*)\\s(\\d{1,3})");
  private static final Pattern HEADING =
      Pattern.compile("(?i)(?:table of )?contents|目\\s*录|list of (?:tables|figures)(?: and .*)?");
  private static final int LINES_OF_ENTRY = 2;
  private static final int FURTHER = 20; // pages: files are parts of longer ones
  private static final int LONG = 12; // letters: enough for the beginning of a line to tell it
  private static final int LONGEST = 400; // characters of an entry
  private static final int SHORTEST = 3; // letters of a title
  private static final double MOST = 0.6;

  /// A line that may be an entry.
  ///
  /// @param number of the page; -1 without one, or one in Roman numerals
  private record ContentsEntry(int line, String title, int number) {}

  private final List<PdfLine> lines;
  private final int pages;
  private final NavigableMap<String, Integer> last = new TreeMap<>(); // line that says so
  private final boolean[] drop;

  private PdfTableOfContents(List<PdfLine> lines, int pages) {
    this.lines = lines;
    this.pages = pages;
    this.drop = new boolean[lines.size()];
    for (int i = 0; i < lines.size(); i++) {
      String text = lines.get(i).text();
      if (lines.get(i).cells() instanceof PdfRuledTable || hasLeader(text) || isHeading(text)) {
        continue;
      }
      String next = i + 1 < lines.size() ? lines.get(i + 1).text() : "";
      for (String variant : new String[] {text, text + next}) { // a title may take two lines
        String key = PdfHeadings.key(variant);
        last.put(key, i);
        last.put(unnumbered(key), i);
      }
    }
  }

  /// The lines of all pages in reading order, without contents.
  ///
  /// @param pages of the file
  static List<PdfLine> drop(List<PdfLine> lines, int pages) {
    var contents = new PdfTableOfContents(lines, pages);
    List<ContentsEntry> run = new ArrayList<>();
    boolean afterHeading = false;
    for (int i = 0; i < lines.size(); i++) {
      if (isHeading(lines.get(i).text())) {
        contents.end(run);
        afterHeading = true;
      }
      ContentsEntry entry = contents.entry(i, afterHeading);
      if (entry != null) {
        run.add(entry);
      } else if (!run.isEmpty() && i - run.getLast().line() > LINES_OF_ENTRY) {
        contents.end(run);
        afterHeading = false;
      }
    }
    contents.end(run);
    contents.dropHeadings();
    List<PdfLine> remaining = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!contents.drop[i]) {
        remaining.add(lines.get(i));
      }
    }
    return remaining;
  }

  private static boolean hasLeader(String text) {
    return text.length() <= LONGEST && LEADER.matcher(text).matches();
  }

  private static boolean isHeading(String text) {
    if (text.length() > LONGEST) {
      return false;
    }
    Matcher leader = LEADER.matcher(text);
    return HEADING.matcher((leader.matches() ? leader.group(1) : text).strip()).matches();
  }

  private static String unnumbered(String key) {
    return key.replaceFirst("^\\d+", "");
  }

  private @Nullable ContentsEntry entry(int line, boolean afterHeading) {
    String text = lines.get(line).text();
    if (text.length() > LONGEST) {
      return null;
    }
    Matcher entry = LEADER.matcher(text);
    if (!entry.matches()) {
      entry = NUMBER_AT_END.matcher(text);
      if (!afterHeading || !entry.matches()) {
        return null;
      }
    }
    String number = entry.group(2);
    boolean arabic = number != null && Character.isDigit(number.charAt(0));
    return new ContentsEntry(line, entry.group(1), arabic ? Integer.parseInt(number) : -1);
  }

  /// Ends a run of entries, and drops it if it is a table of contents.
  private void end(List<ContentsEntry> run) {
    int repeatedEntries = 0;
    int numberedEntries = 0;
    int before = 0;
    boolean counts = true;
    for (ContentsEntry entry : run) {
      repeatedEntries += from(entry) >= 0 ? 1 : 0;
      if (entry.number() >= 0) {
        numberedEntries++;
        counts &= entry.number() >= before && entry.number() <= pages + FURTHER;
        before = entry.number();
      }
    }
    if (counts && repeatedEntries >= MOST * run.size() && numberedEntries * 2 >= run.size()) {
      for (ContentsEntry entry : run) {
        int from = from(entry);
        for (int i = Math.max(from, 0); from >= 0 && i <= entry.line(); i++) {
          drop[i] = lines.get(i).cells() instanceof PdfRuledTable ? drop[i] : true;
        }
      }
    }
    run.clear();
  }

  /// The first of the lines that the entry takes; -1 if nothing further on repeats it.
  private int from(ContentsEntry entry) {
    String title = entry.title();
    for (int i = entry.line(); i >= Math.max(0, entry.line() - LINES_OF_ENTRY); i--) {
      if (i < entry.line()) {
        String text = lines.get(i).text();
        if (hasLeader(text) || isHeading(text)) {
          return -1;
        }
        title = text + title;
      }
      if (isRepeated(title, entry.line())) {
        return i;
      }
    }
    return -1;
  }

  private boolean isRepeated(String title, int line) {
    String key = PdfHeadings.key(title);
    for (String variant : new String[] {key, unnumbered(key)}) {
      if (variant.length() >= SHORTEST && last.getOrDefault(variant, -1) > line) {
        return true;
      }
      boolean begun =
          variant.length() >= LONG
              && last.tailMap(variant, true).entrySet().stream()
                  .takeWhile(longer -> longer.getKey().startsWith(variant))
                  .anyMatch(longer -> longer.getValue() > line);
      if (begun) {
        return true;
      }
    }
    return false;
  }

  /// Headings go with the contents that follow.
  private void dropHeadings() {
    for (int i = 0; i < lines.size(); i++) {
      if (isHeading(lines.get(i).text())) {
        for (int j = i + 1; j < Math.min(lines.size(), i + 2 + LINES_OF_ENTRY); j++) {
          drop[i] |= drop[j];
        }
      }
    }
  }
}
