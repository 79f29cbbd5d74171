package dev.whetstone.text;

import java.lang.Character.UnicodeScript;

/// The scripts whose words are not written apart, by character.
public final class Scripts {
  private Scripts() {}

  /// Whether the character is of the Han script: Chinese, and the kanji of Japanese.
  public static boolean isHan(int codePoint) {
    return UnicodeScript.of(codePoint) == UnicodeScript.HAN;
  }

  /// Whether the character is Han or kana: text without spaces between words.
  public static boolean isHanOrKana(int codePoint) {
    return switch (UnicodeScript.of(codePoint)) {
      case HAN, HIRAGANA, KATAKANA -> true;
      default -> false;
    };
  }

  /// Whether the character is Han, kana or Hangul.
  public static boolean isCjk(int codePoint) {
    return isHanOrKana(codePoint) || UnicodeScript.of(codePoint) == UnicodeScript.HANGUL;
  }
}
