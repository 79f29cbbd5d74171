package dev.whetstone.corpus;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Bullets and numbers before list items and headings.
public final class ListLabels {
  private static final Pattern BULLET =
      Pattern.compile(
          "^[•●○◦▪■□▫‣⁃∙·◆◇➢➤►▶✓✔❖\\uF0B7\\uF0A7\\uF0D8\\uF0FC\\uF076\\uF02D\\uFFFD–—-]\\s+");
  private static final Pattern BULLET_LETTER = Pattern.compile("^o\\s+(?=\\S)");
  private static final Pattern COUNT =
      Pattern.compile("^(\\(?(?:\\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\\s+(?=\\S)");
  private static final Pattern SIMPLE =
      Pattern.compile("\\(?(\\d{1,3}|[a-zA-Z]{1,2}|[ivxlIVXL]{1,6})[.):]?");

  private ListLabels() {}

  /// Whether a label carries more than the position in the list, as `4.2.1` does and `3.` does not.
  public static boolean isInformative(String label) {
    return !label.isEmpty() && !SIMPLE.matcher(label).matches();
  }

  /// The text after its bullet; null when it begins with none.
  public static @Nullable String withoutBullet(String text) {
    Matcher bullet = BULLET.matcher(text);
    return bullet.find() ? text.substring(bullet.end()) : null;
  }

  /// As [#withoutBullet], also where a font without bullets left the letter o.
  public static @Nullable String withoutAnyBullet(String text) {
    Matcher letter = BULLET_LETTER.matcher(text);
    return letter.find() ? text.substring(letter.end()) : withoutBullet(text);
  }

  /// The text after a simple count such as `1.`, `(a)` or `iv)`; null when it begins with none.
  public static @Nullable String withoutCount(String text) {
    Matcher count = COUNT.matcher(text);
    return count.find() ? text.substring(count.end()) : null;
  }

  /// A term or title as a prefix of its text: with a colon and a space. Empty for a blank label.
  public static String asPrefix(String label) {
    String text = label.strip();
    if (text.isEmpty()) {
      return "";
    }
    return ":：.?!。？！".indexOf(text.charAt(text.length() - 1)) >= 0 ? text + " " : text + ": ";
  }
}
