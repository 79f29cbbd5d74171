package dev.whetstone.corpus;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells a title that an author wrote from one that a program put into a file's properties.
public final class DocumentTitles {
  private static final Pattern MADE_UP =
      Pattern.compile(
          "(untitled|unknown|anonymous|unspecified|unnamed|no title|none|null|document|untitled"
              + " document|presentation|powerpoint presentation|slide 1|title|microsoft (office"
              + " )?(word|powerpoint|excel).*|(word|powerpoint).*template.*|"
              + "无标题|标题|演示文稿|文档|幻灯片|[\\w.%~-]+\\.(docx?|pptx?|xlsx?|pdf|rtf|indd|dvi))\\d*");

  private DocumentTitles() {}

  /// The title, or null when there is none worth showing.
  public static @Nullable String meaningful(@Nullable String title) {
    if (title == null) {
      return null;
    }
    String line = Characters.oneLine(title);
    boolean words = line.codePoints().filter(Character::isLetter).count() >= 2;
    boolean fileName =
        line.length() > 12 && line.indexOf(' ') < 0 && line.matches(".*[_-].*[_-].*");
    String bare = line.toLowerCase(Locale.ROOT).replaceAll("^[(<\\[]\\s*|\\s*[)>\\]]$", "");
    return !words || fileName || MADE_UP.matcher(bare).matches() ? null : line;
  }
}
