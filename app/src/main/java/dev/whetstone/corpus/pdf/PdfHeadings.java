package dev.whetstone.corpus.pdf;

import dev.whetstone.corpus.pdf.PdfContent.Paragraph;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Separates headings from paragraphs: by the file's outline where it has one, otherwise by letters
/// that are larger or bolder than the body. Ranks headings by their numbers, otherwise by their
/// typeface.
final class PdfHeadings {
  private static final int LONGEST = 160;
  private static final int DEEPEST = 6;
  private static final Pattern NUMBER =
      Pattern.compile("^(\\d{1,2}(?:\\.\\d{1,3}){0,5})\\.?\\s+(?=[\\p{Lu}\\p{IsHan}\"“(\\[])");
  private static final Pattern MANY =
      Pattern.compile("^([A-Z0-9]{1,2}(?:\\.\\d{1,3}){1,5})\\.?\\s+\\S");
  private static final Pattern TOP =
      Pattern.compile(
          "^(?:(?i:appendix|annex|chapter|part)\\s+[A-Z0-9]{1,4}\\b|第[一二三四五六七八九十百\\d]+[章编]).*");
  private static final Pattern SECOND = Pattern.compile("^第[一二三四五六七八九十百\\d]+节.*");

  private static final Pattern SENTENCES = Pattern.compile("\\p{Ll}{2}[)”\"]?\\. \\p{Lu}");

  private record Typeface(int halfPoints, boolean bold) implements Comparable<Typeface> {
    static Typeface of(Paragraph paragraph) {
      return new Typeface(Math.round(paragraph.size() * 2), paragraph.bold());
    }

    @Override
    public int compareTo(Typeface other) { // the more striking first
      return halfPoints != other.halfPoints
          ? Integer.compare(other.halfPoints, halfPoints)
          : Boolean.compare(other.bold, bold);
    }
  }

  private final float bodySize;
  private final Map<String, Integer> outline;
  private final Set<String> feet;
  private final Map<Typeface, Integer> levels = new HashMap<>();

  /// @param outline the bookmarks' levels from 1, by [#key] of their titles
  /// @param feet texts that head nothing, by their keys
  PdfHeadings(
      List<Paragraph> paragraphs, float bodySize, Map<String, Integer> outline, Set<String> feet) {
    this.bodySize = bodySize;
    this.feet = feet;
    this.outline = outline;
    TreeSet<Typeface> typefaces = new TreeSet<>();
    Map<Typeface, TreeMap<Integer, Integer>> numbered = new HashMap<>();
    for (Paragraph paragraph : paragraphs) {
      if (stands(paragraph)) {
        Typeface typeface = Typeface.of(paragraph);
        typefaces.add(typeface);
        int depth = depth(paragraph.text());
        if (depth > 0) {
          numbered.computeIfAbsent(typeface, _ -> new TreeMap<>()).merge(depth, 1, Integer::sum);
        }
      }
    }
    int above = 0; // the level of the typeface before
    for (Typeface typeface : typefaces) {
      TreeMap<Integer, Integer> depths = numbered.get(typeface);
      int level = Math.min(above + 1, 4);
      if (depths != null) {
        level = depths.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
      }
      levels.put(typeface, level);
      above = Math.max(level, depths == null ? Math.min(above + 1, 1) : level);
    }
  }

  /// The text in the largest letters of the first page; null where they are not clearly larger than
  /// the body.
  static @Nullable String title(List<Paragraph> paragraphs, float bodySize, Set<String> feet) {
    List<Paragraph> first =
        paragraphs.stream()
            .filter(paragraph -> paragraph.page() == 1)
            .filter(paragraph -> !feet.contains(key(paragraph.text())))
            .toList();
    double largest = first.stream().mapToDouble(Paragraph::size).max().orElse(0);
    if (largest < 1.3 * bodySize) {
      return null;
    }
    String title =
        first.stream()
            .dropWhile(paragraph -> paragraph.size() < largest - 0.5)
            .takeWhile(paragraph -> paragraph.size() > largest - 0.5)
            .map(Paragraph::text)
            .collect(Collectors.joining(" "));
    return title.length() > LONGEST ? null : title;
  }

  /// The level from 1; 0 when it is no heading.
  int level(Paragraph paragraph) {
    Integer bookmarked = outline.get(key(paragraph.text()));
    if (bookmarked != null && paragraph.lines() <= 4 && !paragraph.marker()) {
      return Math.min(bookmarked, DEEPEST);
    }
    if (!stands(paragraph)) {
      return 0;
    }
    int depth = depth(paragraph.text());
    return depth > 0 ? Math.min(depth, DEEPEST) : levels.getOrDefault(Typeface.of(paragraph), 1);
  }

  private boolean stands(Paragraph paragraph) {
    String text = paragraph.text();
    if (paragraph.marker()
        || paragraph.lines() > (paragraph.size() > 1.4f * bodySize ? 5 : 3)
        || text.length() > LONGEST
        || text.codePoints().filter(Character::isLetter).count() < 2
        || (!feet.isEmpty() && feet.contains(key(text)))) {
      return false;
    }
    if (text.length() > 60 && SENTENCES.matcher(text).find()) {
      return false;
    }
    if (TOP.matcher(text).matches() || SECOND.matcher(text).matches()) {
      boolean sentence = text.endsWith("。") || text.endsWith(".");
      return !sentence && (paragraph.bold() || text.length() <= 40);
    }
    boolean striking =
        paragraph.size() > 1.1f * bodySize
            || (paragraph.bold() && paragraph.size() > 0.94f * bodySize);
    char last = text.charAt(text.length() - 1);
    return striking && ".;,。；，".indexOf(last) < 0;
  }

  /// The depth of the number at the beginning, 0 without one.
  private static int depth(String text) {
    if (TOP.matcher(text).matches()) {
      return 1;
    }
    if (SECOND.matcher(text).matches()) {
      return 2;
    }
    Matcher number = NUMBER.matcher(text);
    Matcher many = MANY.matcher(text);
    String found = number.find() ? number.group(1) : many.find() ? many.group(1) : null;
    if (found == null) {
      return 0;
    }
    int depth = 1 + (int) found.chars().filter(c -> c == '.').count();
    return depth > 1 && found.endsWith(".0") ? depth - 1 : depth;
  }

  /// Whether a line begins with a number of several parts, as only headings and clauses do.
  static boolean isNumbered(String text) {
    return MANY.matcher(text).find();
  }

  /// A key that different writings of one heading share: its letters and digits in lower case.
  static String key(String title) {
    var key = new StringBuilder();
    title
        .toLowerCase(Locale.ROOT)
        .codePoints()
        .filter(Character::isLetterOrDigit)
        .forEach(key::appendCodePoint);
    return key.toString();
  }
}
