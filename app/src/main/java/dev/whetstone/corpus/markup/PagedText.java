package dev.whetstone.corpus.markup;

import dev.whetstone.corpus.DocumentBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the text that another program made of a file of pages: Markdown, HTML or plain text with
/// marks between the pages. The marks are those of common converters: a form feed; a comment such
/// as `<!-- page break -->`, `<!-- PageBreak -->` or, with its number, `<!-- page 7 -->`; and `{6}`
/// with a rule of dashes, which counts from 0. Without marks the text has no pages.
public final class PagedText {
  private static final int MOST_PAGES = 20_000;

  private static final Pattern MARK =
      Pattern.compile(
          "\\x0C"
              + "|(?m:^\\s*<!--\\s{0,9}page[ _-]?(?:break|end|separator)?"
              + "(?:[\\s:#=]{0,9}(?<named>\\d{1,5}))?\\s{0,9}-->\\s*?$)"
              + "|(?m:^\\{(?<counted>\\d{1,5})\\}-{10,}\\s*?$)",
          Pattern.CASE_INSENSITIVE);

  /// @param number from 1; 0 for a text without pages
  record Page(int number, String text) {}

  private PagedText() {}

  /// @param name of the file of the text, whose ending tells its format
  public static void read(String text, String name, DocumentBuilder into) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean first = true;
    for (Page page : pages(text)) {
      into.page(page.number());
      if (lower.endsWith(".txt")) {
        PlainTextReader.read(page.text(), into);
      } else if (lower.endsWith(".html") || lower.endsWith(".htm")) {
        if (first) {
          HtmlReader.read(page.text(), into);
        } else {
          HtmlReader.readFragment(page.text(), into);
        }
      } else if (first) {
        MarkdownReader.read(page.text(), into);
      } else {
        MarkdownReader.readBody(page.text(), into);
      }
      first = false;
    }
    into.page(0);
  }

  /// The pages with text; a mark with a number begins the page of that number, any other one the
  /// next page.
  static List<Page> pages(String text) {
    List<Page> pages = new ArrayList<>();
    Matcher mark = MARK.matcher(text);
    int from = 0;
    int number = 1;
    boolean marked = false;
    while (mark.find() && number < MOST_PAGES) {
      add(text.substring(from, mark.start()), number, pages);
      marked = true;
      from = mark.end();
      if (mark.group("named") != null) {
        number = Math.max(1, Integer.parseInt(mark.group("named")));
      } else if (mark.group("counted") != null) {
        number = Integer.parseInt(mark.group("counted")) + 1;
      } else {
        number++;
      }
    }
    if (!marked) {
      return List.of(new Page(0, text));
    }
    add(text.substring(from), number, pages);
    return pages;
  }

  private static void add(String text, int number, List<Page> into) {
    if (!text.isBlank()) {
      into.add(new Page(number, text));
    }
  }
}
