package dev.whetstone.corpus;

/// A cheap guess of a text's language.
public final class Language {
  private static final int SAMPLE = 200_000;

  private Language() {}

  /// `ja` when kana are many, `ko` when Hangul prevails, `zh` when Han characters do, `ru` when
  /// Cyrillic does; else `en`. A Han character weighs as much as two Latin letters, since a word
  /// takes fewer of them. Reads the first 200,000 characters.
  public static String of(String text) {
    int han = 0;
    int kana = 0;
    int hangul = 0;
    int cyrillic = 0;
    int latin = 0;
    for (int i = 0, n = Math.min(SAMPLE, text.length()); i < n; i++) {
      char c = text.charAt(i);
      if (c < 0x250) {
        latin += Character.isLetter(c) ? 1 : 0;
      } else if (c >= 0x400 && c < 0x530) {
        cyrillic++;
      } else if (c >= 0x3041 && c <= 0x30FF) {
        kana++;
      } else if (c >= 0x3400 && c <= 0x9FFF) {
        han++;
      } else if (c >= 0xAC00 && c <= 0xD7A3) {
        hangul++;
      }
    }
    int wide = 2 * (han + kana + hangul);
    if (wide > latin && wide > cyrillic) {
      if (hangul > han + kana) {
        return "ko";
      }
      return kana * 10 > han + kana ? "ja" : "zh";
    }
    return cyrillic > latin ? "ru" : "en";
  }
}
